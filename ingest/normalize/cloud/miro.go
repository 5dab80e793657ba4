package cloud

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// miro is the audit logs of Miro's enterprise plan
// (https://developers.miro.com/reference/enterprise-get-audit-logs).
var miro = []read.JSONProduct{{
	Name: "miro", Has: []string{"createdBy.type", "context.organization.id", "event", "createdAt"}, Vendor: "Miro", Product: "Miro", Module: "miro", Dataset: "miro.audit", Table: `
createdAt  @time1
id  event.id
category  event.provider
createdBy.id  user.id
createdBy.email  user.email:email
createdBy.name  user.full_name
context.ip  source.ip
context.organization.id  organization.id
context.organization.name  organization.name
`, Finish: func(k *read.Keyed) {
		action, outcome := k.Get("event"), read.Success
		if strings.Contains(action, "fail") {
			outcome = read.Failure
		}
		if id := k.Get("object.id"); (k.Get("object.type") == "USER" || k.Get("object.email") != "") && id != k.Get("createdBy.id") {
			k.Put(id, read.TargetUserID)
			k.Put(k.Get("object.email"), read.TargetEmail)
		}
		k.CloudAction(action, outcome)
	},
}}
