package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// SSHD reads OpenSSH's server log (sshd, since 9.8 sshd-session and
// sshd-auth). The texts are those of auth.c, auth2.c, packet.c, session.c and
// sshd-session.c.
//
// A user name is whatever the client sends, even " from 192.0.2.1 port 22".
// The address that counts is therefore always the last well-formed one in the
// line, which only the server can have written.
var SSHD = read.Parser{
	Name:      "sshd",
	Apps:      []string{"sshd", "sshd-session", "sshd-auth"},
	First:     "^{",
	Recognize: recognizeSSHD,
	Parse:     parseSSHD,
}

func recognizeSSHD(msg string) bool {
	return sshVerb(msg) && strings.Contains(msg, " port ")
}

func sshVerb(msg string) bool {
	word, rest, _ := strings.Cut(msg, " ")
	switch word {
	case "Accepted", "Failed", "Postponed", "Partial":
		return strings.Contains(rest, " for ") && strings.Contains(rest, " ssh2")
	case "Invalid":
		return strings.HasPrefix(rest, "user ")
	case "Connection":
		return strings.HasPrefix(rest, "closed by ") || strings.HasPrefix(rest, "reset by ")
	case "Disconnected":
		return strings.HasPrefix(rest, "from ")
	}
	return false
}

func parseSSHD(m *read.Message, ev *event.Event) bool {
	msg := m.Text
	if strings.HasPrefix(msg, "[ID ") { // Solaris message ids
		if _, rest, ok := strings.Cut(msg, "] "); ok {
			msg = rest
		}
	}
	msg = strings.TrimSuffix(msg, " [preauth]")
	msg = strings.TrimPrefix(msg, "error: ")
	msg = strings.TrimPrefix(msg, "fatal: ")
	word, rest, _ := strings.Cut(msg, " ")
	ok := false
	switch word {
	case "Accepted", "Failed", "Postponed", "Partial":
		ok = sshAttempt(word, rest, ev)
	case "Invalid", "Illegal":
		if who, found := strings.CutPrefix(rest, "user "); found && sshUserFrom(who, ev) {
			read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionUserUnknown, read.Failure)
			ev.Set(event.EventReason, "invalid user")
			ok = true
		}
	case "input_userauth_request:":
		if who, found := strings.CutPrefix(rest, "invalid user "); found {
			setSSHUser(ev, who)
			read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionUserUnknown, read.Failure)
			ok = true
		}
	case "User":
		ok = sshNotAllowed(rest, ev)
	case "maximum":
		who, found := strings.CutPrefix(rest, "authentication attempts exceeded for ")
		if found && sshUserFrom(strings.TrimPrefix(who, "invalid user "), ev) {
			read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogonLimit, read.Failure)
			ev.Set(event.EventReason, "maximum authentication attempts exceeded")
			ok = true
		}
	case "PAM:":
		ok = sshPAMError(rest, ev)
	case "Connection", "Disconnected", "Disconnecting", "Received", "Read", "Timeout", "Close", "Closing":
		ok = sshDisconnect(word, msg, rest, ev) || sshServer(msg, ev)
	case "Disconnecting:":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
		ev.Set(event.EventReason, rest)
		ok = true
	default:
		ok = sshProtocol(msg, ev) || sshServer(msg, ev)
	}
	if !ok {
		return false
	}
	read.FromAuth(ev)
	ev.Set(event.NetworkProtocol, "ssh")
	if ev.Has(event.SourceIP) {
		ev.Set(event.NetworkTransport, "tcp")
	}
	return true
}

// sshAttempt reads "password for [invalid user ]anna from 192.0.2.1 port 22
// ssh2[: ED25519 SHA256:...]" (auth_log in auth.c).
func sshAttempt(verdict, rest string, ev *event.Event) bool {
	method, rest, ok := strings.Cut(rest, " for ")
	if !ok || strings.Contains(method, " ") {
		return false
	}
	who, known := strings.CutPrefix(rest, "invalid user ")
	if !known {
		who, known = strings.CutPrefix(rest, "illegal user ")
	}
	invalid := known
	if !sshUserFrom(who, ev) {
		return false
	}
	ev.SetExtra(read.FieldSSHMethod, method)
	if i := strings.LastIndex(rest, " ssh2: "); i >= 0 && !strings.Contains(rest[i:], " port ") {
		ev.SetExtra(read.FieldSSHKey, rest[i+len(" ssh2: "):])
	}
	switch verdict {
	case "Accepted":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "Failed":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	default: // Postponed, Partial: not decided yet
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonPending, "")
	}
	if invalid {
		ev.Set(event.EventReason, "invalid user")
	}
	return true
}

