package endpoint

import "porchlight/ingest/normalize/read"

// huntress is the incident reports of Huntress (https://api.huntress.io/docs).
var huntress = []read.JSONProduct{{
	Name: "huntress", Has: []string{"sent_at", "organization_id", "platform", "severity"}, Vendor: "Huntress", Product: "Managed EDR", Module: "huntress", Dataset: "huntress.incident", Table: `
sent_at  @time1
updated_at,status_updated_at  event.end
id  event.id
subject  rule.name
summary  event.reason
agent_id  host.id
organization_id  organization.id
indicator_types  rule.category
`, Finish: func(k *read.Keyed) {
		k.SeverityWord(k.Get("severity"))
		k.OSType(k.Get("platform"))
		action := "incident-reported"
		if status := k.Get("status"); status == "closed" || status == "dismissed" {
			action = "incident-" + status
		}
		k.Alert("threat", "indicator", action, "")
	},
}}
