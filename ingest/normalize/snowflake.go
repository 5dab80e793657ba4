package normalize

import "porchlight/ingest/event"

// snowflake is the login history of Snowflake
// (https://docs.snowflake.com/en/sql-reference/account-usage/login_history).
var snowflake = []jsonProduct{{
	name: "snowflake", has: []string{"FIRST_AUTHENTICATION_FACTOR", "IS_SUCCESS", "USER_NAME"}, vendor: "Snowflake", product: "Snowflake", module: "snowflake", dataset: "snowflake.login_history", table: `
EVENT_TIMESTAMP  @time1
EVENT_ID  event.id
USER_NAME  user.name:account
CLIENT_IP  source.ip
REPORTED_CLIENT_TYPE  network.application:text
ERROR_CODE  error.code
ERROR_MESSAGE  event.reason
CONNECTION  snowflake.connection
`, finish: func(k *keyed) {
		outcome := failure
		if k.get("IS_SUCCESS") == "YES" || k.get("IS_SUCCESS") == "true" {
			outcome = success
		}
		k.loggedOn(outcome)
		k.ev.Set(event.EventCategory, catAuthentication+event.Separator+catDatabase)
	},
}}
