package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Ivanti reads Ivanti (Pulse) Connect Secure: "2026-03-01 10:00:00 - ive -
// [192.0.2.9] anna(Users)[Role] - Login failed using auth server LDAP".
var Ivanti = read.Parser{
	Name: "ivanti",
	Bare: true,
	Recognize: func(msg string) bool {
		head := msg[:min(len(msg), 96)]
		i := dashBracket.Index(head)
		return i >= 0 && strings.Contains(head[i:], "] ") && strings.Contains(msg, ")[") && (strings.Contains(msg[:i], " - ") || strings.HasPrefix(msg, "PulseSecure"))
	},
	First: "0-9P",
	Parse: func(m *read.Message, ev *event.Event) bool {
		i := strings.Index(m.Text, " - [")
		if i < 0 {
			return false
		}
		head, rest := m.Text[:i], m.Text[i+4:]
		ip, rest, ok := strings.Cut(rest, "] ")
		account, text, ok2 := strings.Cut(rest, " - ")
		if !ok || !ok2 || len(ip) > 64 {
			return false
		}
		head = strings.TrimPrefix(head, "PulseSecure: ")
		if stamp, name, ok := strings.Cut(strings.TrimLeft(head, " -"), " - "); ok {
			read.SetTime(ev, stamp, m.Location)
			ev.Set(event.ObserverName, name)
		}
		read.Observe(ev, "Ivanti", "Connect Secure", "vpn")
		read.From(ev, "pulse_connect_secure", "pulse_connect_secure.log")
		read.SetSource(ev, ip)
		user, realm, _ := strings.Cut(account, "(")
		read.SetUser(ev, event.UserName, user)
		realm, roles, _ := strings.Cut(realm, ")")
		read.SetNamed(ev, "pulse_connect_secure.realm", realm)
		read.SetNamed(ev, "user.roles", strings.Trim(roles, "[]"))
		ev.Set(event.EventReason, text)
		s := read.Lower(text)
		switch {
		case read.ProseLogin(ev, text):
		case strings.Contains(s, "session started") || strings.Contains(s, "vpn tunneling: session"):
			read.Classify(ev, read.CategorySession, read.TypeStart, read.ActionSessionOpened, read.Success)
		case strings.Contains(s, "session ended") || strings.Contains(s, "closed connection"):
			read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionSessionClosed, read.Success)
		default:
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "vpn-message", read.ProseOutcome(text))
		}
		return true
	},
}
