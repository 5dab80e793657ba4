package identity

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// delinea is the audit of Delinea's (Thycotic's) DevOps Secrets Vault
// (https://docs.delinea.com/online-help/dsv/concepts/audit/index.htm).
var delinea = []read.JSONProduct{{
	Name: "delinea_dsv", Has: []string{"principalItemId", "principal", "path", "action"}, Vendor: "Delinea", Product: "DevOps Secrets Vault", Module: "delinea", Dataset: "delinea.dsv_audit", Table: `
created  @time1
id  event.id
tenant  organization.id
tenantName  organization.name
principalItemId  user.id
ipaddress  source.ip
action  http.request.method
status  http.response.status_code
path  url.path
`, Finish: func(k *read.Keyed) {
		// The principal is itself a path: users:anna, roles:deploy.
		name := k.Get("principal")
		k.Event.Set(event.UserName, name[strings.LastIndexByte(name, ':')+1:])
		reason := k.Get("message")
		k.Event.Set(event.EventReason, reason)
		outcome := ""
		if status := k.Get("status"); len(status) == 3 {
			if outcome = read.Success; status[0] == '4' || status[0] == '5' {
				outcome = read.Failure
			}
		}
		path := k.Get("path")
		if path == "token" {
			k.LoggedOn(outcome)
			return
		}
		typ := read.TypeChange
		switch k.Get("action") {
		case "GET":
			typ = "access"
		case "POST":
			typ = read.TypeCreated
		case "DELETE":
			typ = read.TypeDeleted
		}
		kind, _, _ := strings.Cut(path, ":")
		switch kind {
		case "users", "roles":
			if typ == "access" {
				typ = read.TypeInfo
			}
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+typ, kind+"-"+read.Lower(k.Get("action")), outcome)
		default:
			read.Classify(k.Event, read.CategoryConfiguration, typ, kind+"-"+read.Lower(k.Get("action")), outcome)
		}
	},
}}
