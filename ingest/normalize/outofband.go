package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// outOfBand reads what is reached beside the operating system: Dell iDRAC, HPE
// iLO, network cards of APC power supplies.
//
//	Severity: Informational, Category: Audit, MessageID: USR0030, Message: Successfully logged in using root, from 192.0.2.44 and GUI.
//	#ILO 5: 03/10/2026 09:01 Browser login failure: root - 192.0.2.44(DNS name not found).
//	UPS: On battery power in response to an input power problem. 0x0109
var outOfBand = parser{
	name:  "outofband",
	apps:  []string{"NMC", "APC", "SNMP", "UPS", "Severity"},
	first: "S#",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "#ILO") || strings.HasPrefix(msg, "Severity: ") && strings.Contains(msg, ", MessageID: ")
	},
	parse: parseOutOfBand,
}

func parseOutOfBand(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	switch {
	case strings.HasPrefix(text, "#ILO"):
		head, rest, ok := strings.Cut(text[1:], ": ")
		if !ok {
			return false
		}
		observe(ev, "HPE", "iLO "+strings.TrimSpace(head[len("ILO"):]), "management")
		from(ev, "ilo", "ilo.log")
		if len(rest) > 17 && rest[2] == '/' && rest[13] == ':' { // month/day/year hour:minute
			text = rest[17:]
			if len(text) > 3 && text[0] == ':' {
				text = text[3:]
			}
			text = strings.TrimLeft(text, " ")
		} else {
			text = rest
		}
	case m.app == "Severity" || strings.HasPrefix(text, "Severity: "): // a header takes the first word for a program
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
	default:
		observe(ev, "APC", "Network Management Card", "power")
		from(ev, "apc", "apc.log")
		if head, code, ok := cutLast(text, " 0x"); ok && len(code) == 4 {
			text = head
			ev.Set(event.EventCode, "0x"+code)
		}
	}
	if outOfBandTemplates.match("*", text, &k) {
		return true
	}
	k.prose(text)
	if !proseLogin(ev, text) {
		s := lower(text)
		switch {
		case strings.Contains(s, "on battery") || strings.Contains(s, "battery power"):
			classify(ev, catHost, typeChange, "power-on-battery", "")
		case strings.Contains(s, "no longer on battery") || strings.Contains(s, "utility power"):
			classify(ev, catHost, typeChange, "power-restored", success)
		case strings.Contains(s, "configuration") && strings.Contains(s, "chang"):
			classify(ev, catConfiguration, typeChange, actionConfigChanged, "")
		default:
			classify(ev, catHost, typeInfo, "device-message", proseOutcome(text))
		}
	}
	ev.Set(event.EventReason, text)
	return true
}

var outOfBandTemplates = newTemplates(`
* authentication start logon-success success | Successfully logged in using {user.name:text}, from {source.ip} and {network.application:text}.
* authentication start logon-failed failure | Unable to log in for {user.name:text} from {source.ip} using {network.application:text}.
* authentication end logoff success | The session for {user.name:text} from {source.ip} using {network.application:text} is logged off.
* authentication start logon-failed failure | {} login failure: {user.name:text} - {source.ip}({})[[.]]
* authentication start logon-failed failure | {} login failure from: {source.ip}({})[[.]]
* authentication start logon-success success | {} login: {user.name:text} - {source.ip}({})[[.]]
* authentication end logoff success | {} logout: {user.name:text} - {source.ip}({})[[.]]
* authentication start logon-success success | {} login: {user.name:text} - {source.ip}[[.]]
* authentication end logoff success | {} logout: {user.name:text} - {source.ip}[[.]]
* authentication start logon-success success | {} user '{user.name:text}' logged in from {source.ip}.
* authentication end logoff success | {} user '{user.name:text}' logged out from {source.ip}.
* authentication start logon-failed failure | {} Detected an unauthorized user attempting to access the {network.application:text} interface from {source.ip}.
`)
