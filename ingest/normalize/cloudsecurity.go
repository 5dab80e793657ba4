package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// zscaler is what Zscaler's Nanolog Streaming Service writes as JSON for the
// web, the firewall and DNS (https://help.zscaler.com/zia/documentation-knowledgebase/analytics/nss).
var zscaler = []jsonProduct{{
	name: "zscaler", has: []string{"sourcetype", "event.datetime"}, vendor: "Zscaler", product: "ZIA", kind: "proxy", module: "zscaler_zia", dataset: "zscaler_zia.nss", table: `
event.datetime  @time1
event.recordid,event.event_id  event.id
event.user,event.login  user.email:email
event.department,event.dept  user.group.name
event.ClientIP,event.clientpublicIP,event.csip,event.cip  source.ip
event.csport,event.clientsourceport  source.port
event.serverip,event.cdip,event.sdip  destination.ip
event.cdport,event.sdport  destination.port
event.proto,event.ipproto  network.transport
event.protocol,event.nwapp  network.protocol
event.url,event.eurl  url.original
event.hostname,event.ehost  url.domain
event.requestmethod  http.request.method
event.status  http.response.status_code
event.useragent  user_agent.original
event.refererURL  http.request.referrer
event.requestsize,event.outbytes  source.bytes
event.responsesize,event.inbytes  destination.bytes
event.urlcategory  rule.category
event.threatname  threat.name rule.name
event.rulelabel,event.rule  rule.name
event.dnsreq,event.dns_req  dns.question.name
event.dnsreqtype  dns.question.type
event.reqaction  @action
event.reason  event.reason
event.devicehostname,event.devicename  host.name:host
`, finish: func(k *keyed) {
		ev := k.ev
		k.action = orElse(ev.Get(event.EventAction), k.action) // their "event" is an object
		switch {
		case ev.Has(event.URLOriginal):
			if verdictOf(k.action) == 'D' {
				k.webVerdict("block")
				return
			}
			k.webAccess()
		case k.first("event.dnsreq", "event.dns_req") != "":
			classify(ev, catNetwork, typeInfo, "dns-query", "")
		case verdictOf(k.action) == 'D':
			classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		default:
			concludeAction(ev, k.action, "")
		}
	},
}}

// proofpoint is Proofpoint Targeted Attack Protection's SIEM API
// (https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/SIEM_API).
var proofpoint = []jsonProduct{{
	name: "proofpoint_message", has: []string{"threatsInfoMap", "senderIP"}, vendor: "Proofpoint", product: "TAP", kind: "email-gateway", module: "proofpoint_tap", dataset: "proofpoint_tap.message", table: `
messageTime  @time1
GUID  event.id
senderIP  source.ip
sender  email.sender.address
fromAddress  email.from.address:text
recipient  email.to.address:text
subject  email.subject
messageID  email.message_id
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		action, outcome := "message-delivered", success
		if strings.Contains(lower(k.get("quarantineFolder")), "quarantine") || k.get("quarantineRule") != "" {
			action, outcome = "message-blocked", failure
		}
		k.objects("threatsInfoMap", func(o *event.Event) { k.addTo(ruleName, orElse(lookup(o, "classification"), lookup(o, "threatType"))) })
		classify(k.ev, "email"+event.Separator+"threat", typeInfo, action, outcome)
	},
}, {
	name: "proofpoint_click", has: []string{"threatURL", "clickTime"}, vendor: "Proofpoint", product: "TAP", kind: "email-gateway", module: "proofpoint_tap", dataset: "proofpoint_tap.click", table: `
clickTime  @time1
GUID,id  event.id
clickIP  source.ip
senderIP  email.sender_ip
sender  email.sender.address
recipient  email.to.address
url  url.original
userAgent  user_agent.original
classification  rule.name
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		classify(k.ev, "email"+event.Separator+"threat", typeInfo, "link-clicked", "")
	},
}}

