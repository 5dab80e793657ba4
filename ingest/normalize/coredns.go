package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// coreDNS reads CoreDNS' query log and its own messages:
//
//	[INFO] 203.0.113.7:34345 - 4281 "A IN a.example. udp 43 false 512" NOERROR qr,rd,ra 105 0.028s
var coreDNS = parser{
	name:  "coredns",
	bare:  true,
	apps:  []string{"coredns"},
	first: "[",
	recognize: func(msg string) bool {
		if strings.HasPrefix(msg, "[INFO] ") || strings.HasPrefix(msg, "[ERROR] ") || strings.HasPrefix(msg, "[WARNING] ") || strings.HasPrefix(msg, "[DEBUG] ") {
			return strings.Contains(msg, `" `) && strings.Contains(msg, " IN ") || strings.Contains(msg, "plugin/")
		}
		return false
	},
	parse: func(m *message, ev *event.Event) bool {
		k := keyed{ev: ev, loc: m.loc}
		if k.dnsMessage(m, "coredns", coreDNSTemplates, m.text) {
			return true
		}
		if strings.HasPrefix(m.text, "[") {
			level, _, _ := strings.Cut(m.text[1:], "]")
			ev.Set(event.LogLevel, lower(level))
		}
		return true
	},
}

var coreDNSTemplates = newTemplates(`
* network protocol dns-query - | [{log.level:lower}] {source.ip}:{source.port} - {dns.id} "{dns.question.type} {dns.question.class} {dns.question.name} {network.transport} {source.bytes} {} {}" {dns.response_code} {dns.header_flags} {destination.bytes} {event.duration:go}
* network protocol dns-query failure | [{log.level:lower}] {log.logger}: {dns.response_code:dnscode} {dns.question.name} {dns.question.type}: {error.message}
`)
