package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CoreDNS reads CoreDNS' query log and its own messages:
//
//	[INFO] 203.0.113.7:34345 - 4281 "A IN a.example. udp 43 false 512" NOERROR qr,rd,ra 105 0.028s
var CoreDNS = read.Parser{
	Name:  "coredns",
	Bare:  true,
	Apps:  []string{"coredns"},
	First: "[",
	Recognize: func(msg string) bool {
		if strings.HasPrefix(msg, "[INFO] ") || strings.HasPrefix(msg, "[ERROR] ") || strings.HasPrefix(msg, "[WARNING] ") || strings.HasPrefix(msg, "[DEBUG] ") {
			return strings.Contains(msg, `" `) && strings.Contains(msg, " IN ") || strings.Contains(msg, "plugin/")
		}
		return false
	},
	Parse: func(m *read.Message, ev *event.Event) bool {
		k := read.Keyed{Event: ev, Location: m.Location}
		if dnsMessage(&k, m, "coredns", coreDNSTemplates, m.Text) {
			return true
		}
		if strings.HasPrefix(m.Text, "[") {
			level, _, _ := strings.Cut(m.Text[1:], "]")
			ev.Set(event.LogLevel, read.Lower(level))
		}
		return true
	},
}

var coreDNSTemplates = read.NewTemplates(`
* network protocol dns-query - | [{log.level:lower}] {source.ip}:{source.port} - {dns.id} "{dns.question.type} {dns.question.class} {dns.question.name} {network.transport} {source.bytes} {} {}" {dns.response_code} {dns.header_flags} {destination.bytes} {event.duration:go}
* network protocol dns-query failure | [{log.level:lower}] {log.logger}: {dns.response_code:dnscode} {dns.question.name} {dns.question.type}: {error.message}
`)
