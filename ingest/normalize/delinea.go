package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// delinea is the audit of Delinea's (Thycotic's) DevOps Secrets Vault
// (https://docs.delinea.com/online-help/dsv/concepts/audit/index.htm).
var delinea = []jsonProduct{{
	name: "delinea_dsv", has: []string{"principalItemId", "principal", "path", "action"}, vendor: "Delinea", product: "DevOps Secrets Vault", module: "delinea", dataset: "delinea.dsv_audit", table: `
created  @time1
id  event.id
tenant  organization.id
tenantName  organization.name
principalItemId  user.id
ipaddress  source.ip
action  http.request.method
status  http.response.status_code
path  url.path
`, finish: func(k *keyed) {
		// The principal is a path itself: users:anna, roles:deploy.
		name := k.get("principal")
		k.ev.Set(event.UserName, name[strings.LastIndexByte(name, ':')+1:])
		reason := k.get("message")
		k.ev.Set(event.EventReason, reason)
		outcome := ""
		if status := k.get("status"); len(status) == 3 {
			if outcome = success; status[0] == '4' || status[0] == '5' {
				outcome = failure
			}
		}
		path := k.get("path")
		if path == "token" {
			k.loggedOn(outcome)
			return
		}
		typ := typeChange
		switch k.get("action") {
		case "GET":
			typ = "access"
		case "POST":
			typ = typeCreated
		case "DELETE":
			typ = typeDeleted
		}
		kind, _, _ := strings.Cut(path, ":")
		switch kind {
		case "users", "roles":
			if typ == "access" {
				typ = typeInfo
			}
			classify(k.ev, catIAM, typeUser+event.Separator+typ, kind+"-"+lower(k.get("action")), outcome)
		default:
			classify(k.ev, catConfiguration, typ, kind+"-"+lower(k.get("action")), outcome)
		}
	},
}}
