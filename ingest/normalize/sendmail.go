package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// sendmail reads the messages of Sendmail (Sendmail Installation and
// Operation Guide, 2.1): the queue's id and pairs.
//
//	4AK9CFab002212: from=<anna@example.org>, size=2411, nrcpts=1, msgid=<abc@example.org>, proto=ESMTPS, relay=mail.example.org [192.0.2.9]
//	4AK9CFab002212: to=<bert@example.net>, delay=00:00:01, mailer=esmtp, relay=mx.example.net. [198.51.100.7], dsn=2.0.0, stat=Sent (OK)
var sendmail = parser{
	name:  "sendmail",
	apps:  []string{"sendmail", "sm-mta", "sm-msp-queue", "sm-acceptingconnections"},
	parse: parseSendmail,
}

func parseSendmail(m *message, ev *event.Event) bool {
	if strings.HasPrefix(ev.Get(event.LogSyslogAppname), "postfix/") { // its command of the same name
		return false
	}
	text := m.text
	from(ev, "sendmail", "sendmail.log")
	ev.Set(event.NetworkProtocol, "smtp")
	if id, rest, ok := strings.Cut(text, ": "); ok && isQueueID(id) {
		if id != "NOQUEUE" {
			setNamed(ev, "email.local_id", id)
		}
		text = rest
	}
	k := keyed{ev: ev, loc: m.loc}
	peer, sender, to, ruled := "", false, "", false
	auth, tls, stat, reject := "", "", "", ""
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
			sender = true
			setNamed(ev, "email.from.address", plain)
		case "to":
			to = plain
			setNamed(ev, "email.to.address", strings.ReplaceAll(strings.ReplaceAll(plain, ">,<", event.Separator), ",", event.Separator))
		case "arg1":
			to = plain
			if strings.Contains(plain, "@") {
				setNamed(ev, "email.to.address", plain)
			}
		case "size":
			setNamed(ev, "email.size", value)
		case "msgid":
			setNamed(ev, "email.message_id", plain)
		case "relay":
			peer = value
		case "authid", "user":
			if auth != "" || strings.HasPrefix(text, "AUTH failure") {
				ev.Set(event.UserName, value)
			}
		case "ruleset":
			ruled = true
		case "AUTH":
			auth = value
		case "STARTTLS":
			tls = value
		case "version":
			setTLSVersion(ev, value)
		case "cipher":
			setNamed(ev, "tls.cipher", value)
		case "dsn":
			setNamed(ev, "sendmail.dsn", value)
		case "stat":
			if to == "" {
				continue
			}
			stat = value
			if rest != "" {
				stat, rest = value+", "+rest, ""
			}
		case "reject":
			if !ruled {
				continue
			}
			reject = value
			if rest != "" {
				reject, rest = value+", "+rest, ""
			}
		}
	}
	outward := stat != "" || auth == "client" || tls == "client"
	k.sendmailPeer(peer, outward)
	switch {
	case reject != "":
		ev.Set(event.EventReason, reject)
		classify(ev, "email", typeInfo, "message-rejected", failure)
	case strings.HasPrefix(stat, "Sent"):
		classify(ev, "email", typeInfo, "message-sent", success)
	case strings.HasPrefix(stat, "Deferred"), strings.HasPrefix(stat, "queued"):
		ev.Set(event.EventReason, stat)
		classify(ev, "email", typeInfo, "message-deferred", failure)
	case stat != "":
		ev.Set(event.EventReason, stat)
		classify(ev, "email", typeInfo, "message-bounced", failure)
	case sender:
		classify(ev, "email", typeInfo, "message-accepted", success)
	case strings.HasPrefix(text, "AUTH failure"):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case auth == "server" && ev.Has(event.UserName):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case tls != "":
		classify(ev, catNetwork, connStart, "tls-started", "")
	case strings.Contains(text, " did not issue "):
		before, _, _ := strings.Cut(text, " did not issue ")
		k.sendmailPeer(before, false)
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	default:
		if before, _, ok := strings.Cut(text, "]: "); ok { // mail.example.org [192.0.2.9]: possible SMTP attack
			k.sendmailPeer(before+"]", false)
		} else if _, after, ok := strings.Cut(text, " from "); ok { // lost input channel from ...
			k.sendmailPeer(after, false)
		}
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, "email", typeInfo, "message-handled", proseOutcome(text))
		}
	}
	return true
}

// cutSendmailPair cuts the first of pairs with ", " between off. What stands
// in <> is somebody's text and may have commas.
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
func (k *keyed) sendmailPeer(s string, outward bool) {
	name, ip, ok := strings.Cut(s, "[")
	if ip, _, _ = strings.Cut(ip, "]"); !ok {
		return
	}
	k.mailEnd(outward, strings.TrimSuffix(strings.TrimSpace(name), "."), strings.TrimPrefix(ip, "IPv6:"), "")
}
