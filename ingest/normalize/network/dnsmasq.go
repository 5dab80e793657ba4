package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Dnsmasq reads what dnsmasq and Pi-hole log about queries:
//
//	query[A] a.example from 203.0.113.7
var Dnsmasq = read.Parser{
	Name:      "dnsmasq",
	Bare:      true,
	Apps:      []string{"dnsmasq", "pihole-FTL", "dnscrypt-proxy"},
	First:     "q",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "query[") },
	Parse: func(m *read.Message, ev *event.Event) bool {
		k := read.Keyed{Event: ev, Location: m.Location}
		dnsMessage(&k, m, "dnsmasq", dnsmasqTemplates, m.Text)
		return true
	},
}

var dnsmasqTemplates = read.NewTemplates(`
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
