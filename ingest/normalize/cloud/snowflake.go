package cloud

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// snowflake is the login history of Snowflake
// (https://docs.snowflake.com/en/sql-reference/account-usage/login_history).
var snowflake = []read.JSONProduct{{
	Name: "snowflake", Has: []string{"FIRST_AUTHENTICATION_FACTOR", "IS_SUCCESS", "USER_NAME"}, Vendor: "Snowflake", Product: "Snowflake", Module: "snowflake", Dataset: "snowflake.login_history", Table: `
EVENT_TIMESTAMP  @time1
EVENT_ID  event.id
USER_NAME  user.name:account
CLIENT_IP  source.ip
REPORTED_CLIENT_TYPE  network.application:text
ERROR_CODE  error.code
ERROR_MESSAGE  event.reason
CONNECTION  snowflake.connection
`, Finish: func(k *read.Keyed) {
		outcome := read.Failure
		if k.Get("IS_SUCCESS") == "YES" || k.Get("IS_SUCCESS") == "true" {
			outcome = read.Success
		}
		k.LoggedOn(outcome)
		k.Event.Set(event.EventCategory, read.CategoryAuthentication+event.Separator+read.CategoryDatabase)
	},
}}
