package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// darktrace is the alerts that Darktrace sends to a syslog server as JSON:
// model breaches and AI Analyst's incidents
// (https://customerportal.darktrace.com/product-guides).
var darktrace = []jsonProduct{{
	name: "darktrace_model", has: []string{"pbid", "score", "creationTime"}, vendor: "Darktrace", product: "Threat Visualizer", kind: "ids", module: "darktrace", dataset: "darktrace.model_breach_alert", table: `
time  @time2
creationTime  @time1 event.created
pbid  event.id
model.name,model.then.name  rule.name
model.uuid,model.then.uuid  rule.uuid
model.description,model.then.description  rule.description
model.category,model.then.category  log.level:lower
breachUrl  event.url
score  event.risk_score
device.hostname  host.name:host
device.ip  source.ip host.ip
device.macaddress  host.mac
device.did  host.id
device.typename  host.type
`, finish: func(k *keyed) {
		k.objects("triggeredComponents", func(o *event.Event) {
			for one := range event.Values(lookup(o, "triggeredFilters")) {
				var filter event.Event
				if !strings.HasPrefix(one, "{") || event.FlattenJSON(one, &filter) != nil {
					continue
				}
				value := lookup(&filter, "trigger.value")
				switch lower(lookup(&filter, "filterType")) {
				case "destination ip":
					k.put(value, alertDestination)
				case "connection hostname", "dns host lookup":
					k.ev.Set(event.DestinationDomain, value)
				case "destination port":
					setPort(k.ev, event.DestinationPort, value)
				case "source port":
					setPort(k.ev, event.SourcePort, value)
				case "protocol":
					setTransport(k.ev, value)
				}
			}
		})
		k.alert("threat"+event.Separator+catNetwork, "indicator"+event.Separator+typeConn, "model-breach", "")
	},
}, {
	name: "darktrace_analyst", has: []string{"summariser", "aiaScore", "createdAt"}, vendor: "Darktrace", product: "Threat Visualizer", kind: "ids", module: "darktrace", dataset: "darktrace.ai_analyst_alert", table: `
createdAt  @time1 event.created
id  event.id
title  rule.name
summary  event.reason
category,groupCategory  log.level:lower
incidentEventUrl  event.url
aiaScore  event.risk_score
`, finish: func(k *keyed) {
		k.objects("breachDevices", func(o *event.Event) {
			k.put(lookup(o, "hostname"), alertHost)
			ip, _, _ := strings.Cut(lookup(o, "ip"), "/")
			k.put(ip, alertHostIP)
			k.put(lookup(o, "mac"), alertHostMAC)
			setNamed(k.ev, "host.id", lookup(o, "did"))
		})
		k.objects("periods", func(o *event.Event) {
			k.put(lookup(o, "start"), alertStart)
			k.put(lookup(o, "end"), alertEnd)
		})
		k.spanDuration()
		k.alert("threat", "indicator", "incident-raised", "")
	},
}}
