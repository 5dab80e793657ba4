package normalize

import "strings"

// dashlane is the audit logs of Dashlane's teams
// (https://cli.dashlane.com/business/audit-logs).
var dashlane = []jsonProduct{{
	name: "dashlane", has: []string{"author_user_id", "log_type", "date_time"}, vendor: "Dashlane", product: "Dashlane", module: "dashlane", dataset: "dashlane.audit", table: `
date_time  @time1
uuid  event.id
author_user_id  user.id
author_login,properties.author_login  user.email:email
properties.target_login  user.target.email:email
team_id  organization.id
category  event.provider
`, finish: func(k *keyed) {
		action, outcome := k.get("log_type"), success
		if strings.Contains(action, "fail") || strings.Contains(action, "declined") {
			outcome = failure
		}
		k.cloudAction(action, outcome)
	},
}}
