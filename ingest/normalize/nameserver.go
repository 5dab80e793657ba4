package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// dnsMessage reads a line about a query by its templates, else as a sentence;
// module is the program's name. It returns false when the line is no such one.
func (k *keyed) dnsMessage(m *message, module string, t templates, text string) bool {
	ev := k.ev
	from(ev, "dns", "dns.log")
	ev.Set(event.EventModule, module)
	if m.app != "" {
		ev.Set(event.EventModule, m.app)
	}
	ev.Set(event.NetworkProtocol, "dns")
	understood := t.match("*", text, k)
	if !understood {
		classify(ev, catNetwork, "protocol", "", "")
		k.prose(text)
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
	return understood
}
