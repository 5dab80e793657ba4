package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// SmallSwitch reads the logs of Cisco's small business switches and of related
// ones by Netgear and Dell, whose severity is a letter:
//
//	%AAA-W-REJECT: New http connection for user admin, source 192.0.2.44 destination 192.0.2.1 REJECTED
//	%LINK-I-Up: gi1
var SmallSwitch = read.Parser{
	Name:      "smallswitch",
	First:     "%",
	Recognize: func(msg string) bool { return smallSwitchText(msg) != "" },
	Parse:     parseSmallSwitch,
}

// smallSwitchText returns the text after "%FACILITY-S-MNEMONIC: ".
func smallSwitchText(msg string) string {
	head, text, ok := strings.Cut(msg[:min(len(msg), 64)], ": ")
	facility, rest, ok2 := strings.Cut(head, "-")
	if !ok || !ok2 || text == "" || len(facility) < 2 || len(rest) < 3 || rest[1] != '-' || !strings.Contains("ACEWNIDF", rest[:1]) {
		return ""
	}
	return msg[len(head)+2:]
}

func parseSmallSwitch(m *read.Message, ev *event.Event) bool {
	text := smallSwitchText(m.Text)
	if text == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	head := m.Text[1 : len(m.Text)-len(text)-2]
	facility, rest, _ := strings.Cut(head, "-")
	ev.Set(event.EventCode, rest[2:])
	read.SetNamed(ev, "log.logger", facility)
	ev.Set(event.ObserverType, "switch")
	read.From(ev, "switch", "switch.log")
	text, count, _ := strings.Cut(text, ", aggregated (")
	if n := strings.TrimRight(count, ")."); read.IsNumber(n) {
		ev.SetExtra(read.FieldCount, n)
	}
	if smallSwitchTemplates.Match(facility, text, &k) {
		return true
	}
	k.Prose(text)
	switch {
	case read.ProseLogin(ev, text):
	case facility == "LINK" || facility == "STP":
		if where, _, _ := strings.Cut(text, ":"); read.IsWord(where) {
			ev.Set(event.ObserverIngressInterface, where)
		}
		switch rest[2:] {
		case "Up":
			read.Classify(ev, read.CategoryHost, read.TypeChange, "port-up", read.Success)
		case "Down":
			read.Classify(ev, read.CategoryHost, read.TypeChange, "port-down", "")
		default:
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "port-message", "")
		}
	case facility == "COPY":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, "configuration-copied", read.ProseOutcome(text))
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(text))
	}
	return true
}

var smallSwitchTemplates = read.NewTemplates(`
AAA authentication start logon-success success | New {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} ACCEPTED
AAA authentication start logon-failed failure | New {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} REJECTED
AAA authentication end logoff success | {} {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} TERMINATED[[. {}]]
AAA authentication end logoff success | {network.protocol} connection for user {user.name}, source {source.ip} destination {destination.ip} TERMINATED[[. {}]]
`)
