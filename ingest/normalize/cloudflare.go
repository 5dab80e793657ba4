package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// cloudflare is the audit log and the Logpush datasets of Cloudflare
// (https://developers.cloudflare.com/logs/reference/log-fields/).
var cloudflare = []jsonProduct{
	{
		name: "cloudflare_audit", has: []string{"when", "action.type", "actor.type"}, module: "cloudflare", dataset: "cloudflare.audit", table: `
*  cloud.provider:=cloudflare
when  @time1
id  event.id
actor.email  user.email
actor.id  user.id
actor.ip  source.ip
owner.id  organization.id
interface  event.provider
`, finish: func(k *keyed) {
			outcome := success
			if k.get("action.result") == "false" {
				outcome = failure
			}
			k.cloudAction(k.get("action.type"), outcome)
		},
	},
	{
		name: "cloudflare_http", has: []string{"ClientRequestHost", "EdgeResponseStatus"}, module: "cloudflare", dataset: "cloudflare.http_request", table: `
*  network.transport:=tcp cloud.provider:=cloudflare
EdgeStartTimestamp  @time1 event.start
EdgeEndTimestamp  @time2 event.end
ClientIP  source.ip client.ip
ClientSrcPort  source.port client.port
ClientRequestBytes  source.bytes client.bytes http.request.bytes
EdgeResponseBytes  destination.bytes server.bytes http.response.bytes
ClientRequestHost  url.domain
ClientRequestURI  url.original
ClientRequestMethod  http.request.method
ClientRequestReferer  http.request.referrer
ClientRequestUserAgent  user_agent.original
ClientRequestProtocol  http.version:httpversion
ClientRequestScheme  url.scheme
EdgeResponseStatus  http.response.status_code
ClientSSLCipher  tls.cipher
ClientSSLProtocol  tls.version:tlsversion
OriginIP  destination.ip server.ip
EdgeServerIP  observer.ip
RayID  event.id
`, finish: func(k *keyed) {
			k.ev.Set(event.NetworkProtocol, "http")
			k.webAccess()
			for _, name := range [...]string{"WAFAction", "SecurityAction"} {
				if action := k.get(name); action != "" && action != "unknown" {
					k.webVerdict(action)
				}
			}
		},
	},
	{name: "cloudflare_access", has: []string{"AppDomain", "Allowed", "Email"}, module: "cloudflare", dataset: "cloudflare.access_request", table: cloudflareTable, finish: func(k *keyed) {
		outcome, action := success, actionLogonSuccess
		if k.get("Allowed") == "false" {
			outcome, action = failure, actionLogonFailed
		}
		classify(k.ev, catAuthentication, typeStart, action, outcome)
	}},
	{name: "cloudflare_gateway", has: []string{"UserUID", "Email", "Datetime"}, module: "cloudflare", dataset: "cloudflare.gateway", table: cloudflareTable, finish: cloudflareNetwork},
	{name: "cloudflare_gateway_dns", has: []string{"QueryName", "QueryType"}, module: "cloudflare", dataset: "cloudflare.dns", table: cloudflareTable, finish: cloudflareNetwork},
	{name: "cloudflare_spectrum", has: []string{"ColoCode", "ClientIP", "Event"}, module: "cloudflare", dataset: "cloudflare.spectrum_event", table: cloudflareTable, finish: cloudflareNetwork},
	{name: "cloudflare_network", has: []string{"IPSourceAddress", "IPDestinationAddress"}, module: "cloudflare", dataset: "cloudflare.network_analytics", table: cloudflareTable, finish: cloudflareNetwork},
	{name: "cloudflare_firewall", has: []string{"ClientASN", "Action", "RuleID"}, module: "cloudflare", dataset: "cloudflare.firewall_event", table: cloudflareTable, finish: func(k *keyed) { k.webVerdict(k.get("Action")) }},
	{name: "cloudflare_posture", has: []string{"PostureCheckName", "DeviceName"}, module: "cloudflare", dataset: "cloudflare.device_posture", table: cloudflareTable, finish: func(k *keyed) { classify(k.ev, catHost, typeInfo, "posture-checked", "") }},
	{name: "cloudflare_nel", has: []string{"LastKnownGoodColoCode", "Timestamp"}, module: "cloudflare", dataset: "cloudflare.nel_report", table: cloudflareTable, finish: cloudflareNetwork},
	{name: "cloudflare_workers", has: []string{"DispatchNamespace", "ScriptName"}, module: "cloudflare", dataset: "cloudflare.workers_trace", table: cloudflareTable, finish: func(k *keyed) { k.webAccess() }},
	{name: "cloudflare_workers_event", has: []string{"EventTimestampMs", "Outcome"}, module: "cloudflare", dataset: "cloudflare.workers_trace", table: cloudflareTable, finish: func(k *keyed) { k.webAccess() }},
}

const cloudflareTable = `
*  cloud.provider:=cloudflare
CreatedAt,Timestamp,Datetime,EventTimestampMs,SessionStartTime  @time1
Email  user.email
UserUID,UserID  user.id
SrcIP,SourceIP,IPSourceAddress,ClientIP,OriginatingIP  source.ip
IPAddress  source.ip client.ip
SrcPort,SourcePort,ClientPort  source.port
DstIP,DestinationIP,IPDestinationAddress,OriginIP  destination.ip
DstPort,DestinationPort,OriginPort  destination.port
IPProtocolName  network.transport
Protocol,Transport  network.transport
AppDomain,HTTPHost,ClientRequestHost  url.domain:text
URL,Event.Request.URL,ClientRequestPath  url.original
HTTPMethod,Event.Request.Method,ClientRequestMethod  http.request.method
HTTPStatusCode,Event.Response.Status,EdgeResponseStatus  http.response.status_code
UserAgent,ClientRequestUserAgent  user_agent.original
QueryName  dns.question.name
QueryTypeName  dns.question.type
QueryType  cloudflare.query_type
RCode,ClientResponseCode,ResponseCode  dns.response_code:dnscode
ResolvedIPs  dns.resolved_ip
DeviceName  host.name:host
DeviceID  host.id
PolicyID,RuleID  rule.id
PolicyName,PostureCheckName  rule.name
RayID  event.id
ClientBytes  source.bytes
OriginBytes  destination.bytes
`

func cloudflareNetwork(k *keyed) {
	k.objects("RData", func(o *event.Event) {
		k.addTo(dnsAnswerData, strings.TrimSuffix(lookup(o, "data"), "."))
		k.addTo(dnsAnswerType, lookup(o, "type"))
	})
	action := k.first("Action", "Decision", "Outcome", "Verdict", "ResolverDecision")
	if action == "" {
		action = lower(k.get("Event"))
	}
	concludeAction(k.ev, action, "")
	switch verdictOf(action) {
	case 'D':
		classify(k.ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case 'A':
		classify(k.ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	}
	if k.get("QueryName") != "" {
		k.ev.Set(event.NetworkProtocol, "dns")
		if !k.ev.Has(event.EventCategory) {
			classify(k.ev, catNetwork, typeInfo, "dns-query", "")
		}
	}
	if !k.ev.Has(event.EventCategory) {
		classify(k.ev, catNetwork, connInfo, "", "")
	}
}
