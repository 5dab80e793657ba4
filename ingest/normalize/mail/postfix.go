package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Postfix reads the logs of Postfix (https://www.postfix.org/DEBUG_README.html):
//
//	4A1B2C3D4E: to=<ben@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=0.5, dsn=2.0.0, status=sent (250 ok)
//	warning: unknown[203.0.113.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6
var Postfix = read.Parser{
	Name:  "postfix",
	Apps:  []string{"smtpd", "smtp", "qmgr", "cleanup", "pickup", "local", "lmtp", "submission", "postscreen", "anvil", "master", "bounce", "trivial-rewrite", "virtual", "postfix", "smtps"},
	Parse: parsePostfix,
}

func parsePostfix(m *read.Message, ev *event.Event) bool {
	if strings.HasPrefix(m.Text, "pam_") {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	// The leading queue id, if any.
	id, rest, ok := strings.Cut(text, ": ")
	if ok && isQueueID(id) {
		if id != "NOQUEUE" {
			read.SetNamed(ev, "postfix.queue_id", id)
		}
		text = rest
	}
	read.From(ev, "postfix", "postfix.log")
	mailPairs(&k, text)
	if postfixTemplates.Match("*", text, &k) {
		if ev.Get(event.SourceDomain) == "unknown" {
			ev.Delete(event.SourceDomain)
		}
		return true
	}
	_, status, ok := strings.Cut(text, ", status=")
	switch {
	case ok && strings.HasPrefix(status, "sent"):
		read.Classify(ev, "email", read.TypeInfo, "message-sent", read.Success)
	case ok && strings.HasPrefix(status, "bounced"):
		read.Classify(ev, "email", read.TypeInfo, "message-bounced", read.Failure)
	case ok:
		read.Classify(ev, "email", read.TypeInfo, "message-deferred", read.Failure)
	case strings.HasPrefix(text, "warning: ") || strings.HasPrefix(text, "fatal: ") || strings.HasPrefix(text, "error: "):
		k.Prose(text)
		read.Classify(ev, "email", "error", "server-message", read.Failure)
	default:
		read.Classify(ev, "email", read.TypeInfo, "message-handled", "")
	}
	return true
}

// isQueueID recognizes Postfix's short and long queue ids.
func isQueueID(s string) bool {
	if len(s) < 6 || len(s) > 20 {
		return s == "NOQUEUE"
	}
	for i := range len(s) {
		if c := s[i]; !read.IsLetter(c) && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "warning" && s != "statistics" && s != "connect" && s != "disconnect"
}

var postfixTemplates = read.NewTemplates(`
* network connection+start connection-started - | connect from {source.domain}[{source.ip}]
* network connection+start connection-started - | connect from unknown[{source.ip}]
* network connection+end connection-closed - | disconnect from {source.domain}[{source.ip}][[ {}]]
* network connection+end connection-closed - | lost connection after {event.reason} from {source.domain}[{source.ip}]
* authentication start logon-failed failure | warning: {source.domain}[{source.ip}]: SASL {} authentication failed: {event.reason}
* authentication start logon-failed failure | warning: {source.domain}[{source.ip}]: SASL {} authentication failed:
* email info message-rejected failure | reject: {} from {source.domain}[{source.ip}]: {event.reason}; {}
* email info message-rejected failure | milter-reject: {} from {source.domain}[{source.ip}]: {event.reason}; {}
* authentication start logon-success success | client={source.domain}[{source.ip}], sasl_method={}, sasl_username={user.name}
* network connection+start connection-started - | client={source.domain}[{source.ip}]
* network connection+info connection-logged - | PREGREET {} after {} from [{source.ip}]:{source.port}: {}
* network connection+denied connection-denied failure | DNSBL rank {} for [{source.ip}]:{source.port}
* network connection+start connection-started - | CONNECT from [{source.ip}]:{source.port} to [{destination.ip}]:{destination.port}
`)
