package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// named reads the queries and refusals of ISC BIND and of Infoblox, which is
// made of it:
//
//	client @0x7f 203.0.113.7#59735 (a.example): query: a.example IN A + (192.0.2.1)
var named = parser{
	name:      "named",
	bare:      true,
	apps:      []string{"named"},
	first:     "c",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, "client ") && strings.IndexByte(msg, '#') > 0 },
	parse:     parseNamed,
}

func parseNamed(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	// In front of a file's lines: 21-Nov-2026 10:00:00.123 queries: info: client ...
	if i := strings.Index(text, "client "); i > 0 && i < 80 && strings.Contains(text[i:], "#") {
		text = text[i:]
	}
	k.dnsMessage(m, "named", namedTemplates, text)
	return true
}

var namedTemplates = newTemplates(`
* network protocol dns-query - | client [[@{} ]]{source.ip}#{source.port} ({}): [[view {}: ]]query: {dns.question.name} {dns.question.class} {dns.question.type} {}
* network protocol dns-query - | client [[@{} ]]{source.ip}#{source.port}: [[view {}: ]]query: {dns.question.name} {dns.question.class} {dns.question.type} {}
* network protocol+denied dns-query failure | client [[@{} ]]{source.ip}#{source.port} [[({}) ]]: [[view {}: ]]query (cache) '{dns.question.name}/{dns.question.type}/{dns.question.class}' denied[[{}]]
* network protocol+denied dns-query failure | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]query [[(cache) ]]'{dns.question.name}/{dns.question.type}/{dns.question.class}' denied[[{}]]
* network protocol dns-update - | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]updating zone '{dns.question.name}/{dns.question.class}': {event.reason}
* network protocol dns-answer - | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]{network.transport}: query: {dns.question.name} {dns.question.class} {dns.question.type} response: {dns.response_code} {dns.answers.data}
* network protocol+denied zone-transfer failure | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]zone transfer '{dns.question.name}/AXFR/{}' denied
`)
