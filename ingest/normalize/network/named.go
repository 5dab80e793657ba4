package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Named reads the queries and refusals of ISC BIND and of Infoblox, which is
// based on it:
//
//	client @0x7f 203.0.113.7#59735 (a.example): query: a.example IN A + (192.0.2.1)
var Named = read.Parser{
	Name:      "named",
	Bare:      true,
	Apps:      []string{"named"},
	First:     "c",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "client ") && strings.IndexByte(msg, '#') > 0 },
	Parse:     parseNamed,
}

func parseNamed(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	// Lines of a file begin with 21-Nov-2026 10:00:00.123 queries: info:
	// client ...
	if i := strings.Index(text, "client "); i > 0 && i < 80 && strings.Contains(text[i:], "#") {
		text = text[i:]
	}
	dnsMessage(&k, m, "named", namedTemplates, text)
	return true
}

var namedTemplates = read.NewTemplates(`
* network protocol dns-query - | client [[@{} ]]{source.ip}#{source.port} ({}): [[view {}: ]]query: {dns.question.name} {dns.question.class} {dns.question.type} {}
* network protocol dns-query - | client [[@{} ]]{source.ip}#{source.port}: [[view {}: ]]query: {dns.question.name} {dns.question.class} {dns.question.type} {}
* network protocol+denied dns-query failure | client [[@{} ]]{source.ip}#{source.port} [[({}) ]]: [[view {}: ]]query (cache) '{dns.question.name}/{dns.question.type}/{dns.question.class}' denied[[{}]]
* network protocol+denied dns-query failure | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]query [[(cache) ]]'{dns.question.name}/{dns.question.type}/{dns.question.class}' denied[[{}]]
* network protocol dns-update - | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]updating zone '{dns.question.name}/{dns.question.class}': {event.reason}
* network protocol dns-answer - | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]{network.transport}: query: {dns.question.name} {dns.question.class} {dns.question.type} response: {dns.response_code} {dns.answers.data}
* network protocol+denied zone-transfer failure | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]zone transfer '{dns.question.name}/AXFR/{}' denied
`)