// sshUserFrom reads "anna from 192.0.2.1[ port 22[ ...]]" into user and source.
func sshUserFrom(s string, ev *event.Event) bool {
	end := len(s)
	for end >= 0 {
		// A name may be empty: then s begins with "from " or " from ".
		i := strings.LastIndex(s[:end], "from ")
		if i < 0 {
			return false
		}
		if i == 0 || s[i-1] == ' ' {
			if sshPeer(s[i+len("from "):], ev) {
				setSSHUser(ev, strings.TrimSuffix(s[:i], " "))
				return true
			}
		}
		end = i
	}
	return false
}

// sshPeer reads "192.0.2.1[ port 22][ ...]" and sets the source.
func sshPeer(s string, ev *event.Event) bool {
	addr, rest, _ := strings.Cut(s, " ")
	addr = strings.TrimRight(addr, ":.")
	port := ""
	if p, ok := strings.CutPrefix(rest, "port "); ok {
		port, _, _ = strings.Cut(p, " ")
		port, _, _ = strings.Cut(port, ":")
		if !read.IsPort(port) {
			return false
		}
	} else if rest != "" && !strings.HasPrefix(rest, "ssh2") && !strings.HasPrefix(rest, "not allowed") {
		return false
	}
	if ip, _ := read.ParseIP(addr); ip == "" && !read.IsHostName(addr) {
		return false
	}
	read.SetSource(ev, addr)
	read.SetPort(ev, event.SourcePort, port)
	return true
}

// setSSHUser keeps an empty name: the client did send it.
func setSSHUser(ev *event.Event, name string) {
	if name == "" {
		ev.SetEmpty(event.UserName)
		return
	}
	ev.Set(event.UserName, name)
}

// sshNotAllowed reads "root from 192.0.2.1 not allowed because not listed in
// AllowUsers" and "root not allowed because account is locked".
func sshNotAllowed(rest string, ev *event.Event) bool {
	who, reason, ok := read.CutLast(rest, " not allowed because ")
	if !ok {
		return false
	}
	if !sshUserFrom(who, ev) {
		ev.Set(event.UserName, who)
	}
	ev.Set(event.EventReason, reason)
	read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonDenied, read.Failure)
	return true
}

// sshPAMError reads "Authentication failure for [illegal user ]anna from
// 192.0.2.1". It counts as an attempt: with keyboard-interactive logons
// OpenSSH reports most failures in no other way.
func sshPAMError(rest string, ev *event.Event) bool {
	reason, who, ok := strings.Cut(rest, " for ")
	if !ok {
		return false
	}
	who = strings.TrimPrefix(strings.TrimPrefix(who, "illegal user "), "invalid user ")
	if !sshUserFrom(who, ev) {
		return false
	}
	ev.Set(event.EventReason, reason)
	ev.SetExtra(read.FieldSSHMethod, "keyboard-interactive/pam")
	read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	return true
}

