package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// cloudflare is the audit log and the Logpush datasets of Cloudflare
// (https://developers.cloudflare.com/logs/reference/log-fields/).
var cloudflare = []read.JSONProduct{
	{
		Name: "cloudflare_audit", Has: []string{"when", "action.type", "actor.type"}, Module: "cloudflare", Dataset: "cloudflare.audit", Table: `
*  cloud.provider:=cloudflare
when  @time1
id  event.id
actor.email  user.email
actor.id  user.id
actor.ip  source.ip
owner.id  organization.id
interface  event.provider
`, Finish: func(k *read.Keyed) {
			outcome := read.Success
			if k.Get("action.result") == "false" {
				outcome = read.Failure
			}
			k.CloudAction(k.Get("action.type"), outcome)
		},
	},
	{
		Name: "cloudflare_http", Has: []string{"ClientRequestHost", "EdgeResponseStatus"}, Module: "cloudflare", Dataset: "cloudflare.http_request", Table: `
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
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.NetworkProtocol, "http")
			k.WebAccess()
			for _, name := range [...]string{"WAFAction", "SecurityAction"} {
				if action := k.Get(name); action != "" && action != "unknown" {
					k.WebVerdict(action)
				}
			}
		},
	},
	{Name: "cloudflare_access", Has: []string{"AppDomain", "Allowed", "Email"}, Module: "cloudflare", Dataset: "cloudflare.access_request", Table: cloudflareTable, Finish: func(k *read.Keyed) {
		outcome, action := read.Success, read.ActionLogonSuccess
		if k.Get("Allowed") == "false" {
			outcome, action = read.Failure, read.ActionLogonFailed
		}
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, action, outcome)
	}},
	{Name: "cloudflare_gateway", Has: []string{"UserUID", "Email", "Datetime"}, Module: "cloudflare", Dataset: "cloudflare.gateway", Table: cloudflareTable, Finish: cloudflareNetwork},
	{Name: "cloudflare_gateway_dns", Has: []string{"QueryName", "QueryType"}, Module: "cloudflare", Dataset: "cloudflare.dns", Table: cloudflareTable, Finish: cloudflareNetwork},
	{Name: "cloudflare_spectrum", Has: []string{"ColoCode", "ClientIP", "Event"}, Module: "cloudflare", Dataset: "cloudflare.spectrum_event", Table: cloudflareTable, Finish: cloudflareNetwork},
	{Name: "cloudflare_network", Has: []string{"IPSourceAddress", "IPDestinationAddress"}, Module: "cloudflare", Dataset: "cloudflare.network_analytics", Table: cloudflareTable, Finish: cloudflareNetwork},
	{Name: "cloudflare_firewall", Has: []string{"ClientASN", "Action", "RuleID"}, Module: "cloudflare", Dataset: "cloudflare.firewall_event", Table: cloudflareTable, Finish: func(k *read.Keyed) { k.WebVerdict(k.Get("Action")) }},
	{Name: "cloudflare_posture", Has: []string{"PostureCheckName", "DeviceName"}, Module: "cloudflare", Dataset: "cloudflare.device_posture", Table: cloudflareTable, Finish: func(k *read.Keyed) { read.Classify(k.Event, read.CategoryHost, read.TypeInfo, "posture-checked", "") }},
	{Name: "cloudflare_nel", Has: []string{"LastKnownGoodColoCode", "Timestamp"}, Module: "cloudflare", Dataset: "cloudflare.nel_report", Table: cloudflareTable, Finish: cloudflareNetwork},
	{Name: "cloudflare_workers", Has: []string{"DispatchNamespace", "ScriptName"}, Module: "cloudflare", Dataset: "cloudflare.workers_trace", Table: cloudflareTable, Finish: func(k *read.Keyed) { k.WebAccess() }},
	{Name: "cloudflare_workers_event", Has: []string{"EventTimestampMs", "Outcome"}, Module: "cloudflare", Dataset: "cloudflare.workers_trace", Table: cloudflareTable, Finish: func(k *read.Keyed) { k.WebAccess() }},
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

func cloudflareNetwork(k *read.Keyed) {
	k.Objects("RData", func(o *event.Event) {
		k.AddTo(read.DNSAnswerData, strings.TrimSuffix(read.Lookup(o, "data"), "."))
		k.AddTo(read.DNSAnswerType, read.Lookup(o, "type"))
	})
	action := k.First("Action", "Decision", "Outcome", "Verdict", "ResolverDecision")
	if action == "" {
		action = read.Lower(k.Get("Event"))
	}
	read.ConcludeAction(k.Event, action, "")
	switch read.VerdictOf(action) {
	case read.Denied:
		read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case read.Allowed:
		read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	}
	if k.Get("QueryName") != "" {
		k.Event.Set(event.NetworkProtocol, "dns")
		if !k.Event.Has(event.EventCategory) {
			read.Classify(k.Event, read.CategoryNetwork, read.TypeInfo, "dns-query", "")
		}
	}
	if !k.Event.Has(event.EventCategory) {
		read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionInfo, "", "")
	}
}
