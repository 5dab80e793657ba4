package normalize

// huntress is the incident reports of Huntress (https://api.huntress.io/docs).
var huntress = []jsonProduct{{
	name: "huntress", has: []string{"sent_at", "organization_id", "platform", "severity"}, vendor: "Huntress", product: "Managed EDR", module: "huntress", dataset: "huntress.incident", table: `
sent_at  @time1
updated_at,status_updated_at  event.end
id  event.id
subject  rule.name
summary  event.reason
agent_id  host.id
organization_id  organization.id
indicator_types  rule.category
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		k.osType(k.get("platform"))
		action := "incident-reported"
		if status := k.get("status"); status == "closed" || status == "dismissed" {
			action = "incident-" + status
		}
		k.alert("threat", "indicator", action, "")
	},
}}
