package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// iDRAC reads the lifecycle log that Dell's iDRAC sends:
//
//	Severity: Informational, Category: Audit, MessageID: USR0030, Message: Successfully logged in using root, from 192.0.2.44 and GUI.
var iDRAC = parser{
	name:  "idrac",
	apps:  []string{"Severity"}, // a header takes the first word for a program
	first: "S",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Severity: ") && strings.Contains(msg, ", MessageID: ")
	},
	parse: parseIDRAC,
}

func parseIDRAC(m *message, ev *event.Event) bool {
	text := m.text
	if !strings.Contains(text, ", MessageID: ") {
		return false
	}
	if m.app == "Severity" {
		text = "Severity: " + text
		ev.Delete(event.LogSyslogAppname)
		ev.Delete(event.ProcessName)
	}
	observe(ev, "Dell", "iDRAC", "management")
	from(ev, "idrac", "idrac.log")
	for part := range strings.SplitSeq(text, ", ") {
		name, value, _ := strings.Cut(part, ": ")
		switch name {
		case "Severity":
			ev.Set(event.LogLevel, lower(value))
		case "Category":
			setNamed(ev, "idrac.category", value)
		case "MessageID":
			ev.Set(event.EventCode, value)
		}
	}
	_, text, _ = strings.Cut(text, ", Message: ")
	k := keyed{ev: ev, loc: m.loc}
	k.deviceMessage(iDRACTemplates, text)
	return true
}

var iDRACTemplates = newTemplates(`
* authentication start logon-success success | Successfully logged in using {user.name:text}, from {source.ip} and {network.application:text}.
* authentication start logon-failed failure | Unable to log in for {user.name:text} from {source.ip} using {network.application:text}.
* authentication end logoff success | The session for {user.name:text} from {source.ip} using {network.application:text} is logged off.
`)
