package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Exim reads Exim's main and reject logs (Exim specification, chapter "Log
// files"), from a file or through syslog, which keeps the leading time:
//
//	2026-03-01 10:00:00 1tZ9Qx-0004Lk-2B <= anna@example.org H=mail.example.org [192.0.2.9] P=esmtps S=2411 id=abc@example.org
//	2026-03-01 10:00:00 1tZ9Qx-0004Lk-2B => bert@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7]
//	2026-03-01 10:00:00 login authenticator failed for (mail) [203.0.113.7]: 535 Incorrect authentication data (set_id=anna)
var Exim = read.Parser{
	Name:  "exim",
	Apps:  []string{"exim", "exim4"},
	Bare:  true,
	First: "0-9",
	Recognize: func(msg string) bool {
		stamp, rest := eximTime(msg)
		id, rest := eximID(rest)
		return stamp != "" && (id != "" || eximSentence(rest))
	},
	Parse: parseExim,
}

// eximTime cuts off the time and, if logged, the process id.
func eximTime(msg string) (stamp, rest string) {
	if len(msg) < 21 || msg[4] != '-' || msg[10] != ' ' || msg[13] != ':' || msg[16] != ':' {
		return "", msg
	}
	n := 19
	if i := strings.IndexByte(msg[n:], ' '); i > 0 && i < 8 { // milliseconds
		n += i
	}
	if rest := msg[n:]; len(rest) > 7 && (rest[1] == '+' || rest[1] == '-') && rest[6] == ' ' && read.IsNumber(rest[2:6]) {
		n += 6
	}
	stamp, rest = msg[:n], strings.TrimLeft(msg[n:], " ")
	if strings.HasPrefix(rest, "[") {
		if pid, after, ok := strings.Cut(rest[1:], "] "); ok && read.IsNumber(pid) {
			rest = after
		}
	}
	return stamp, rest
}

// eximID cuts off a message's id: 6-6-2 letters and digits, since Exim 4.97
// 6-11-4.
func eximID(s string) (id, rest string) {
	id, rest, _ = strings.Cut(s, " ")
	second := 13
	if len(id) == 23 {
		second = 18
	} else if len(id) != 16 {
		return "", s
	}
	if id[0] < '0' || id[0] > '9' { // seconds in base 62
		return "", s
	}
	for i := range len(id) {
		if c := id[i]; !read.IsLetter(c) && (c < '0' || c > '9') && (c != '-' || i != 6 && i != second) || c != '-' && (i == 6 || i == second) {
			return "", s
		}
	}
	return id, rest
}

// eximSentence reports whether a line that is not about a message is Exim's.
func eximSentence(s string) bool {
	return strings.Contains(s, " authenticator failed for ") || strings.Contains(s, " rejected ") && (strings.HasPrefix(s, "H=") || strings.HasPrefix(s, "U=")) ||
		strings.HasPrefix(s, "rejected EHLO ") || strings.HasPrefix(s, "rejected HELO ") ||
		strings.HasPrefix(s, "SMTP connection from ") || strings.HasPrefix(s, "TLS error on connection ") || strings.HasPrefix(s, "no host name found for IP address ") ||
		strings.HasPrefix(s, "SMTP protocol error ") || strings.HasPrefix(s, "SMTP syntax error ") || strings.HasPrefix(s, "Start queue run: pid=") || strings.HasPrefix(s, "End queue run: pid=")
}

