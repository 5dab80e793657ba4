package web

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// modsecurity is the audit log of ModSecurity in JSON, versions 2 and 3
// (https://github.com/owasp-modsecurity/ModSecurity/wiki).
var modsecurity = []read.JSONProduct{
	{
		Name: "modsecurity", Has: []string{"transaction.remote_address", "request.request_line"}, Module: "modsecurity", Dataset: "modsecurity.auditlog", Table: `
transaction.time  @time1
transaction.transaction_id  event.id
transaction.remote_address  source.ip
transaction.remote_port  source.port
transaction.local_address  destination.ip
transaction.local_port  destination.port
request.headers.Host  url.domain
request.headers.User-Agent  user_agent.original
request.headers.Referer  http.request.referrer
request.headers.Content-Length  http.request.bytes
request.headers.Content-Type  http.request.mime_type
request.body  http.request.body.content
response.status  http.response.status_code
response.body  http.response.body.content
response.headers.Content-Length  http.response.bytes
response.headers.Content-Type  http.response.mime_type
`, Finish: func(k *read.Keyed) {
			read.RequestLine(k.Event, k.Get("request.request_line"))
			k.Event.Set(event.EventKind, "alert")
			k.WebAccess()
			if k.Get("audit_data.action.intercepted") == "true" {
				k.WebVerdict("block")
			}
		},
	},
	{
		Name: "modsecurity3", Has: []string{"transaction.client_ip", "transaction.request.method"}, Module: "modsecurity", Dataset: "modsecurity.auditlog", Table: `
transaction.time_stamp  @time1
transaction.unique_id  event.id
transaction.client_ip  source.ip
transaction.client_port  source.port
transaction.host_ip  destination.ip
transaction.host_port  destination.port
transaction.request.method  http.request.method
transaction.request.uri  url.original
transaction.request.http_version  http.version
transaction.request.headers.Host,transaction.request.headers.host  url.domain
transaction.request.headers.User-Agent,transaction.request.headers.user-agent  user_agent.original
transaction.response.http_code  http.response.status_code
`, Finish: func(k *read.Keyed) {
			k.Objects("transaction.messages", func(o *event.Event) {
				k.AddTo(read.RuleID, read.Lookup(o, "details.ruleId"))
				k.AddTo(read.RuleName, read.Lookup(o, "message"))
			})
			k.Event.Set(event.EventKind, "alert")
			k.WebAccess()
		},
	},
}
