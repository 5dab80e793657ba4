package web

import (
	"cmp"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// zscaler is what Zscaler's Nanolog Streaming Service writes as JSON for the
// web, the firewall and DNS (https://help.zscaler.com/zia/documentation-knowledgebase/analytics/nss).
var zscaler = []read.JSONProduct{{
	Name: "zscaler", Has: []string{"sourcetype", "event.datetime"}, Vendor: "Zscaler", Product: "ZIA", Type: "proxy", Module: "zscaler_zia", Dataset: "zscaler_zia.nss", Table: `
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
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		k.Action = cmp.Or(ev.Get(event.EventAction), k.Action) // its "event" is an object
		switch {
		case ev.Has(event.URLOriginal):
			if read.VerdictOf(k.Action) == read.Denied {
				k.WebVerdict("block")
				return
			}
			k.WebAccess()
		case k.First("event.dnsreq", "event.dns_req") != "":
			read.Classify(ev, read.CategoryNetwork, read.TypeInfo, "dns-query", "")
		case read.VerdictOf(k.Action) == read.Denied:
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		default:
			read.ConcludeAction(ev, k.Action, "")
		}
	},
}}