func parseExim(m *read.Message, ev *event.Event) bool {
	stamp, rest := eximTime(m.Text)
	if stamp != "" {
		read.SetTime(ev, stamp, m.Location)
	}
	read.From(ev, "exim", "exim.log")
	ev.Set(event.NetworkProtocol, "smtp")
	id, rest := eximID(rest)
	read.SetNamed(ev, "email.local_id", id)
	k := read.Keyed{Event: ev, Location: m.Location}
	flag, after, _ := strings.Cut(rest, " ")
	switch flag {
	case "<=", "=>", "->", ">>", "**", "==", "*>":
		eximMessage(&k, flag, after)
		return true
	case "Completed":
		read.Classify(ev, "email", read.TypeInfo, "message-completed", read.Success)
		return true
	}
	if mechanism, after, ok := strings.Cut(rest, " authenticator failed for "); ok && read.IsWord(mechanism) {
		peer, reason, _ := cutEximPeer(after)
		eximPeer(&k, peer)
		reason, user, ok := strings.Cut(reason, " (set_id=")
		if ok {
			ev.Set(event.UserName, strings.TrimSuffix(user, ")"))
		}
		ev.Set(event.EventReason, reason)
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		return true
	}
	if strings.HasPrefix(rest, "SMTP connection from ") {
		peer, reason, _ := cutEximPeer(strings.TrimPrefix(rest, "SMTP connection from "))
		eximPeer(&k, peer)
		ev.Set(event.EventReason, reason)
		if strings.Contains(reason, "closed") || strings.Contains(reason, "lost") {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
		} else {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionStart, read.ActionConnectionStarted, "")
		}
		return true
	}
	if before, after, ok := strings.Cut(rest, "rejected "); ok {
		eximFields(&k, before, "")
		if _, from, ok := strings.Cut(after, "LO from "); ok && !ev.Has(event.SourceIP) {
			peer, _, _ := cutEximPeer(from)
			eximPeer(&k, peer)
		}
		if who, reason, ok := strings.Cut(after, ": "); ok {
			ev.Set(event.EventReason, reason)
			if _, to, ok := strings.Cut(who, "RCPT "); ok {
				read.SetNamed(ev, "email.to.address", strings.Trim(to, "<>"))
			}
		}
		read.Classify(ev, "email", read.TypeInfo, "message-rejected", read.Failure)
		return true
	}
	k.Prose(rest)
	if !read.ProseLogin(ev, rest) {
		read.Classify(ev, "email", read.TypeInfo, "message-handled", read.ProseOutcome(rest))
	}
	return true
}

// eximMessage reads what happened to a message: its arrival (<=) or the
// delivery to one address.
func eximMessage(k *read.Keyed, flag, s string) {
	ev := k.Event
	word, rest := read.CutWord(s)
	if full, after, ok := strings.Cut(rest, ">"); ok && strings.HasPrefix(full, "<") { // local part, then the whole address
		word, rest = full[1:], after
	}
	word, ended := strings.CutSuffix(word, ":")
	word = strings.Trim(word, "<>")
	if flag == "<=" {
		read.SetNamed(ev, "email.from.address", word)
		eximFields(k, rest, flag)
		read.Classify(ev, "email", read.TypeInfo, "message-accepted", read.Success)
		return
	}
	read.SetNamed(ev, "email.to.address", word)
	fields, reason, failed := strings.Cut(rest, ": ")
	if ended {
		fields, reason, failed = "", rest, true
	}
	eximFields(k, fields, flag)
	switch flag {
	case "**":
		read.Classify(ev, "email", read.TypeInfo, "message-bounced", read.Failure)
	case "==":
		read.Classify(ev, "email", read.TypeInfo, "message-deferred", read.Failure)
	case "*>":
		read.Classify(ev, "email", read.TypeInfo, "message-suppressed", "")
	default:
		read.Classify(ev, "email", read.TypeInfo, "message-sent", read.Success)
		failed = false
	}
	if failed {
		ev.Set(event.EventReason, reason)
	}
}

