package network

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Unbound reads the logs of Unbound and of resolvers that log as it does:
//
//	info: 203.0.113.7 a.example. A IN
var Unbound = read.Parser{
	Name: "unbound",
	Apps: []string{"unbound", "pdns_recursor", "kresd"},
	Parse: func(m *read.Message, ev *event.Event) bool {
		k := read.Keyed{Event: ev, Location: m.Location}
		dnsMessage(&k, m, "unbound", unboundTemplates, m.Text)
		return true
	},
}

var unboundTemplates = read.NewTemplates(`
* network protocol dns-query - | [{}:{}] info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class} {dns.response_code} {event.duration} {} {destination.bytes}
* network protocol dns-query - | [{}:{}] info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class} {dns.type:=question}
* network protocol dns-query - | [{}:{}] info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class}
* network protocol dns-query - | info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class}
`)
