package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// login reads login(1) of util-linux, shadow and BSD, at consoles and serial
// lines:
//
//	LOGIN ON tty1 BY anna [FROM host]
//	ROOT LOGIN ON tty1
//	FAILED LOGIN (1) on '/dev/tty1' FOR 'anna', Authentication failure
//	FAILED LOGIN 1 FROM host FOR anna, Authentication failure
//	TOO MANY LOGIN TRIES (4) on '/dev/tty1' FOR 'anna', ...
//	2 LOGIN FAILURES ON ttyv0
var login = parser{
	name:  "login",
	apps:  []string{"login"},
	parse: parseLogin,
}

func parseLogin(m *message, ev *event.Event) bool {
	s := m.text
	user := ""
	switch {
	case strings.HasPrefix(s, "FAILED LOGIN"), strings.HasPrefix(s, "TOO MANY LOGIN TRIES"):
		who, reason, _ := cutLast(s, ", ")
		head, name, ok := strings.Cut(who, " FOR ")
		if !ok {
			return false
		}
		loginPlace(head, ev)
		if strings.HasPrefix(s, "TOO") {
			classify(ev, catAuthentication, typeInfo, actionLogonLimit, failure)
		} else {
			classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
		}
		if user = unquote(name); user == "UNKNOWN" || user == "(unknown)" {
			user = ""
		}
		ev.Set(event.EventReason, reason)
	case strings.HasPrefix(s, "ROOT LOGIN"):
		user = "root"
		loginPlace(s, ev)
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case strings.HasPrefix(s, "LOGIN ON "), strings.HasPrefix(s, "DIALUP AT "):
		head, rest, ok := strings.Cut(s, " BY ")
		if !ok {
			return false
		}
		name, place, remote := strings.Cut(rest, " FROM ")
		loginPlace(head, ev)
		if remote {
			setSource(ev, place)
		}
		user = name
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	default:
		n, rest, _ := strings.Cut(s, " ")
		if !isNumber(n) || !strings.HasPrefix(rest, "LOGIN FAILURE") {
			return false
		}
		loginPlace(rest, ev)
		ev.SetExtra(fieldCount, n)
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
		if _, name, ok := strings.Cut(rest, ", "); ok {
			user = name
		}
	}
	ev.Set(event.UserName, user)
	fromAuth(ev)
	return true
}

// loginPlace reads the terminal after "on" and the host after "from", quoted
// or not, in capitals or not.
func loginPlace(s string, ev *event.Event) {
	for s != "" {
		word, rest, _ := strings.Cut(s, " ")
		switch word {
		case "on", "ON", "AT":
			var tty string
			tty, rest = quoted(rest)
			ev.SetExtra(fieldTTY, strings.TrimSuffix(tty, ","))
		case "from", "FROM":
			var host string
			host, rest = quoted(rest)
			setSource(ev, strings.TrimSuffix(host, ","))
		}
		s = strings.TrimLeft(rest, " ")
	}
}
