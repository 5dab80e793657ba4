package identity

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// dashlane is the audit logs of Dashlane's teams
// (https://cli.dashlane.com/business/audit-logs).
var dashlane = []read.JSONProduct{{
	Name: "dashlane", Has: []string{"author_user_id", "log_type", "date_time"}, Vendor: "Dashlane", Product: "Dashlane", Module: "dashlane", Dataset: "dashlane.audit", Table: `
date_time  @time1
uuid  event.id
author_user_id  user.id
author_login,properties.author_login  user.email:email
properties.target_login  user.target.email:email
team_id  organization.id
category  event.provider
`, Finish: func(k *read.Keyed) {
		action, outcome := k.Get("log_type"), read.Success
		if strings.Contains(action, "fail") || strings.Contains(action, "declined") {
			outcome = read.Failure
		}
		k.CloudAction(action, outcome)
	},
}}
