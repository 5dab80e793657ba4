package identity

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// keeper is the events of Keeper's Advanced Reporting and Alerts
// (https://docs.keeper.io/enterprise-guide/event-reporting).
var keeper = []read.JSONProduct{{
	Name: "keeper", Has: []string{"audit_event", "remote_address", "username"}, Vendor: "Keeper", Product: "Keeper", Module: "keeper", Dataset: "keeper.audit", Table: `
timestamp,created  @time1
username  user.email:email
email,to_username  user.target.email:email
remote_address  source.ip
client_version,client  user_agent.original
enterprise_id  organization.id
category  event.provider
`, Finish: func(k *read.Keyed) {
		action, outcome := k.Get("audit_event"), read.Success
		if strings.Contains(action, "fail") {
			outcome = read.Failure
		}
		k.CloudAction(action, outcome)
	},
}}
