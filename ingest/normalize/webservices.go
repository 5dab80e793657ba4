package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// caddy is the access log of Caddy 2
// (https://caddyserver.com/docs/logging).
var caddy = []jsonProduct{{
	name: "caddy", has: []string{"request.uri", "request.proto", "request.method", "status"}, module: "caddy", dataset: "caddy.access", table: `
ts  @time1
request.remote_ip  source.ip
request.remote_addr  source.ip:anyip
request.remote_port  source.port
request.client_ip  client.ip
request.method  http.request.method
request.uri  url.original
request.proto  http.version:httpversion
request.headers.User-Agent  user_agent.original
request.headers.Referer  http.request.referrer
request.tls.server_name  tls.client.server_name
status  http.response.status_code
size  http.response.body.bytes
bytes_read  http.request.body.bytes
duration  event.duration
user_id  user.name
level  log.level
logger  log.logger
`, finish: func(k *keyed) {
		k.urlHost(k.get("request.host"))
		k.webAccess()
	},
}}

// urlHost stores the host that a client asked for, and its port.
func (k *keyed) urlHost(host string) {
	if h, port, ok := cutLast(host, ":"); ok && isPort(port) && (strings.IndexByte(h, ':') < 0 || strings.HasSuffix(h, "]")) {
		setNamed(k.ev, fieldURLPort, port)
		host = h
	}
	if host = strings.Trim(host, "[]"); host != "-" {
		k.ev.Set(event.URLDomain, host)
	}
}

// envoy is Envoy's and Istio's access log as JSON
// (https://istio.io/latest/docs/tasks/observability/logs/access-log/).
var envoy = []jsonProduct{{
	name: "envoy", has: []string{"downstream_remote_address", "response_code", "bytes_received"}, module: "envoyproxy", dataset: "envoyproxy.access", table: `
start_time  @time1
downstream_remote_address  source.ip:anyip
method  http.request.method
path  url.original
protocol  http.version:httpversion
response_code  http.response.status_code:nonzero
response_code_details  event.reason
bytes_received  source.bytes
bytes_sent  destination.bytes
duration  event.duration:ms
user_agent  user_agent.original
request_id  event.id
requested_server_name  tls.client.server_name
route_name  rule.name
`, finish: func(k *keyed) {
		if ip, port := proseIP(k.get("downstream_local_address")); ip != "" {
			setDestination(k.ev, ip)
			setPort(k.ev, event.DestinationPort, port)
		}
		k.urlHost(k.get("authority"))
		if k.get("path") == "" { // TCP
			classify(k.ev, catNetwork, connEnd, actionConnectionClosed, "")
			return
		}
		k.webAccess()
	},
}}

// minIO is the audit log of MinIO
// (https://min.io/docs/minio/linux/operations/monitoring/minio-logging.html).
var minIO = []jsonProduct{{
	name: "minio", has: []string{"deploymentid", "api.name", "requestID"}, vendor: "MinIO", product: "MinIO", module: "minio", dataset: "minio.audit", table: `
time  @time1
requestID  event.id
remotehost  source.ip:anyip
userAgent  user_agent.original
accessKey  user.name
requestPath  url.original
api.statusCode  http.response.status_code
api.rx  source.bytes
api.tx  destination.bytes
api.timeToResponseInNS  event.duration:ns
error  event.reason
`, finish: func(k *keyed) {
		outcome := success
		if status := k.ev.Get(event.HTTPResponseStatusCode); strings.HasPrefix(status, "4") || strings.HasPrefix(status, "5") {
			outcome = failure
		}
		k.urlHost(k.get("requestHost"))
		name, bucket, object := k.get("api.name"), k.get("api.bucket"), k.get("api.object")
		if object == "" {
			k.cloudAction(name, outcome)
			return
		}
		setNamed(k.ev, "file.path", bucket+"/"+object)
		typ := "access"
		switch {
		case strings.HasSuffix(name, "Tagging"), strings.HasSuffix(name, "Acl"), strings.HasSuffix(name, "ACL"), strings.HasSuffix(name, "Retention"), strings.HasSuffix(name, "LegalHold"), strings.Contains(name, "Restore"):
			typ = typeChange
		case strings.HasPrefix(name, "Put"), strings.HasPrefix(name, "Copy"), strings.HasPrefix(name, "Post"), strings.HasPrefix(name, "CompleteMultipart"):
			typ = "creation"
		case strings.HasPrefix(name, "Delete"), strings.HasPrefix(name, "Remove"):
			typ = "deletion"
		}
		classify(k.ev, catFile, typ, name, outcome)
	},
}}

// messageTrace is what Exchange Online's message trace reports, a message and
// a recipient each
// (https://learn.microsoft.com/en-us/previous-versions/office/developer/o365-enterprise-developers/jj984335(v=office.15)).
var messageTrace = []jsonProduct{{
	name: "message_trace", has: []string{"MessageTraceId", "RecipientAddress"}, vendor: "Microsoft", product: "Exchange Online", kind: "email-gateway", module: "microsoft_exchange_online_message_trace", dataset: "microsoft_exchange_online_message_trace.log", table: `
MessageTraceId  email.local_id
MessageId  email.message_id:bracketed
SenderAddress  email.from.address
RecipientAddress  email.to.address
Subject  email.subject
Size  email.size
FromIP  source.ip
ToIP  destination.ip
Organization  organization.name
`, finish: func(k *keyed) {
		setTime(k.ev, k.get("Received"), zones["UTC"]) // which it is, without saying so
		action, outcome := "message-handled", ""
		switch k.get("Status") {
		case "Delivered":
			action, outcome = "message-sent", success
		case "Failed":
			action, outcome = "message-bounced", failure
		case "Pending":
			action, outcome = "message-deferred", failure
		case "Quarantined":
			action = "message-quarantined"
		case "FilteredAsSpam":
			action = "spam-detected"
		}
		classify(k.ev, "email", typeInfo, action, outcome)
	},
}}

// serilog is what .NET programs write in Serilog's compact format
// (https://github.com/serilog/serilog-formatting-compact): the properties have
// whatever names the program gave them.
var serilog = []jsonProduct{{
	name: "serilog", has: []string{"@t", "@mt"}, module: "serilog", dataset: "serilog.log", table: serilogTable, finish: serilogKind,
}, {
	name: "serilog_rendered", has: []string{"@t", "@m"}, module: "serilog", dataset: "serilog.log", table: serilogTable, finish: serilogKind,
}}

const serilogTable = `
@t  @time1
@l  log.level:lower
@i  event.code
@x  error.stack_trace
SourceContext  log.logger
RequestPath  url.original
RequestMethod  http.request.method
StatusCode  http.response.status_code
`

func serilogKind(k *keyed) {
	k.bindLoose()
	text := k.first("@m", "@mt")
	switch {
	case k.ev.Has(event.HTTPResponseStatusCode):
		k.webAccess()
	case !proseLogin(k.ev, text):
		classify(k.ev, catHost, typeInfo, "", "")
	}
}
