package normalize

import "porchlight/ingest/event"

// unbound reads Unbound and the resolvers that log as it does:
//
//	info: 203.0.113.7 a.example. A IN
var unbound = parser{
	name: "unbound",
	apps: []string{"unbound", "pdns_recursor", "kresd"},
	parse: func(m *message, ev *event.Event) bool {
		k := keyed{ev: ev, loc: m.loc}
		k.dnsMessage(m, "unbound", unboundTemplates, m.text)
		return true
	},
}

var unboundTemplates = newTemplates(`
* network protocol dns-query - | [{}:{}] info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class} {dns.response_code} {event.duration} {} {destination.bytes}
* network protocol dns-query - | [{}:{}] info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class} {dns.type:=question}
* network protocol dns-query - | [{}:{}] info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class}
* network protocol dns-query - | info: {source.ip:anyip} {dns.question.name} {dns.question.type} {dns.question.class}
`)
