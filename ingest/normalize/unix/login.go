package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Login reads the messages of login(1) of util-linux, shadow and BSD, at
// consoles and serial lines:
//
//	LOGIN ON tty1 BY anna [FROM host]
//	ROOT LOGIN ON tty1
//	FAILED LOGIN (1) on '/dev/tty1' FOR 'anna', Authentication failure
//	FAILED LOGIN 1 FROM host FOR anna, Authentication failure
//	TOO MANY LOGIN TRIES (4) on '/dev/tty1' FOR 'anna', ...
//	2 LOGIN FAILURES ON ttyv0
var Login = read.Parser{
	Name:  "login",
	Apps:  []string{"login"},
	Parse: parseLogin,
}

func parseLogin(m *read.Message, ev *event.Event) bool {
	s := m.Text
	user := ""
	switch {
	case strings.HasPrefix(s, "FAILED LOGIN"), strings.HasPrefix(s, "TOO MANY LOGIN TRIES"):
		who, reason, _ := read.CutLast(s, ", ")
		head, name, ok := strings.Cut(who, " FOR ")
		if !ok {
			return false
		}
		loginPlace(head, ev)
		if strings.HasPrefix(s, "TOO") {
			read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonLimit, read.Failure)
		} else {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		}
		if user = read.Unquote(name); user == "UNKNOWN" || user == "(unknown)" {
			user = ""
		}
		ev.Set(event.EventReason, reason)
	case strings.HasPrefix(s, "ROOT LOGIN"):
		user = "root"
		loginPlace(s, ev)
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case strings.HasPrefix(s, "LOGIN ON "), strings.HasPrefix(s, "DIALUP AT "):
		head, rest, ok := strings.Cut(s, " BY ")
		if !ok {
			return false
		}
		name, place, remote := strings.Cut(rest, " FROM ")
		loginPlace(head, ev)
		if remote {
			read.SetSource(ev, place)
		}
		user = name
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	default:
		n, rest, _ := strings.Cut(s, " ")
		if !read.IsNumber(n) || !strings.HasPrefix(rest, "LOGIN FAILURE") {
			return false
		}
		loginPlace(rest, ev)
		ev.SetExtra(read.FieldCount, n)
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		if _, name, ok := strings.Cut(rest, ", "); ok {
			user = name
		}
	}
	ev.Set(event.UserName, user)
	read.FromAuth(ev)
	return true
}

// loginPlace reads the terminal after "on" and the host after "from", quoted
// or not, in either case.
func loginPlace(s string, ev *event.Event) {
	for s != "" {
		word, rest, _ := strings.Cut(s, " ")
		switch word {
		case "on", "ON", "AT":
			var tty string
			tty, rest = read.Quoted(rest)
			ev.SetExtra(read.FieldTTY, strings.TrimSuffix(tty, ","))
		case "from", "FROM":
			var host string
			host, rest = read.Quoted(rest)
			read.SetSource(ev, strings.TrimSuffix(host, ","))
		}
		s = strings.TrimLeft(rest, " ")
	}
}
