package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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

// requestLine reads "GET /path HTTP/1.1" (RFC 9112, section 3).
func requestLine(ev *event.Event, line string) {
	method, rest, ok := strings.Cut(line, " ")
	if !ok || !isWord(method) {
		if line != "" && line != "-" {
			setURL(ev, line)
		}
		return
	}
	ev.Set(event.HTTPRequestMethod, method)
	if target, version, ok := cutLast(rest, " HTTP/"); ok {
		setNamed(ev, "http.version", version)
		rest = target
	}
	if rest != "-" {
		setURL(ev, rest)
	}
}

// openCanary is the honeypot OpenCanary
// (https://opencanary.readthedocs.io/en/latest/alerts/index.html).
var openCanary = []jsonProduct{
	{
		name: "opencanary", has: []string{"logtype", "node_id", "dst_host"}, vendor: "Thinkst", product: "OpenCanary", kind: "honeypot", module: "opencanary", dataset: "opencanary.events", table: `
utc_time  @time2
src_host  source.ip
src_port  source.port
dst_host  destination.ip
dst_port  destination.port
node_id  observer.name
logdata.USERNAME,logdata.USER  user.name
logdata.PROTO  network.transport
logdata.IN  observer.ingress.interface.name
logdata.PATH  url.original
logdata.USERAGENT  user_agent.original
logdata.HOSTNAME  host.name:host
logdata.LOCALNAME  destination.domain
logdata.REMOTENAME  source.domain
logdata.DOMAIN  user.domain
logdata.FILENAME  file.name
`, finish: func(k *keyed) {
			ev := k.ev
			if ns, ok := parseTime(k.get("utc_time"), zones["UTC"]); ok {
				ev.Time = ns
				setNamed(ev, "event.start", event.FormatTime(ns))
			}
			if mac := k.get("logdata.MAC"); len(mac) >= 35 {
				if dst, src, ok := macs(mac[:35], 2); ok {
					ev.Set(event.DestinationMAC, dst)
					ev.Set(event.SourceMAC, src)
				}
			}
			ev.Set(event.EventKind, "alert")
			ev.Set(event.EventCode, k.get("logtype"))
			classify(ev, "intrusion_detection"+event.Separator+catNetwork, connInfo, "honeypot-touched", "")
			if k.get("logdata.PASSWORD") != "" {
				classify(ev, "intrusion_detection"+event.Separator+catAuthentication, typeStart, actionLogonFailed, failure)
			}
		},
	},
}
