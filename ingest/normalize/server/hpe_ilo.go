package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// ILO reads the event log that HPE's ILO sends:
//
//	#ILO 5: 03/10/2026 09:01 Browser login failure: root - 192.0.2.44(DNS name not found).
var ILO = read.Parser{
	Name:      "ilo",
	First:     "#",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "#ILO") && strings.Contains(msg, ": ") },
	Parse:     parseILO,
}

func parseILO(m *read.Message, ev *event.Event) bool {
	head, text, ok := strings.Cut(m.Text[1:], ": ")
	if !ok {
		return false
	}
	read.Observe(ev, "HPE", "iLO "+strings.TrimSpace(head[len("ILO"):]), "management")
	read.From(ev, "ilo", "ilo.log")
	if len(text) > 17 && text[2] == '/' && text[13] == ':' { // month/day/year hour:minute
		text = text[17:]
		if len(text) > 3 && text[0] == ':' {
			text = text[3:]
		}
		text = strings.TrimLeft(text, " ")
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	deviceMessage(&k, iLOTemplates, text)
	return true
}

var iLOTemplates = read.NewTemplates(`
* authentication start logon-failed failure | {} login failure: {user.name:text} - {source.ip}({})[[.]]
* authentication start logon-failed failure | {} login failure from: {source.ip}({})[[.]]
* authentication start logon-success success | {} login: {user.name:text} - {source.ip}({})[[.]]
* authentication end logoff success | {} logout: {user.name:text} - {source.ip}({})[[.]]
* authentication start logon-success success | {} login: {user.name:text} - {source.ip}[[.]]
* authentication end logoff success | {} logout: {user.name:text} - {source.ip}[[.]]
`)