// eximFields reads K=value fields; H=name (helo) [192.0.2.1]:25 contains
// spaces, and so do quoted values. flag says what H and T are: the sender's
// host and the subject on arrival, the next server and the transport on
// delivery.
func eximFields(k *read.Keyed, s, flag string) {
	ev := k.Event
	outward := flag != "" && flag != "<="
	seen := "" // a key counts once: repetitions may be somebody's text
	for n := 0; s != "" && n < 64; n++ {
		s = strings.TrimLeft(s, " ")
		if rest, ok := strings.CutPrefix(s, "from <"); ok {
			_, s, _ = strings.Cut(rest, ">")
			continue
		}
		if list, ok := strings.CutPrefix(s, "for "); ok && flag == "<=" { // the rest are recipients
			if strings.Contains(list, "@") {
				read.SetNamed(ev, "email.to.address", strings.Join(strings.Fields(list), event.Separator))
			}
			return
		}
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return
		}
		if i := strings.LastIndexByte(key, ' '); i >= 0 {
			key = key[i+1:]
		}
		again := len(key) == 1 && strings.Contains(seen, key)
		if len(key) == 1 {
			seen += key
		}
		if key == "H" && !again {
			peer, rest, _ := cutEximPeer(value)
			name, ip, port := eximHost(peer)
			mailEnd(k, outward, name, ip, port)
			s = rest
			continue
		}
		if strings.HasPrefix(value, `"`) {
			if value, s, ok = read.CutQuoted(value); !ok {
				return
			}
			value = read.UnescapeQuotes(value)
		} else {
			value, s = read.CutWord(value)
		}
		if again {
			continue
		}
		switch key {
		case "S":
			read.SetNamed(ev, "email.size", value)
		case "id":
			read.SetNamed(ev, "email.message_id", value)
		case "T":
			if flag == "<=" {
				read.SetNamed(ev, "email.subject", value)
			}
		case "F":
			read.SetNamed(ev, "email.from.address", strings.Trim(value, "<>"))
		case "U":
			ev.Set(event.UserName, value)
		case "A": // authenticator:user
			if _, user, ok := strings.Cut(value, ":"); ok {
				ev.Set(event.UserName, user)
			}
		case "I": // [192.0.2.1]:25, our own end
			_, ip, port := eximHost(value)
			mailEnd(k, !outward, "", ip, port)
		case "X": // TLS1.3:TLS_AES_256_GCM_SHA384:256
			version, cipher, _ := strings.Cut(value, ":")
			read.SetTLSVersion(ev, version)
			cipher, _, _ = strings.Cut(cipher, ":")
			read.SetNamed(ev, "tls.cipher", cipher)
		}
	}
}

// cutEximPeer cuts off "name (helo) [192.0.2.1]:25" and the following colon.
func cutEximPeer(s string) (peer, rest string, ok bool) {
	_, from := eximAddress(s)
	i := strings.IndexByte(s[from:], ']')
	if i < 0 {
		return "", s, false
	}
	n := from + i + 1
	if n < len(s) && s[n] == ':' {
		for n++; n < len(s) && '0' <= s[n] && s[n] <= '9'; n++ {
		}
	}
	return s[:n], strings.TrimLeft(s[n:], ": "), true
}

// eximAddress returns where the name of a peer ends and its address begins.
// The parentheses in between contain what the peer calls itself, possibly with
// brackets: mail.example.org ([10.1.2.3]) [192.0.2.1].
func eximAddress(peer string) (name, address int) {
	name = strings.IndexAny(peer, "([")
	if name < 0 {
		return 0, len(peer)
	}
	if peer[name] == '[' {
		return name, name
	}
	if i := strings.Index(peer[name:], ") ["); i >= 0 {
		return name, name + i + 2
	}
	return name, len(peer)
}

// eximHost returns a peer's name, if it was looked up, address and port.
func eximHost(peer string) (name, ip, port string) {
	end, at := eximAddress(peer)
	if at >= len(peer) {
		return "", "", ""
	}
	ip, port, _ = strings.Cut(peer[at+1:], "]")
	return strings.TrimSpace(peer[:end]), ip, strings.Trim(port, ":")
}

func eximPeer(k *read.Keyed, peer string) {
	name, ip, port := eximHost(peer)
	mailEnd(k, false, name, ip, port)
}
