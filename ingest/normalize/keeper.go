package normalize

import "strings"

// keeper is the events of Keeper's Advanced Reporting and Alerts
// (https://docs.keeper.io/enterprise-guide/event-reporting).
var keeper = []jsonProduct{{
	name: "keeper", has: []string{"audit_event", "remote_address", "username"}, vendor: "Keeper", product: "Keeper", module: "keeper", dataset: "keeper.audit", table: `
timestamp,created  @time1
username  user.email:email
email,to_username  user.target.email:email
remote_address  source.ip
client_version,client  user_agent.original
enterprise_id  organization.id
category  event.provider
`, finish: func(k *keyed) {
		action, outcome := k.get("audit_event"), success
		if strings.Contains(action, "fail") {
			outcome = failure
		}
		k.cloudAction(action, outcome)
	},
}}