// mimecast is Mimecast's SIEM logs as JSON
// (https://integrations.mimecast.com/documentation/tutorials/understanding-siem-logs/).
var mimecast = []jsonProduct{{
	name: "mimecast", has: []string{"aCode", "acc", "datetime"}, vendor: "Mimecast", product: "Email Security", kind: "email-gateway", module: "mimecast", dataset: "mimecast.siem", table: `
datetime  @time1
aCode  event.id
IP,SourceIP  source.ip
Sender  email.sender.address
headerFrom,HdrFrom  email.from.address
Rcpt,Recipient  email.to.address
Subject  email.subject
MsgId  email.message_id
MsgSize  email.size
Dir,Route  email.direction:lower
Act  @action
RejInfo,Error  event.reason
Virus  threat.name
md5  file.hash.md5
sha1  file.hash.sha1
sha256  file.hash.sha256
fileName,AttNames  file.name
`, finish: func(k *keyed) {
		outcome := ""
		switch lower(k.action) {
		case "acc", "accepted":
			outcome = success
		case "rej", "rejected", "hld", "blk", "blocked":
			outcome = failure
		}
		if k.get("Virus") != "" {
			k.ev.Set(event.EventKind, "alert")
			classify(k.ev, "email"+event.Separator+"malware", typeInfo, "malware-detected", outcome)
			return
		}
		classify(k.ev, "email", typeInfo, "message-handled", outcome)
	},
}}

// carbonBlack is the alerts of VMware Carbon Black Cloud
// (https://developer.carbonblack.com/reference/carbon-black-cloud/).
var carbonBlack = []jsonProduct{{
	name: "carbon_black", has: []string{"device_name", "device_internal_ip", "reason"}, vendor: "VMware", product: "Carbon Black Cloud", kind: "endpoint", module: "carbon_black_cloud", dataset: "carbon_black_cloud.alert", table: `
create_time,backend_timestamp  @time1
first_event_time  event.start
last_event_time  event.end
id  event.id
device_name  host.name:host
device_id  host.id
device_internal_ip  host.ip:anyip
device_external_ip  source.ip
device_username,process_username  user.name:user
severity  event.severity:number
reason  event.reason
alert_url  event.url
process_name  process.executable
process_guid  process.entity_id
process_cmdline  process.command_line
process_sha256,threat_cause_actor_sha256  process.hash.sha256
process_md5,threat_cause_actor_md5  process.hash.md5
parent_name  process.parent.executable
watchlist_name,report_name,threat_cause_threat_category  rule.name
policy_name  carbon_black.policy
ttps  threat.technique.name
netconn_remote_ip  destination.ip
netconn_remote_port  destination.port
`, finish: func(k *keyed) {
		k.osType(k.get("device_os"))
		k.ev.Set(event.EventKind, "alert")
		action := "threat-detected"
		if k.get("policy_applied") == "APPLIED" || k.get("sensor_action") == "DENY" || k.get("sensor_action") == "TERMINATE" {
			action = "threat-blocked"
		}
		classify(k.ev, "malware", typeInfo, action, "")
	},
}}

// zoom is Zoom's webhooks (https://developers.zoom.us/docs/api/webhooks/).
var zoom = []jsonProduct{{
	name: "zoom", has: []string{"payload.account_id", "event"}, module: "zoom", dataset: "zoom.webhook", table: `
event_ts  @time1
payload.account_id  organization.id
payload.operator  user.email:email
payload.operator_id  user.id
payload.object.id  zoom.object.id
payload.object.topic  zoom.topic
`, finish: func(k *keyed) {
		switch action := k.get("event"); action {
		case "user.signed_in":
			k.put(k.get("payload.object.email"), zoomUser)
			k.loggedOn(success)
		case "user.signed_out":
			k.put(k.get("payload.object.email"), zoomUser)
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
		default:
			k.put(k.get("payload.object.email"), appTarget)
			k.cloudAction(action, success)
		}
	},
}}

var zoomUser = target("user.email:email")
