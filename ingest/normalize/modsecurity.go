package normalize

import "porchlight/ingest/event"

// modsecurity is the audit log of ModSecurity in JSON, versions 2 and 3
// (https://github.com/owasp-modsecurity/ModSecurity/wiki).
var modsecurity = []jsonProduct{
	{
		name: "modsecurity", has: []string{"transaction.remote_address", "request.request_line"}, module: "modsecurity", dataset: "modsecurity.auditlog", table: `
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
`, finish: func(k *keyed) {
			requestLine(k.ev, k.get("request.request_line"))
			k.ev.Set(event.EventKind, "alert")
			k.webAccess()
			if k.get("audit_data.action.intercepted") == "true" {
				k.webVerdict("block")
			}
		},
	},
	{
		name: "modsecurity3", has: []string{"transaction.client_ip", "transaction.request.method"}, module: "modsecurity", dataset: "modsecurity.auditlog", table: `
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
`, finish: func(k *keyed) {
			k.objects("transaction.messages", func(o *event.Event) {
				k.addTo(ruleID, lookup(o, "details.ruleId"))
				k.addTo(ruleName, lookup(o, "message"))
			})
			k.ev.Set(event.EventKind, "alert")
			k.webAccess()
		},
	},
}
