package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// dovecot reads the log of Dovecot
// (https://doc.dovecot.org/latest/core/admin/logging.html):
//
//	imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.44, lip=192.0.2.25, mpid=1234, TLS
var dovecot = parser{
	name:  "dovecot",
	apps:  []string{"dovecot", "imap-login", "pop3-login", "dovecot-auth", "managesieve-login"},
	first: "ip",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "imap-login: ") || strings.HasPrefix(msg, "pop3-login: ")
	},
	parse: parseDovecot,
}

func parseDovecot(m *message, ev *event.Event) bool {
	if strings.HasPrefix(m.text, "pam_") {
		return false
	}
	dovecotEvent(&keyed{ev: ev, loc: m.loc}, m.text)
	return true
}

// dovecotEvent reads a line of Dovecot: logins end with pairs, and so do ends
// of connections; failures of the password database name user and address in
// parentheses.
func dovecotEvent(k *keyed, text string) {
	ev := k.ev
	from(ev, "dovecot", "dovecot.log")
	service, _, _ := strings.Cut(text, ": ")
	service, _, _ = strings.Cut(service, "(")
	ev.Set(event.ServiceName, service)
	k.mailPairs(text)
	s := lower(text)
	switch {
	case strings.Contains(s, "auth failed") || strings.Contains(s, "password mismatch") || strings.Contains(s, "unknown user") || strings.Contains(s, "authentication failure") || strings.Contains(s, "login: aborted"):
		if !ev.Has(event.UserName) {
			dovecotFailure.match(text, k)
		}
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.Contains(text, "login: Login: "):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case strings.Contains(s, "logged out") || strings.Contains(s, "disconnected") || strings.Contains(s, "connection closed"):
		if !ev.Has(event.UserName) {
			dovecotUser.match(text, k)
		}
		classify(ev, catSession, typeEnd, actionLogoff, success)
	default:
		if !ev.Has(event.UserName) {
			dovecotUser.match(text, k)
		}
		classify(ev, "email", typeInfo, "message-handled", proseOutcome(text))
	}
}

var (
	dovecotFailure = mustTemplate("- - - - | {}: {}({user.name},{source.ip}[[,{}]]): {event.reason}")
	dovecotUser    = mustTemplate("- - - - | {}({user.name}[[,{}]]){}")
)
