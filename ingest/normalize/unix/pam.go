package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// PAM reads what PAM modules log in the name of any program (pam_syslog):
// "pam_unix(sshd:auth): ...", formerly "(pam_unix) ...", and libpam's own "PAM
// 2 more authentication failures; ...".
var PAM = read.Parser{
	Name:  "pam",
	First: "p(Pa",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "pam_") || strings.HasPrefix(msg, "(pam_") || strings.HasPrefix(msg, "PAM ") ||
			strings.HasPrefix(msg, "authentication failure; logname=")
	},
	Parse: parsePAM,
}

// reportsItself are the services that log the result of a logon themselves, so
// that PAM's line about it does not count as another attempt.
func reportsItself(service string) bool {
	switch service {
	case "sshd", "sshd-session", "su", "su-l", "sudo", "sudo-i", "login", "polkit-1":
		return true
	}
	return false
}

func parsePAM(m *read.Message, ev *event.Event) bool {
	module, service, typ, text := "", m.App, "", m.Text
	switch {
	case strings.HasPrefix(text, "pam_"):
		head, rest, ok := strings.Cut(text, "): ")
		if !ok {
			return false
		}
		module, head, ok = strings.Cut(head, "(")
		if !ok {
			return false
		}
		service, typ, _ = strings.Cut(head, ":")
		text = rest
	case strings.HasPrefix(text, "(pam_"):
		var ok bool
		if module, text, ok = strings.Cut(text[1:], ") "); !ok {
			return false
		}
	case strings.HasPrefix(text, "PAM "):
		text = text[len("PAM "):]
	}
	if !pamText(text, service, ev) {
		if module == "" {
			return false
		}
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, "", "")
		if typ == "session" {
			read.Classify(ev, read.CategorySession, read.TypeInfo, "", "")
		}
	}
	if module != "" {
		ev.SetExtra(read.FieldPAMModule, module)
	}
	if service != "" {
		ev.SetExtra(read.FieldPAMService, service)
	}
	if typ != "" {
		ev.SetExtra(read.FieldPAMType, typ)
	}
	read.FromAuth(ev)
	return true
}

func pamText(s, service string, ev *event.Event) bool {
	switch {
	case strings.HasPrefix(s, "session opened for user "):
		pamOpened(s[len("session opened for user "):], ev)
	case strings.HasPrefix(s, "session closed for user "):
		name, id := cutID(s[len("session closed for user "):])
		ev.Set(event.UserName, name)
		ev.Set(event.UserID, id)
		read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionSessionClosed, read.Success)
	case strings.HasPrefix(s, "authentication failure; "):
		pamFields(s[len("authentication failure; "):], ev)
		pamFailed(service, ev)
	case strings.Contains(s, " more authentication failure"):
		n, rest, _ := strings.Cut(s, " ")
		_, fields, ok := strings.Cut(rest, "; ")
		if !ok || !read.IsNumber(n) {
			return false
		}
		pamFields(fields, ev)
		pamFailed(service, ev)
		ev.SetExtra(read.FieldCount, n)
	case strings.HasPrefix(s, "authentication success; "):
		pamFields(s[len("authentication success; "):], ev)
		if reportsItself(service) {
			read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthSucceeded, read.Success)
		} else {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		}
	case strings.HasPrefix(s, "check pass; user unknown"), s == "User unknown", s == "user unknown":
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionUserUnknown, read.Failure)
		ev.Set(event.EventReason, "user unknown")
	case strings.HasPrefix(s, "password changed for "):
		setActed(ev, "", s[len("password changed for "):])
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case strings.HasPrefix(s, "received for user "):
		// pam_sss: received for user anna: 7 (Authentication failure)
		name, why, _ := strings.Cut(s[len("received for user "):], ": ")
		ev.Set(event.UserName, name)
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthFailed, read.Failure)
		ev.Set(event.EventReason, why)
	case strings.HasPrefix(s, "Consecutive login failures for user "):
		name, _, _ := strings.Cut(s[len("Consecutive login failures for user "):], " account ")
		pamLocked(name, s, ev)
	case strings.HasPrefix(s, "user ") && strings.Contains(s, " tally "):
		// pam_tally2: user anna (1000) tally 5, deny 4
		name, rest, _ := strings.Cut(s[len("user "):], " (")
		id, _, _ := strings.Cut(rest, ")")
		pamLocked(name, s, ev)
		read.SetNumber(ev, event.UserID, id)
	case strings.HasPrefix(s, "account "):
		name, why, ok := strings.Cut(s[len("account "):], " has ")
		if !ok {
			return false
		}
		ev.Set(event.UserName, name)
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonDenied, read.Failure)
		ev.Set(event.EventReason, why)
	case strings.HasPrefix(s, "requirement "):
		_, name, ok := read.CutLast(s, " by user ")
		if !ok {
			return false
		}
		ev.Set(event.UserName, read.Unquote(name))
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthFailed, read.Failure)
		ev.Set(event.EventReason, s)
	case strings.HasPrefix(s, "Accepted google_authenticator for "):
		ev.Set(event.UserName, s[len("Accepted google_authenticator for "):])
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthSucceeded, read.Success)
	case strings.HasPrefix(s, "Invalid verification code for "):
		ev.Set(event.UserName, s[len("Invalid verification code for "):])
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthFailed, read.Failure)
		ev.Set(event.EventReason, "invalid verification code")
	case strings.HasPrefix(s, "bad username ["), strings.HasPrefix(s, "auth could not identify password for ["), strings.HasPrefix(s, "username ["):
		_, name, _ := strings.Cut(s, "[")
		name, _, _ = read.CutLast(name, "]")
		ev.Set(event.UserName, name)
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthFailed, read.Failure)
		ev.Set(event.EventReason, s)
	case strings.HasPrefix(s, "service("):
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonLimit, read.Failure)
		ev.Set(event.EventReason, s)
	default:
		return false
	}
	return true
}

