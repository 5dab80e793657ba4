package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// darktrace is the alerts that Darktrace sends to a syslog server as JSON:
// model breaches and AI Analyst's incidents
// (https://customerportal.darktrace.com/product-guides).
var darktrace = []read.JSONProduct{{
	Name: "darktrace_model", Has: []string{"pbid", "score", "creationTime"}, Vendor: "Darktrace", Product: "Threat Visualizer", Type: "ids", Module: "darktrace", Dataset: "darktrace.model_breach_alert", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.Objects("triggeredComponents", func(o *event.Event) {
			for one := range event.Values(read.Lookup(o, "triggeredFilters")) {
				var filter event.Event
				if !strings.HasPrefix(one, "{") || event.FlattenJSON(one, &filter) != nil {
					continue
				}
				value := read.Lookup(&filter, "trigger.value")
				switch read.Lower(read.Lookup(&filter, "filterType")) {
				case "destination ip":
					k.Put(value, read.AlertDestination)
				case "connection hostname", "dns host lookup":
					k.Event.Set(event.DestinationDomain, value)
				case "destination port":
					read.SetPort(k.Event, event.DestinationPort, value)
				case "source port":
					read.SetPort(k.Event, event.SourcePort, value)
				case "protocol":
					read.SetTransport(k.Event, value)
				}
			}
		})
		k.Alert("threat"+event.Separator+read.CategoryNetwork, "indicator"+event.Separator+read.TypeConnection, "model-breach", "")
	},
}, {
	Name: "darktrace_analyst", Has: []string{"summariser", "aiaScore", "createdAt"}, Vendor: "Darktrace", Product: "Threat Visualizer", Type: "ids", Module: "darktrace", Dataset: "darktrace.ai_analyst_alert", Table: `
createdAt  @time1 event.created
id  event.id
title  rule.name
summary  event.reason
category,groupCategory  log.level:lower
incidentEventUrl  event.url
aiaScore  event.risk_score
`, Finish: func(k *read.Keyed) {
		k.Objects("breachDevices", func(o *event.Event) {
			k.Put(read.Lookup(o, "hostname"), read.AlertHost)
			ip, _, _ := strings.Cut(read.Lookup(o, "ip"), "/")
			k.Put(ip, read.AlertHostIP)
			k.Put(read.Lookup(o, "mac"), read.AlertHostMAC)
			read.SetNamed(k.Event, "host.id", read.Lookup(o, "did"))
		})
		k.Objects("periods", func(o *event.Event) {
			k.Put(read.Lookup(o, "start"), read.AlertStart)
			k.Put(read.Lookup(o, "end"), read.AlertEnd)
		})
		k.SpanDuration()
		k.Alert("threat", "indicator", "incident-raised", "")
	},
}}
