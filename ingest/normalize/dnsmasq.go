package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// dnsmasq reads what dnsmasq and Pi-hole say about queries:
//
//	query[A] a.example from 203.0.113.7
var dnsmasq = parser{
	name:      "dnsmasq",
	bare:      true,
	apps:      []string{"dnsmasq", "pihole-FTL", "dnscrypt-proxy"},
	first:     "q",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, "query[") },
	parse: func(m *message, ev *event.Event) bool {
		k := keyed{ev: ev, loc: m.loc}
		k.dnsMessage(m, "dnsmasq", dnsmasqTemplates, m.text)
		return true
	},
}

var dnsmasqTemplates = newTemplates(`
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
`)
