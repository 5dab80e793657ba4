package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// BarracudaMail reads the mail syslog of Barracuda's Email Security Gateway
// (Barracuda Campus, "Using a Syslog Server to Centrally Monitor Syslog"):
//
//	inbound/pass1[5823]: mail.example.com[203.0.113.9] 1772366400-08aa6c0b-1 1772366400 1772366401 SCAN - eve@example.com anna@example.org 8.300 2 35 8.3/5.0 SUBJ:Invoice
//	inbound/pass1[5823]: unknown[203.0.113.9] 1772366400-08aa6c0b-2 1772366400 1772366401 RECV eve@example.com anna@example.org 2 62 bl.example
//	outbound/smtp[9012]: 127.0.0.1 1772366400-08aa6c0b-1 1772366402 0 SEND - 1 250 2.0.0 Ok: queued as 7A1B
var BarracudaMail = read.Parser{
	Name:  "barracuda_mail",
	Apps:  []string{"pass1", "pass2", "scan", "smtp"}, // after "inbound/" and "outbound/"
	Parse: parseBarracudaMail,
}

func parseBarracudaMail(m *read.Message, ev *event.Event) bool {
	f := strings.SplitN(m.Text, " ", 14)
	if len(f) < 8 || len(f[1]) < 12 || strings.IndexByte(f[1], '-') < 0 || len(f[2]) != 10 || !read.IsNumber(f[2]) {
		return false
	}
	switch {
	case f[4] == "SEND":
	case f[4] == "RECV" && len(f) >= 9, f[4] == "SCAN" && len(f) >= 10:
	default:
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.SetTime(ev, f[2], m.Location)
	read.Observe(ev, "Barracuda", "Email Security Gateway", "email-gateway")
	read.From(ev, "barracuda", "barracuda.mail")
	read.SetNamed(ev, "email.local_id", f[1])
	name, address, ok := strings.Cut(f[0], "[")
	if ok && f[4] != "SEND" {
		if name == "unknown" {
			name = ""
		}
		mailEnd(&k, false, name, strings.TrimSuffix(address, "]"), "")
	}
	rest := f[5:]
	if f[4] == "SCAN" { // whether it arrived encrypted
		rest = rest[1:]
	}
	if f[4] == "SEND" {
		action := "message-sent"
		outcome := read.Success
		if rest[1] != "1" { // 1 delivered, 2 rejected, 3 deferred, 4 expired
			action, outcome = "message-deferred", read.Failure
		}
		read.Classify(ev, "email", read.TypeInfo, action, outcome)
		ev.Set(event.EventReason, strings.Join(rest[2:], " "))
		return true
	}
	read.SetNamed(ev, "email.from.address", strings.Trim(rest[0], "-"))
	read.SetNamed(ev, "email.to.address", strings.Trim(rest[1], "-"))
	rest = rest[2:]
	if f[4] == "SCAN" {
		read.SetNamed(ev, "barracuda.score", strings.Trim(rest[0], "-"))
		rest = rest[1:]
	}
	action, outcome := "message-handled", ""
	switch rest[0] {
	case "0", "7":
		action, outcome = "message-accepted", read.Success
	case "1":
		action, outcome = "message-aborted", read.Failure
	case "2":
		action, outcome = "message-rejected", read.Failure
	case "3", "6":
		action, outcome = "message-quarantined", read.Failure
	case "4":
		action, outcome = "message-tagged", read.Success
	case "5":
		action, outcome = "message-deferred", read.Failure
	}
	read.Classify(ev, "email", read.TypeInfo, action, outcome)
	if len(rest) > 1 {
		read.SetNamed(ev, "barracuda.reason", rest[1])
	}
	if _, subject, ok := strings.Cut(m.Text, " SUBJ:"); ok {
		read.SetNamed(ev, "email.subject", subject)
	}
	return true
}
