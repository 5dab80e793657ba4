package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// dnsMessage reads a line about a query by its templates, else as a sentence;
// module is the program's name. It returns false for other lines.
func dnsMessage(k *read.Keyed, m *read.Message, module string, t read.Templates, text string) bool {
	ev := k.Event
	read.From(ev, "dns", "dns.log")
	ev.Set(event.EventModule, module)
	if m.App != "" {
		ev.Set(event.EventModule, m.App)
	}
	ev.Set(event.NetworkProtocol, "dns")
	understood := t.Match("*", text, k)
	if !understood {
		read.Classify(ev, read.CategoryNetwork, "protocol", "", "")
		k.Prose(text)
	}
	if name := ev.Get(event.DNSQuestionName); len(name) > 1 && name[len(name)-1] == '.' {
		ev.Set(event.DNSQuestionName, name[:len(name)-1])
	}
	if answer, ok := ev.LookupName("dns.answers.data"); ok {
		if ip, _ := read.ParseIP(ev.Get(event.DNSQuestionName)); ip != "" { // a name for an address
			ev.Set(event.DNSQuestionName, answer)
			ev.SetExtra("dns.answers.data", ip)
			answer = ip
		}
		if ip, _ := read.ParseIP(answer); ip != "" {
			read.SetNamed(ev, "dns.resolved_ip", ip)
		}
	}
	if typ := ev.Get(event.DNSQuestionType); read.IsNumber(typ) {
		ev.Set(event.DNSQuestionType, read.DNSTypeName(typ))
	}
	if flags, ok := ev.LookupName("dns.header_flags"); ok {
		ev.SetExtra("dns.header_flags", strings.ReplaceAll(strings.ToUpper(flags), ",", event.Separator))
	}
	if source := ev.Get(event.SourceIP); source != "" {
		read.SetNamed(ev, "client.ip", source)
		read.SetNamed(ev, "client.port", ev.Get(event.SourcePort))
	}
	return understood
}
