package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// smallSwitch reads switches of Cisco's small business series and Netgear's
// and Dell's of the same descent, whose severity is a letter:
//
//	%AAA-W-REJECT: New http connection for user admin, source 192.0.2.44 destination 192.0.2.1 REJECTED
//	%LINK-I-Up: gi1
var smallSwitch = parser{
	name:      "smallswitch",
	first:     "%",
	recognize: func(msg string) bool { return smallSwitchText(msg) != "" },
	parse:     parseSmallSwitch,
}

// smallSwitchText returns the text behind "%FACILITY-S-MNEMONIC: ".
func smallSwitchText(msg string) string {
	head, text, ok := strings.Cut(msg[:min(len(msg), 64)], ": ")
	facility, rest, ok2 := strings.Cut(head, "-")
	if !ok || !ok2 || text == "" || len(facility) < 2 || len(rest) < 3 || rest[1] != '-' || !strings.Contains("ACEWNIDF", rest[:1]) {
		return ""
	}
	return msg[len(head)+2:]
}

func parseSmallSwitch(m *message, ev *event.Event) bool {
	text := smallSwitchText(m.text)
	if text == "" {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	head := m.text[1 : len(m.text)-len(text)-2]
	facility, rest, _ := strings.Cut(head, "-")
	ev.Set(event.EventCode, rest[2:])
	setNamed(ev, "log.logger", facility)
	ev.Set(event.ObserverType, "switch")
	from(ev, "switch", "switch.log")
	text, count, _ := strings.Cut(text, ", aggregated (")
	if n := strings.TrimRight(count, ")."); isNumber(n) {
		ev.SetExtra(fieldCount, n)
	}
	if smallSwitchTemplates.match(facility, text, &k) {
		return true
	}
	k.prose(text)
	switch {
	case proseLogin(ev, text):
	case facility == "LINK" || facility == "STP":
		if where, _, _ := strings.Cut(text, ":"); isWord(where) {
			ev.Set(event.ObserverIngressInterface, where)
		}
		switch rest[2:] {
		case "Up":
			classify(ev, catHost, typeChange, "port-up", success)
		case "Down":
			classify(ev, catHost, typeChange, "port-down", "")
		default:
			classify(ev, catHost, typeInfo, "port-message", "")
		}
	case facility == "COPY":
		classify(ev, catConfiguration, typeChange, "configuration-copied", proseOutcome(text))
	default:
		classify(ev, catHost, typeInfo, "device-message", proseOutcome(text))
	}
	return true
}

var smallSwitchTemplates = newTemplates(`
AAA authentication start logon-success success | New {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} ACCEPTED
AAA authentication start logon-failed failure | New {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} REJECTED
AAA authentication end logoff success | {} {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} TERMINATED[[. {}]]
AAA authentication end logoff success | {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} TERMINATED[[. {}]]
`)
