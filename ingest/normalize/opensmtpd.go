package normalize

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// openSMTPD reads the log of OpenSMTPD, whose daemon has the name of one of
// Postfix's: sessions by name up to release 5, by a number in front later.
//
//	smtp-in: New session 4a1b2c3d4e5f6071 from host mx.example.org [192.0.2.25]
//	4a1b2c3d4e5f6071 smtp connected address=192.0.2.25 host=mx.example.org
var openSMTPD = parser{
	name:      "opensmtpd",
	apps:      []string{"smtpd"},
	first:     "sm0-9abcdef",
	recognize: func(msg string) bool { return openSMTPDText(msg) != "" },
	parse:     parseOpenSMTPD,
}

// openSMTPDText returns the text behind the session's number, "" for lines of
// other programs.
func openSMTPDText(msg string) string {
	if strings.HasPrefix(msg, "smtp-in: ") || strings.HasPrefix(msg, "smtp-out: ") || strings.HasPrefix(msg, "mda: ") {
		return msg
	}
	if len(msg) > 17 && msg[16] == ' ' && isSessionID(msg[:16]) && (strings.HasPrefix(msg[17:], "smtp ") || strings.HasPrefix(msg[17:], "mta ") || strings.HasPrefix(msg[17:], "mda ")) {
		return msg[17:]
	}
	return ""
}

// isSessionID tells whether a text is 64 bits in hexadecimal digits.
func isSessionID(s string) bool {
	_, err := strconv.ParseUint(s, 16, 64)
	return err == nil && len(s) == 16
}

func parseOpenSMTPD(m *message, ev *event.Event) bool {
	text := openSMTPDText(m.text)
	if text == "" {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	from(ev, "opensmtpd", "opensmtpd.log")
	if len(text) < len(m.text) {
		k.mailPairs(m.text)
	}
	if !smtpdTemplates.match("*", text, &k) {
		classify(ev, "email", typeInfo, "message-handled", proseOutcome(m.text))
	}
	return true
}

var smtpdTemplates = newTemplates(`
* email info message-accepted success | smtp-in: Accepted message {} on session {}: from=<{email.from.address}>, to=<{email.to.address}>, size={email.size}, {}
* email info message-rejected failure | smtp-in: Failed command on session {}: "{event.reason}" => {}
* network connection+start connection-started - | smtp-in: New session {} from host {source.domain} [{source.ip}]
* network connection+start connection-started - | smtp-in: New session {} from host {source.domain} [local]
* network connection+start tls-started - | smtp-in: Started TLS on session {}: version={tls.version}, cipher={tls.cipher}, bits={}
* network connection+end connection-closed - | smtp-in: {}losing session {}
* network connection+end connection-closed - | smtp-in: Received disconnect from session {}
* network connection+end connection-closed failure | smtp-in: Disconnecting session {}: {event.reason}
* authentication start logon-failed failure | smtp-in: Authentication failed for user {user.name} on session {}
* authentication start logon-failed failure | smtp authentication user={user.name} address={source.ip} host={} result=permfail
* authentication start logon-success success | smtp authentication user={user.name} address={source.ip} host={} result=ok
* network connection+start connection-started - | smtp connected address={source.ip} host={source.domain}
* email info message-rejected failure | smtp failed-command {}command="{}" result="{event.reason}"
`)
