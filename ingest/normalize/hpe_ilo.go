package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// iLO reads the event log that HPE's iLO sends:
//
//	#ILO 5: 03/10/2026 09:01 Browser login failure: root - 192.0.2.44(DNS name not found).
var iLO = parser{
	name:      "ilo",
	first:     "#",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, "#ILO") && strings.Contains(msg, ": ") },
	parse:     parseILO,
}

func parseILO(m *message, ev *event.Event) bool {
	head, text, ok := strings.Cut(m.text[1:], ": ")
	if !ok {
		return false
	}
	observe(ev, "HPE", "iLO "+strings.TrimSpace(head[len("ILO"):]), "management")
	from(ev, "ilo", "ilo.log")
	if len(text) > 17 && text[2] == '/' && text[13] == ':' { // month/day/year hour:minute
		text = text[17:]
		if len(text) > 3 && text[0] == ':' {
			text = text[3:]
		}
		text = strings.TrimLeft(text, " ")
	}
	k := keyed{ev: ev, loc: m.loc}
	k.deviceMessage(iLOTemplates, text)
	return true
}

var iLOTemplates = newTemplates(`
* authentication start logon-failed failure | {} login failure: {user.name:text} - {source.ip}({})[[.]]
* authentication start logon-failed failure | {} login failure from: {source.ip}({})[[.]]
* authentication start logon-success success | {} login: {user.name:text} - {source.ip}({})[[.]]
* authentication end logoff success | {} logout: {user.name:text} - {source.ip}({})[[.]]
* authentication start logon-success success | {} login: {user.name:text} - {source.ip}[[.]]
* authentication end logoff success | {} logout: {user.name:text} - {source.ip}[[.]]
`)
