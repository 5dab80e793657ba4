package cloud

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// asana is the audit log API of Asana (https://developers.asana.com/docs/audit-log-api).
var asana = []read.JSONProduct{{
	Name: "asana", Has: []string{"context.context_type", "event_category", "gid"}, Vendor: "Asana", Product: "Asana", Module: "asana", Dataset: "asana.audit", Table: `
created_at  @time1
gid  event.id
event_category  event.provider
actor.gid  user.id
actor.email  user.email:email
actor.name  user.full_name
context.client_ip_address  source.ip
context.user_agent  user_agent.original
`, Finish: func(k *read.Keyed) {
		action, outcome := k.Get("event_type"), read.Success
		if strings.Contains(action, "fail") || strings.Contains(action, "denied") {
			outcome = read.Failure
		}
		if k.Get("resource.resource_type") == "user" && k.Get("resource.gid") != k.Get("actor.gid") {
			k.Put(k.Get("resource.gid"), read.TargetUserID)
			k.Put(k.Get("resource.email"), read.TargetEmail)
		}
		k.CloudAction(action, outcome)
	},
}}
