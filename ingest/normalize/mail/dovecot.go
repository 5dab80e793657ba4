package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Dovecot reads the log of Dovecot
// (https://doc.dovecot.org/latest/core/admin/logging.html):
//
//	imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.44, lip=192.0.2.25, mpid=1234, TLS
var Dovecot = read.Parser{
	Name:  "dovecot",
	Apps:  []string{"dovecot", "imap-login", "pop3-login", "dovecot-auth", "managesieve-login"},
	First: "ip",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "imap-login: ") || strings.HasPrefix(msg, "pop3-login: ")
	},
	Parse: parseDovecot,
}

func parseDovecot(m *read.Message, ev *event.Event) bool {
	if strings.HasPrefix(m.Text, "pam_") {
		return false
	}
	dovecotEvent(&read.Keyed{Event: ev, Location: m.Location}, m.Text)
	return true
}

// dovecotEvent reads a line of Dovecot: logins and disconnects end with pairs;
// failures of the password database name user and address in parentheses.
func dovecotEvent(k *read.Keyed, text string) {
	ev := k.Event
	read.From(ev, "dovecot", "dovecot.log")
	service, _, _ := strings.Cut(text, ": ")
	service, _, _ = strings.Cut(service, "(")
	ev.Set(event.ServiceName, service)
	mailPairs(k, text)
	s := read.Lower(text)
	switch {
	case strings.Contains(s, "auth failed") || strings.Contains(s, "password mismatch") || strings.Contains(s, "unknown user") || strings.Contains(s, "authentication failure") || strings.Contains(s, "login: aborted"):
		if !ev.Has(event.UserName) {
			dovecotFailure.Match(text, k)
		}
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(text, "login: Login: "):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case strings.Contains(s, "logged out") || strings.Contains(s, "disconnected") || strings.Contains(s, "connection closed"):
		if !ev.Has(event.UserName) {
			dovecotUser.Match(text, k)
		}
		read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionLogoff, read.Success)
	default:
		if !ev.Has(event.UserName) {
			dovecotUser.Match(text, k)
		}
		read.Classify(ev, "email", read.TypeInfo, "message-handled", read.ProseOutcome(text))
	}
}

var (
	dovecotFailure = read.MustTemplate("- - - - | {}: {}({user.name},{source.ip}[[,{}]]): {event.reason}")
	dovecotUser    = read.MustTemplate("- - - - | {}({user.name}[[,{}]]){}")
)
