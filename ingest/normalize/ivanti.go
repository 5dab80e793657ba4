package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// ivanti reads Ivanti (Pulse) Connect Secure: "2026-03-01 10:00:00 - ive -
// [192.0.2.9] anna(Users)[Role] - Login failed using auth server LDAP".
var ivanti = parser{
	name: "ivanti",
	bare: true,
	recognize: func(msg string) bool {
		head := msg[:min(len(msg), 96)]
		i := dashBracket.index(head)
		return i >= 0 && strings.Contains(head[i:], "] ") && strings.Contains(msg, ")[") && (strings.Contains(msg[:i], " - ") || strings.HasPrefix(msg, "PulseSecure"))
	},
	first: "0-9P",
	parse: func(m *message, ev *event.Event) bool {
		i := strings.Index(m.text, " - [")
		if i < 0 {
			return false
		}
		head, rest := m.text[:i], m.text[i+4:]
		ip, rest, ok := strings.Cut(rest, "] ")
		account, text, ok2 := strings.Cut(rest, " - ")
		if !ok || !ok2 || len(ip) > 64 {
			return false
		}
		head = strings.TrimPrefix(head, "PulseSecure: ")
		if stamp, name, ok := strings.Cut(strings.TrimLeft(head, " -"), " - "); ok {
			setTime(ev, stamp, m.loc)
			ev.Set(event.ObserverName, name)
		}
		observe(ev, "Ivanti", "Connect Secure", "vpn")
		from(ev, "pulse_connect_secure", "pulse_connect_secure.log")
		setSource(ev, ip)
		user, realm, _ := strings.Cut(account, "(")
		setUser(ev, event.UserName, user)
		realm, roles, _ := strings.Cut(realm, ")")
		setNamed(ev, "pulse_connect_secure.realm", realm)
		setNamed(ev, "user.roles", strings.Trim(roles, "[]"))
		ev.Set(event.EventReason, text)
		s := lower(text)
		switch {
		case proseLogin(ev, text):
		case strings.Contains(s, "session started") || strings.Contains(s, "vpn tunneling: session"):
			classify(ev, catSession, typeStart, actionSessionOpened, success)
		case strings.Contains(s, "session ended") || strings.Contains(s, "closed connection"):
			classify(ev, catSession, typeEnd, actionSessionClosed, success)
		default:
			classify(ev, catNetwork, connInfo, "vpn-message", proseOutcome(text))
		}
		return true
	},
}
