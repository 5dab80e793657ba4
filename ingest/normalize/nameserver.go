package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// nameServer reads what DNS servers write about queries: BIND and Infoblox,
// Unbound, dnsmasq and Pi-hole, CoreDNS:
//
//	client @0x7f 203.0.113.7#59735 (a.example): query: a.example IN A + (192.0.2.1)
//	info: 203.0.113.7 a.example. A IN
//	query[A] a.example from 203.0.113.7
//	[INFO] 203.0.113.7:34345 - 4281 "A IN a.example. udp 43 false 512" NOERROR qr,rd,ra 105 0.028s
var nameServer = parser{
	name:  "nameserver",
	bare:  true,
	apps:  []string{"named", "unbound", "dnsmasq", "pihole-FTL", "coredns", "pdns_recursor", "dnscrypt-proxy", "kresd"},
	first: "cq[",
	recognize: func(msg string) bool {
		switch {
		case strings.HasPrefix(msg, "client ") || strings.HasPrefix(msg, "query["):
			return true
		case strings.HasPrefix(msg, "[") && (strings.HasPrefix(msg, "[INFO] ") || strings.HasPrefix(msg, "[ERROR] ") || strings.HasPrefix(msg, "[WARNING] ") || strings.HasPrefix(msg, "[DEBUG] ")):
			return strings.Contains(msg, `" `) && strings.Contains(msg, " IN ") || strings.Contains(msg, "plugin/")
		}
		return false
	},
	parse: parseNameServer,
}

func parseNameServer(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	// BIND in front of a file: 21-Nov-2026 10:00:00.123 queries: info: client ...
	if i := strings.Index(text, "client "); i > 0 && i < 80 && strings.Contains(text[i:], "#") {
		text = text[i:]
	}
	from(ev, "dns", "dns.log")
	if m.app != "" {
		ev.Set(event.EventModule, m.app)
	}
	ev.Set(event.NetworkProtocol, "dns")
	if !nameServerTemplates.match("*", text, &k) {
		classify(ev, catNetwork, "protocol", "", "")
		if strings.HasPrefix(text, "[") {
			level, _, _ := strings.Cut(text[1:], "]")
			ev.Set(event.LogLevel, lower(level))
		} else {
			k.prose(text)
		}
	}
	if name := ev.Get(event.DNSQuestionName); len(name) > 1 && name[len(name)-1] == '.' {
		ev.Set(event.DNSQuestionName, name[:len(name)-1])
	}
	if answer, ok := ev.LookupName("dns.answers.data"); ok {
		if ip, _ := parseIP(ev.Get(event.DNSQuestionName)); ip != "" { // a name for an address
			ev.Set(event.DNSQuestionName, answer)
			ev.SetExtra("dns.answers.data", ip)
			answer = ip
		}
		if ip, _ := parseIP(answer); ip != "" {
			setNamed(ev, "dns.resolved_ip", ip)
		}
	}
	if typ := ev.Get(event.DNSQuestionType); isNumber(typ) {
		ev.Set(event.DNSQuestionType, dnsTypeName(typ))
	}
	if flags, ok := ev.LookupName("dns.header_flags"); ok {
		ev.SetExtra("dns.header_flags", strings.ReplaceAll(strings.ToUpper(flags), ",", event.Separator))
	}
	if source := ev.Get(event.SourceIP); source != "" {
		setNamed(ev, "client.ip", source)
		setNamed(ev, "client.port", ev.Get(event.SourcePort))
	}
	return true
}

var nameServerTemplates = newTemplates(`
* network protocol dns-query - | client [[@{} ]]{source.ip}#{source.port} ({}): [[view {}: ]]query: {dns.question.name} {dns.question.class} {dns.question.type} {}
* network protocol dns-query - | client [[@{} ]]{source.ip}#{source.port}: [[view {}: ]]query: {dns.question.name} {dns.question.class} {dns.question.type} {}
* network protocol+denied dns-query failure | client [[@{} ]]{source.ip}#{source.port} [[({}) ]]: [[view {}: ]]query (cache) '{dns.question.name}/{dns.question.type}/{dns.question.class}' denied[[{}]]
* network protocol+denied dns-query failure | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]query [[(cache) ]]'{dns.question.name}/{dns.question.type}/{dns.question.class}' denied[[{}]]
* network protocol dns-update - | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]updating zone '{dns.question.name}/{dns.question.class}': {event.reason}
* network protocol dns-answer - | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]{network.transport}: query: {dns.question.name} {dns.question.class} {dns.question.type} response: {dns.response_code} {dns.answers.data}
* network protocol+denied zone-transfer failure | client [[@{} ]]{source.ip}#{source.port}[[ ({})]]: [[view {}: ]]zone transfer '{dns.question.name}/AXFR/{}' denied
* network protocol dns-query - | [{}:{}] info: {source.ip} {dns.question.name} {dns.question.type} {dns.question.class} {dns.response_code} {event.duration} {} {destination.bytes}
* network protocol dns-query - | [{}:{}] info: {source.ip} {dns.question.name} {dns.question.type} {dns.question.class} {dns.type:=question}
* network protocol dns-query - | [{}:{}] info: {source.ip} {dns.question.name} {dns.question.type} {dns.question.class}
* network protocol dns-query - | info: {source.ip} {dns.question.name} {dns.question.type} {dns.question.class}
* network protocol dns-query - | [[{}: ]]query[{dns.question.type}] {dns.question.name} from {source.ip}
* network protocol dns-query - | {} {source.ip}/{source.port} query[{dns.question.type}] {dns.question.name} from {}
* network protocol dns-answer - | reply {dns.question.name} is {dns.answers.data}
* network protocol dns-answer - | cached {dns.question.name} is {dns.answers.data}
* network protocol dns-answer - | {} {source.ip}/{source.port} reply {dns.question.name} is {dns.answers.data}
* network protocol dns-answer - | {} {source.ip}/{source.port} cached {dns.question.name} is {dns.answers.data}
* network protocol dns-answer - | DHCP {dns.question.name} is {dns.answers.data}
* network protocol dns-answer - | /etc/hosts {dns.question.name} is {dns.answers.data}
* network protocol+denied dns-blocked failure | {} blocked {dns.question.name} is {}
* network protocol+denied dns-blocked failure | /{} {dns.question.name} is 0.0.0.0
* network protocol dns-query - | [{log.level:lower}] {source.ip}:{source.port} - {dns.id} "{dns.question.type} {dns.question.class} {dns.question.name} {network.transport} {source.bytes} {} {}" {dns.response_code} {dns.header_flags} {destination.bytes} {event.duration:go}
* network protocol dns-query failure | [{log.level:lower}] {log.logger}: {dns.response_code} {dns.question.name} {dns.question.type}: {error.message}
`)
