package identity

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// vault is the audit log of HashiCorp Vault
// (https://developer.hashicorp.com/vault/docs/audit).
var vault = []read.JSONProduct{{
	Name: "vault", Has: []string{"request.operation", "request.path", "type", "time"}, Vendor: "HashiCorp", Product: "Vault", Module: "hashicorp_vault", Dataset: "hashicorp_vault.audit", Table: `
time  @time1
request.id  event.id
request.remote_address  source.ip
request.remote_port  source.port
auth.display_name  user.name:text
auth.entity_id  user.id
error  error.message
`, Finish: func(k *read.Keyed) {
		outcome := read.Success
		if k.Get("error") != "" {
			outcome = read.Failure
		}
		operation, path := k.Get("request.operation"), k.Get("request.path")
		if strings.HasPrefix(path, "auth/") && strings.Contains(path, "/login") {
			action := read.ActionLogonSuccess
			if outcome == read.Failure {
				action = read.ActionLogonFailed
			}
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, action, outcome)
			return
		}
		typ := "access"
		switch operation {
		case "create":
			typ = read.TypeCreated
		case "update":
			typ = read.TypeChange
		case "delete":
			typ = read.TypeDeleted
		}
		read.Classify(k.Event, read.CategoryConfiguration, typ, operation, outcome)
	},
}}
