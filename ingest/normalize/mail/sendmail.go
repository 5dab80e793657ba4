package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Sendmail reads the messages of Sendmail (Sendmail Installation and Operation
// Guide, 2.1): the queue id and pairs.
//
//	4AK9CFab002212: from=<anna@example.org>, size=2411, nrcpts=1, msgid=<abc@example.org>, proto=ESMTPS, relay=mail.example.org [192.0.2.9]
//	4AK9CFab002212: to=<bert@example.net>, delay=00:00:01, mailer=esmtp, relay=mx.example.net. [198.51.100.7], dsn=2.0.0, stat=Sent (OK)
var Sendmail = read.Parser{
	Name:  "sendmail",
	Apps:  []string{"sendmail", "sm-mta", "sm-msp-queue", "sm-acceptingconnections"},
	Parse: parseSendmail,
}

func parseSendmail(m *read.Message, ev *event.Event) bool {
	if strings.HasPrefix(ev.Get(event.LogSyslogAppname), "postfix/") { // its command of the same name
		return false
	}
	text := m.Text
	read.From(ev, "sendmail", "sendmail.log")
	ev.Set(event.NetworkProtocol, "smtp")
	if id, rest, ok := strings.Cut(text, ": "); ok && isQueueID(id) {
		if id != "NOQUEUE" {
			read.SetNamed(ev, "email.local_id", id)
		}
		text = rest
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	var p sendmailPairs
	p.read(ev, text)
	outward := p.stat != "" || p.auth == "client" || p.tls == "client"
	sendmailPeer(&k, p.peer, outward)
	switch {
	case p.reject != "":
		ev.Set(event.EventReason, p.reject)
		read.Classify(ev, "email", read.TypeInfo, "message-rejected", read.Failure)
	case strings.HasPrefix(p.stat, "Sent"):
		read.Classify(ev, "email", read.TypeInfo, "message-sent", read.Success)
	case strings.HasPrefix(p.stat, "Deferred"), strings.HasPrefix(p.stat, "queued"):
		ev.Set(event.EventReason, p.stat)
		read.Classify(ev, "email", read.TypeInfo, "message-deferred", read.Failure)
	case p.stat != "":
		ev.Set(event.EventReason, p.stat)
		read.Classify(ev, "email", read.TypeInfo, "message-bounced", read.Failure)
	case p.sender:
		read.Classify(ev, "email", read.TypeInfo, "message-accepted", read.Success)
	case strings.HasPrefix(text, "AUTH failure"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case p.auth == "server" && ev.Has(event.UserName):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case p.tls != "":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionStart, "tls-started", "")
	case strings.Contains(text, " did not issue "):
		before, _, _ := strings.Cut(text, " did not issue ")
		sendmailPeer(&k, before, false)
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	default:
		if before, _, ok := strings.Cut(text, "]: "); ok { // mail.example.org [192.0.2.9]: possible SMTP attack
			sendmailPeer(&k, before+"]", false)
		} else if _, after, ok := strings.Cut(text, " from "); ok { // lost input channel from ...
			sendmailPeer(&k, after, false)
		}
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, "email", read.TypeInfo, "message-handled", read.ProseOutcome(text))
		}
	}
	return true
}

// sendmailPairs are the pairs that must be interpreted together.
type sendmailPairs struct {
	peer, to     string
	stat, reject string
	auth, tls    string // which side: server or client
	sender       bool
}

// read sets what each pair says.
func (p *sendmailPairs) read(ev *event.Event, text string) {
	ruled := false
	for rest, n := text, 0; rest != "" && n < 64; n++ {
		var pair string
		pair, rest = cutSendmailPair(rest)
		key, value, ok := strings.Cut(pair, "=")
		if !ok || value == "" {
			continue
		}
		plain := strings.Trim(value, "<>")
		switch key {
		case "from":
			p.sender = true
			read.SetNamed(ev, "email.from.address", plain)
		case "to":
			p.to = plain
			read.SetNamed(ev, "email.to.address", strings.ReplaceAll(strings.ReplaceAll(plain, ">,<", event.Separator), ",", event.Separator))
		case "arg1":
			p.to = plain
			if strings.Contains(plain, "@") {
				read.SetNamed(ev, "email.to.address", plain)
			}
		case "size":
			read.SetNamed(ev, "email.size", value)
		case "msgid":
			read.SetNamed(ev, "email.message_id", plain)
		case "relay":
			p.peer = value
		case "authid", "user":
			if p.auth != "" || strings.HasPrefix(text, "AUTH failure") {
				ev.Set(event.UserName, value)
			}
		case "ruleset":
			ruled = true
		case "AUTH":
			p.auth = value
		case "STARTTLS":
			p.tls = value
		case "version":
			read.SetTLSVersion(ev, value)
		case "cipher":
			read.SetNamed(ev, "tls.cipher", value)
		case "dsn":
			read.SetNamed(ev, "sendmail.dsn", value)
		case "stat":
			if p.to == "" {
				continue
			}
			p.stat = value
			if rest != "" {
				p.stat, rest = value+", "+rest, ""
			}
		case "reject":
			if !ruled {
				continue
			}
			p.reject = value
			if rest != "" {
				p.reject, rest = value+", "+rest, ""
			}
		}
	}
}

// cutSendmailPair cuts off the first of pairs separated by ", ". What is in <>
// is somebody's text and may contain commas.
func cutSendmailPair(s string) (pair, rest string) {
	if i := strings.IndexByte(s, '='); i > 0 && strings.HasPrefix(s[i+1:], "<") {
		if end := strings.Index(s[i:], ">, "); end > 0 {
			return s[:i+end+1], s[i+end+3:]
		}
	}
	pair, rest, _ = strings.Cut(s, ", ")
	return pair, rest
}

// sendmailPeer reads "mail.example.org. [192.0.2.9] (may be forged)".
func sendmailPeer(k *read.Keyed, s string, outward bool) {
	name, ip, ok := strings.Cut(s, "[")
	if ip, _, _ = strings.Cut(ip, "]"); !ok {
		return
	}
	mailEnd(k, outward, strings.TrimSuffix(strings.TrimSpace(name), "."), strings.TrimPrefix(ip, "IPv6:"), "")
}