// sshDisconnect reads the ends of connections:
//
//	Connection closed by [authenticating user |invalid user ]anna 192.0.2.1 port 22
//	Disconnected from user anna 192.0.2.1 port 22
//	Received disconnect from 192.0.2.1 port 22:11: disconnected by user
//	Disconnecting authenticating user anna 192.0.2.1 port 22: Too many authentication failures
func sshDisconnect(word, msg, rest string, ev *event.Event) bool {
	reason := ""
	switch word {
	case "Connection":
		if who, ok := strings.CutPrefix(rest, "from "); ok { // Connection from 192.0.2.1 port 1 on 192.0.2.2 port 22
			return sshConnection(who, ev)
		}
		verb, who, ok := strings.Cut(rest, " by ")
		if !ok || verb != "closed" && verb != "reset" {
			return false
		}
		rest, reason = who, msg[:len(word)+1+len(verb)]
	case "Disconnected":
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "from "); !ok {
			return false
		}
		reason = word
	case "Received":
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "disconnect from "); !ok {
			return false
		}
		return sshReceivedDisconnect(rest, ev)
	case "Read":
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "error from remote host "); !ok {
			return strings.HasPrefix(msg, "Read from socket failed") && closed(ev, msg)
		}
		who, why, ok := read.CutLast(rest, ": ")
		if !ok {
			return false
		}
		rest, reason = who, why
	case "Timeout":
		if rest != "before authentication" && !strings.HasPrefix(rest, "before authentication ") && !strings.Contains(rest, "client not responding") {
			return false
		}
		reason = "timeout before authentication"
		_, rest, _ = strings.Cut(rest, " for ")
		if i := strings.Index(rest, "connection from "); i >= 0 {
			rest = rest[i+len("connection from "):]
			rest, _, _ = strings.Cut(rest, " to ")
		}
	case "Disconnecting":
		var why string
		if i := strings.LastIndex(rest, " port "); i >= 0 {
			if j := strings.Index(rest[i:], ": "); j >= 0 {
				rest, why = rest[:i+j], rest[i+j+2:]
			}
		}
		reason = why
	case "Closing":
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "connection to "); !ok {
			return false
		}
	case "Close":
		who, ok := strings.CutPrefix(rest, "session: user ")
		if !ok {
			return false
		}
		who, _, _ = read.CutLast(who, " id ")
		if !sshUserFrom(who, ev) {
			return false
		}
		read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionSessionClosed, read.Success)
		return true
	}
	return sshEnd(rest, reason, ev)
}

func closed(ev *event.Event, reason string) bool {
	read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	ev.Set(event.EventReason, strings.TrimSpace(reason))
	return true
}

// sshEnd reads "[kind user name ]address[ port n]": the last words are the
// server's, everything before them is the name.
func sshEnd(s, reason string, ev *event.Event) bool {
	kind := ""
	for _, k := range [...]string{"authenticating user ", "invalid user ", "user "} {
		if rest, ok := strings.CutPrefix(s, k); ok {
			kind, s = k, rest
			break
		}
	}
	name, addr, port := "", s, ""
	if before, after, ok := read.CutLast(s, " port "); ok {
		addr, port = before, after
		if !read.IsPort(port) {
			return false
		}
	}
	if kind != "" {
		var ok bool
		if name, addr, ok = read.CutLast(addr, " "); !ok {
			name = ""
		}
	}
	if ip, _ := read.ParseIP(addr); ip == "" && !read.IsHostName(addr) {
		return false
	}
	read.SetSource(ev, addr)
	read.SetPort(ev, event.SourcePort, port)
	ev.Set(event.EventReason, reason)
	switch kind {
	case "":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	case "user ":
		setSSHUser(ev, name)
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	default:
		setSSHUser(ev, name)
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogonAborted, read.Failure)
	}
	return true
}

func sshReceivedDisconnect(rest string, ev *event.Event) bool {
	// 192.0.2.1 port 22:11: reason, or formerly 192.0.2.1: 11: reason; the
	// reason is the client's text.
	addr, after, ok := strings.Cut(rest, " port ")
	var reason string
	if ip, _ := read.ParseIP(addr); ok && ip != "" {
		port, text, _ := strings.Cut(after, ":")
		if !read.IsPort(port) {
			return false
		}
		read.SetSource(ev, addr)
		read.SetPort(ev, event.SourcePort, port)
		reason = text
	} else {
		addr, reason, ok = strings.Cut(rest, ": ")
		if ip, _ := read.ParseIP(addr); !ok || ip == "" {
			return false
		}
		read.SetSource(ev, addr)
	}
	code, text, ok := strings.Cut(reason, ": ")
	if ok && read.IsNumber(code) {
		ev.Set(event.EventCode, code)
		reason = text
	}
	read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	ev.Set(event.EventReason, strings.TrimSpace(reason))
	return true
}

// sshConnection reads "192.0.2.1 port 50000 on 192.0.2.2 port 22 ...".
func sshConnection(s string, ev *event.Event) bool {
	src, dst, _ := strings.Cut(s, " on ")
	if !sshPeer(src, ev) {
		return false
	}
	if addr, port, ok := strings.Cut(dst, " port "); ok {
		read.SetDestination(ev, addr)
		port, _, _ = strings.Cut(port, " ")
		read.SetPort(ev, event.DestinationPort, port)
	}
	read.Classify(ev, read.CategoryNetwork, read.TypeConnection+event.Separator+read.TypeStart, read.ActionConnectionLogged, "")
	return true
}
