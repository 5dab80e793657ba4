package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// defensePro reads the security messages of Radware's DefensePro (User Guide,
// "Syslog Messages"):
//
//	DefensePro: 01-03-2026 12:00:00 WARNING 14 Intrusions "HTTP-Attack" TCP 203.0.113.9 1024 192.0.2.4 80 12 Regular "Web" occur 1 0 N/A 0 N/A high drop FFFFFFFF-0001
var defensePro = parser{
	name:  "defensepro",
	apps:  []string{"DefensePro", "DefenseFlow"},
	first: "D",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "DefensePro: ") || strings.HasPrefix(msg, "DefenseFlow: ")
	},
	parse: parseDefensePro,
}

func parseDefensePro(m *message, ev *event.Event) bool {
	text := m.text
	if i := strings.Index(text[:min(len(text), 16)], ": "); i > 0 && strings.HasPrefix(text, "Defense") {
		text = text[i+2:]
	}
	var f [24]string
	n := 0
	for rest := text; rest != "" && n < len(f); n++ {
		rest = strings.TrimLeft(rest, " ")
		if value, after, ok := cutQuoted(rest); ok {
			f[n], rest = value, after
		} else {
			f[n], rest = cutWord(rest)
		}
	}
	if n < 4 || len(f[0]) != 10 || f[0][2] != '-' || f[0][5] != '-' || !isNumber(f[3]) {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	setTime(ev, f[0][6:]+"-"+f[0][3:5]+"-"+f[0][:2]+" "+f[1], m.loc) // day-month-year
	observe(ev, "Radware", "DefensePro", "ips")
	from(ev, "radware", "radware.defensepro")
	ev.Set(event.LogLevel, lower(f[2]))
	ev.Set(event.EventCode, f[3])
	source, _ := parseIP(f[7])
	if n < 13 || source == "" && !isNumber(f[8]) { // of the device itself
		_, text, _ = strings.Cut(text, f[3]+" ")
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "device-message", proseOutcome(text))
		}
		return true
	}
	ev.Set(event.EventKind, "alert")
	setNamed(ev, "rule.category", f[4])
	ev.Set(event.RuleName, f[5])
	setTransport(ev, f[6])
	setSource(ev, f[7])
	setDestination(ev, f[9])
	for i, field := range map[int]event.Field{8: event.SourcePort, 10: event.DestinationPort} {
		if f[i] != "0" {
			setPort(ev, field, f[i])
		}
	}
	setNamed(ev, "rule.ruleset", f[13])
	setNamed(ev, "radware.status", f[14])
	setNamed(ev, "network.packets", numeric(f[15]))
	if n > 21 {
		setNamed(ev, "radware.risk", f[20])
		k.action = f[21]
	}
	if verdictOf(k.action) == 'D' {
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeDenied, "threat-blocked", failure)
	} else {
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	}
	return true
}