func pamFailed(service string, ev *event.Event) {
	if reportsItself(service) {
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionAuthFailed, read.Failure)
	} else {
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	}
}

func pamLocked(name, reason string, ev *event.Event) {
	ev.Set(event.UserName, name)
	read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionAccountLocked, read.Success)
	ev.Set(event.EventReason, reason)
}

// pamOpened reads "root(uid=0) by anna(uid=1000)" and formerly "root by
// (uid=0)": the session is root's; anna, if named, opened it.
func pamOpened(s string, ev *event.Event) {
	target, by, _ := read.CutLast(s, " by ")
	name, id := cutID(target)
	ev.Set(event.UserEffectiveName, name)
	if id != "" {
		ev.SetExtra(read.FieldEffectiveID, id)
	}
	if actor, actorID := cutID(by); actor != "" && actor != "LOGIN" && actor != name {
		name, id = actor, actorID
	}
	ev.Set(event.UserName, name)
	ev.Set(event.UserID, id)
	read.Classify(ev, read.CategorySession, read.TypeStart, read.ActionSessionOpened, read.Success)
}

// cutID splits "anna(uid=1000)".
func cutID(s string) (name, id string) {
	name, id, ok := read.CutLast(s, "(uid=")
	if ok {
		id = strings.TrimSuffix(id, ")")
		if !read.IsNumber(id) {
			id = ""
		}
	}
	return name, id
}

// pamFields reads "logname=anna uid=1000 euid=0 tty=ssh ruser= rhost=192.0.2.1
// user=root"; user is last and may contain spaces, or be missing if unknown.
func pamFields(s string, ev *event.Event) {
	head, tail, _ := strings.Cut(s, " ruser=")
	// Both names are the client's text and may look like fields: after an
	// empty ruser, rhost is the first of that form, else the last.
	var ruser string
	rest, ok := strings.CutPrefix(tail, " rhost=")
	if !ok {
		ruser, rest, _ = read.CutLast(tail, " rhost=")
	}
	rhost, rest, _ := strings.Cut(rest, " ")
	user, ok := strings.CutPrefix(strings.TrimLeft(rest, " "), "user=")
	if !ok {
		user = ""
	}
	read.SetSource(ev, rhost)
	for head != "" {
		var pair string
		pair, head, _ = strings.Cut(head, " ")
		switch key, value, _ := strings.Cut(pair, "="); key {
		case "logname":
			if ruser == "" && value != "LOGIN" {
				ruser = value
			}
		case "tty":
			if value != "" {
				ev.SetExtra(read.FieldTTY, value)
			}
		}
	}
	// On this host, as with su, ruser is who acts and user who they want to
	// become; a remote host's ruser is only a claim.
	switch {
	case rhost == "" && ruser != "" && user != "" && ruser != user:
		ev.Set(event.UserName, ruser)
		ev.Set(event.UserEffectiveName, user)
	case user != "":
		read.SetUser(ev, event.UserName, user)
	default:
		ev.Set(event.UserName, ruser)
	}
}
