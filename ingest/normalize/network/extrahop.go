package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// extraHop is the detections of ExtraHop RevealX
// (https://docs.extrahop.com/current/rx360-rest-api/).
var extraHop = []read.JSONProduct{{
	Name: "extrahop", Has: []string{"appliance_id", "participants", "risk_score"}, Vendor: "ExtraHop", Product: "RevealX", Type: "ids", Module: "extrahop", Dataset: "extrahop.detection", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.Objects("participants", func(o *event.Event) {
			value, name := read.Lookup(o, "object_value"), read.Lookup(o, "hostname")
			user, domain, _ := strings.Cut(read.Lookup(o, "username"), "@")
			if read.Lookup(o, "role") == "victim" {
				if !k.Event.Has(event.DestinationIP) {
					read.SetDestination(k.Event, value)
					k.Event.Set(event.DestinationDomain, name)
					k.Event.Set(event.DestinationUserName, user)
				}
				return
			}
			if !k.Event.Has(event.SourceIP) {
				read.SetSource(k.Event, value)
				k.Event.Set(event.SourceDomain, name)
				k.Event.Set(event.UserName, user)
				k.Event.Set(event.UserDomain, domain)
			}
		})
		for _, field := range [...]struct{ array, name string }{{"mitre_tactics", "threat.tactic."}, {"mitre_techniques", "threat.technique."}} {
			id, name := read.NewBinding(field.name+"id"), read.NewBinding(field.name+"name")
			k.Objects(field.array, func(o *event.Event) {
				k.AddTo(id, read.Lookup(o, "id"))
				k.AddTo(name, read.Lookup(o, "name"))
			})
		}
		k.SpanDuration()
		k.Alert("intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	},
}}
