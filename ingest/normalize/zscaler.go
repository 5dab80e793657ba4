package normalize

import (
	"cmp"

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
		k.action = cmp.Or(ev.Get(event.EventAction), k.action) // their "event" is an object
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
