package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// IDRAC reads the lifecycle log that Dell's iDRAC sends:
//
//	Severity: Informational, Category: Audit, MessageID: USR0030, Message: Successfully logged in using root, from 192.0.2.44 and GUI.
var IDRAC = read.Parser{
	Name:  "idrac",
	Apps:  []string{"Severity"}, // a header takes the first word for a program
	First: "S",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Severity: ") && strings.Contains(msg, ", MessageID: ")
	},
	Parse: parseIDRAC,
}

func parseIDRAC(m *read.Message, ev *event.Event) bool {
	text := m.Text
	if !strings.Contains(text, ", MessageID: ") {
		return false
	}
	if m.App == "Severity" {
		text = "Severity: " + text
		ev.Delete(event.LogSyslogAppname)
		ev.Delete(event.ProcessName)
	}
	read.Observe(ev, "Dell", "iDRAC", "management")
	read.From(ev, "idrac", "idrac.log")
	for part := range strings.SplitSeq(text, ", ") {
		name, value, _ := strings.Cut(part, ": ")
		switch name {
		case "Severity":
			ev.Set(event.LogLevel, read.Lower(value))
		case "Category":
			read.SetNamed(ev, "idrac.category", value)
		case "MessageID":
			ev.Set(event.EventCode, value)
		}
	}
	_, text, _ = strings.Cut(text, ", Message: ")
	k := read.Keyed{Event: ev, Location: m.Location}
	deviceMessage(&k, iDRACTemplates, text)
	return true
}

var iDRACTemplates = read.NewTemplates(`
* authentication start logon-success success | Successfully logged in using {user.name:text}, from {source.ip} and {network.application:text}.
* authentication start logon-failed failure | Unable to log in for {user.name:text} from {source.ip} using {network.application:text}.
* authentication end logoff success | The session for {user.name:text} from {source.ip} using {network.application:text} is logged off.
`)
