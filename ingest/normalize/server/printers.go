package server

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Printer reads what HP's printers send: "printer: toner/ink low" from the
// print server, and sentences followed by values, separated by semicolons,
// from those that log security events:
//
//	printer: User login; time="2026-Mar-01 10:00 AM (UTC+01:00)" device_name="PRN7" model="HP LaserJet" ... user="anna" source_IP="10.1.1.5" outcome=failure interface=EWS
var Printer = read.Parser{
	Name:      "printer",
	Apps:      []string{"printer", "hp-printer", "HP"},
	First:     "p",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "printer: ") },
	Parse:     parsePrinter,
}

func parsePrinter(m *read.Message, ev *event.Event) bool {
	text := strings.TrimPrefix(m.Text, "printer: ")
	if text == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "hp."}
	read.Observe(ev, "HP", "", "printer")
	read.From(ev, "hp_printer", "hp_printer.log")
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
				value, rest, ok = read.CutQuoted(pair)
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
			k.Add(read.FieldName("hp.", key, read.NameLower), value, printerKeys[key])
		}
		outcome := read.OutcomeOf(k.Outcome)
		s := read.Lower(name)
		switch {
		case strings.Contains(s, "sign out") || strings.Contains(s, "logout"):
			read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, cmp.Or(outcome, read.Success))
		case strings.Contains(s, "sign in") || strings.Contains(s, "login") || strings.Contains(s, "authentication"):
			if outcome == read.Failure {
				read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			} else {
				read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			}
		case strings.Contains(s, "job"):
			read.Classify(ev, read.CategoryProcess, read.TypeInfo, strings.ReplaceAll(s, " ", "-"), outcome)
		default:
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, strings.ReplaceAll(s, " ", "-"), outcome)
		}
		return true
	}
	s := read.Lower(text)
	outcome := ""
	switch {
	case strings.Contains(s, "cleared") || strings.Contains(s, "back online") || strings.Contains(s, "online"):
		outcome = read.Success
	case strings.Contains(s, "error") || strings.Contains(s, "jam") || strings.Contains(s, "offline") || strings.Contains(s, "intervention"):
		outcome = read.Failure
	}
	if !read.ProseLogin(ev, text) {
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", outcome)
	}
	ev.Set(event.EventReason, text)
	return true
}

var printerKeys = read.NewBindings(`
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
