package normalize

import "strings"

// miro is the audit logs of Miro's enterprise plan
// (https://developers.miro.com/reference/enterprise-get-audit-logs).
var miro = []jsonProduct{{
	name: "miro", has: []string{"createdBy.type", "context.organization.id", "event", "createdAt"}, vendor: "Miro", product: "Miro", module: "miro", dataset: "miro.audit", table: `
createdAt  @time1
id  event.id
category  event.provider
createdBy.id  user.id
createdBy.email  user.email:email
createdBy.name  user.full_name
context.ip  source.ip
context.organization.id  organization.id
context.organization.name  organization.name
`, finish: func(k *keyed) {
		action, outcome := k.get("event"), success
		if strings.Contains(action, "fail") {
			outcome = failure
		}
		if id := k.get("object.id"); (k.get("object.type") == "USER" || k.get("object.email") != "") && id != k.get("createdBy.id") {
			k.put(id, targetUserID)
			k.put(k.get("object.email"), targetEmail)
		}
		k.cloudAction(action, outcome)
	},
}}
