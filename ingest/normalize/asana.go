package normalize

import "strings"

// asana is the audit log API of Asana (https://developers.asana.com/docs/audit-log-api).
var asana = []jsonProduct{{
	name: "asana", has: []string{"context.context_type", "event_category", "gid"}, vendor: "Asana", product: "Asana", module: "asana", dataset: "asana.audit", table: `
created_at  @time1
gid  event.id
event_category  event.provider
actor.gid  user.id
actor.email  user.email:email
actor.name  user.full_name
context.client_ip_address  source.ip
context.user_agent  user_agent.original
`, finish: func(k *keyed) {
		action, outcome := k.get("event_type"), success
		if strings.Contains(action, "fail") || strings.Contains(action, "denied") {
			outcome = failure
		}
		if k.get("resource.resource_type") == "user" && k.get("resource.gid") != k.get("actor.gid") {
			k.put(k.get("resource.gid"), targetUserID)
			k.put(k.get("resource.email"), targetEmail)
		}
		k.cloudAction(action, outcome)
	},
}}
