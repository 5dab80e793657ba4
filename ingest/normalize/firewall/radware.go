package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// DefensePro reads the security messages of Radware's DefensePro (User Guide,
// "Syslog Messages"):
//
//	DefensePro: 01-03-2026 12:00:00 WARNING 14 Intrusions "HTTP-Attack" TCP 203.0.113.9 1024 192.0.2.4 80 12 Regular "Web" occur 1 0 N/A 0 N/A high drop FFFFFFFF-0001
var DefensePro = read.Parser{
	Name:  "defensepro",
	Apps:  []string{"DefensePro", "DefenseFlow"},
	First: "D",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "DefensePro: ") || strings.HasPrefix(msg, "DefenseFlow: ")
	},
	Parse: parseDefensePro,
}

func parseDefensePro(m *read.Message, ev *event.Event) bool {
	text := m.Text
	if i := strings.Index(text[:min(len(text), 16)], ": "); i > 0 && strings.HasPrefix(text, "Defense") {
		text = text[i+2:]
	}
	var f [24]string
	n := 0
	for rest := text; rest != "" && n < len(f); n++ {
		rest = strings.TrimLeft(rest, " ")
		if value, after, ok := read.CutQuoted(rest); ok {
			f[n], rest = value, after
		} else {
			f[n], rest = read.CutWord(rest)
		}
	}
	if n < 4 || len(f[0]) != 10 || f[0][2] != '-' || f[0][5] != '-' || !read.IsNumber(f[3]) {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.SetTime(ev, f[0][6:]+"-"+f[0][3:5]+"-"+f[0][:2]+" "+f[1], m.Location) // day-month-year
	read.Observe(ev, "Radware", "DefensePro", "ips")
	read.From(ev, "radware", "radware.defensepro")
	ev.Set(event.LogLevel, read.Lower(f[2]))
	ev.Set(event.EventCode, f[3])
	source, _ := read.ParseIP(f[7])
	if n < 13 || source == "" && !read.IsNumber(f[8]) { // about the device itself
		_, text, _ = strings.Cut(text, f[3]+" ")
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(text))
		}
		return true
	}
	ev.Set(event.EventKind, "alert")
	read.SetNamed(ev, "rule.category", f[4])
	ev.Set(event.RuleName, f[5])
	read.SetTransport(ev, f[6])
	read.SetSource(ev, f[7])
	read.SetDestination(ev, f[9])
	for i, field := range map[int]event.Field{8: event.SourcePort, 10: event.DestinationPort} {
		if f[i] != "0" {
			read.SetPort(ev, field, f[i])
		}
	}
	read.SetNamed(ev, "rule.ruleset", f[13])
	read.SetNamed(ev, "radware.status", f[14])
	read.SetNamed(ev, "network.packets", read.Numeric(f[15]))
	if n > 21 {
		read.SetNamed(ev, "radware.risk", f[20])
		k.Action = f[21]
	}
	if read.VerdictOf(k.Action) == read.Denied {
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeDenied, "threat-blocked", read.Failure)
	} else {
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	}
	return true
}
