package normalize

import "strings"

// vault is the audit log of HashiCorp Vault
// (https://developer.hashicorp.com/vault/docs/audit).
var vault = []jsonProduct{{
	name: "vault", has: []string{"request.operation", "request.path", "type", "time"}, vendor: "HashiCorp", product: "Vault", module: "hashicorp_vault", dataset: "hashicorp_vault.audit", table: `
time  @time1
request.id  event.id
request.remote_address  source.ip
request.remote_port  source.port
auth.display_name  user.name:text
auth.entity_id  user.id
error  error.message
`, finish: func(k *keyed) {
		outcome := success
		if k.get("error") != "" {
			outcome = failure
		}
		operation, path := k.get("request.operation"), k.get("request.path")
		if strings.HasPrefix(path, "auth/") && strings.Contains(path, "/login") {
			action := actionLogonSuccess
			if outcome == failure {
				action = actionLogonFailed
			}
			classify(k.ev, catAuthentication, typeStart, action, outcome)
			return
		}
		typ := "access"
		switch operation {
		case "create":
			typ = typeCreated
		case "update":
			typ = typeChange
		case "delete":
			typ = typeDeleted
		}
		classify(k.ev, catConfiguration, typ, operation, outcome)
	},
}}
