package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// extraHop is the detections of ExtraHop RevealX
// (https://docs.extrahop.com/current/rx360-rest-api/).
var extraHop = []jsonProduct{{
	name: "extrahop", has: []string{"appliance_id", "participants", "risk_score"}, vendor: "ExtraHop", product: "RevealX", kind: "ids", module: "extrahop", dataset: "extrahop.detection", table: `
create_time  @time1
start_time  @time0 event.start
end_time  event.end
id  event.id
type  rule.id
title  rule.name
description  event.reason
url  event.url
risk_score  event.risk_score
properties.client_port  source.port
properties.server_port  destination.port
`, finish: func(k *keyed) {
		k.objects("participants", func(o *event.Event) {
			value, name := lookup(o, "object_value"), lookup(o, "hostname")
			user, domain, _ := strings.Cut(lookup(o, "username"), "@")
			if lookup(o, "role") == "victim" {
				if !k.ev.Has(event.DestinationIP) {
					setDestination(k.ev, value)
					k.ev.Set(event.DestinationDomain, name)
					k.ev.Set(event.DestinationUserName, user)
				}
				return
			}
			if !k.ev.Has(event.SourceIP) {
				setSource(k.ev, value)
				k.ev.Set(event.SourceDomain, name)
				k.ev.Set(event.UserName, user)
				k.ev.Set(event.UserDomain, domain)
			}
		})
		for _, field := range [...]struct{ array, name string }{{"mitre_tactics", "threat.tactic."}, {"mitre_techniques", "threat.technique."}} {
			id, name := target(field.name+"id"), target(field.name+"name")
			k.objects(field.array, func(o *event.Event) {
				k.addTo(id, lookup(o, "id"))
				k.addTo(name, lookup(o, "name"))
			})
		}
		k.spanDuration()
		k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	},
}}
