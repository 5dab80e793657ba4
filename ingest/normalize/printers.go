package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// printer reads what HP's printers send: "printer: toner/ink low" by the print
// server, and sentences with values behind semicolons by those that log
// security events:
//
//	printer: User login; time="2026-Mar-01 10:00 AM (UTC+01:00)" device_name="PRN7" model="HP LaserJet" ... user="anna" source_IP="10.1.1.5" outcome=failure interface=EWS
var printer = parser{
	name:      "printer",
	apps:      []string{"printer", "hp-printer", "HP"},
	first:     "p",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, "printer: ") },
	parse:     parsePrinter,
}

func parsePrinter(m *message, ev *event.Event) bool {
	text := strings.TrimPrefix(m.text, "printer: ")
	if text == "" {
		return false
	}
	k := keyed{ev: ev, loc: m.loc, prefix: "hp."}
	observe(ev, "HP", "", "printer")
	from(ev, "hp_printer", "hp_printer.log")
	name, values, ok := strings.Cut(text, ";")
	if ok && strings.Contains(values, "=") {
		for rest, n := values, 0; rest != "" && n < 48; n++ {
			var pair, key, value string
			rest = strings.TrimLeft(rest, " ;,")
			key, pair, ok = strings.Cut(rest, "=")
			if !ok || strings.ContainsAny(key, " \"") && len(key) > 40 {
				break
			}
			if strings.HasPrefix(pair, `"`) {
				value, rest, ok = cutQuoted(pair)
				if !ok {
					value, rest = pair[1:], ""
				}
			} else {
				end := strings.IndexAny(pair, " ;")
				if end < 0 {
					end = len(pair)
				}
				value, rest = pair[:end], pair[end:]
			}
			key = key[strings.LastIndexAny(key, " ;")+1:]
			k.add(fieldName("hp.", key, keyLower), value, printerKeys[key])
		}
		outcome := outcomeOf(k.outcome)
		s := lower(name)
		switch {
		case strings.Contains(s, "sign out") || strings.Contains(s, "logout"):
			classify(ev, catAuthentication, typeEnd, actionLogoff, cmp.Or(outcome, success))
		case strings.Contains(s, "sign in") || strings.Contains(s, "login") || strings.Contains(s, "authentication"):
			if outcome == failure {
				classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
			} else {
				classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
			}
		case strings.Contains(s, "job"):
			classify(ev, catProcess, typeInfo, strings.ReplaceAll(s, " ", "-"), outcome)
		default:
			classify(ev, catConfiguration, typeChange, strings.ReplaceAll(s, " ", "-"), outcome)
		}
		return true
	}
	s := lower(text)
	outcome := ""
	switch {
	case strings.Contains(s, "cleared") || strings.Contains(s, "back online") || strings.Contains(s, "online"):
		outcome = success
	case strings.Contains(s, "error") || strings.Contains(s, "jam") || strings.Contains(s, "offline") || strings.Contains(s, "intervention"):
		outcome = failure
	}
	if !proseLogin(ev, text) {
		classify(ev, catHost, typeInfo, "device-message", outcome)
	}
	ev.Set(event.EventReason, text)
	return true
}

var printerKeys = bindings(`
time  @time1
device_name  host.name:host
model  observer.product
serial_number  observer.serial_number
user,username  user.name:user
source_IP,source_ip,client_ip  source.ip
outcome,result  @outcome
event  @action
job_name  file.name
mac_address  host.mac
`)
