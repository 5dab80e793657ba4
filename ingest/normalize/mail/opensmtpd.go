package mail

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// OpenSMTPD reads the log of OpenSMTPD, whose daemon shares its name with one
// of Postfix's: sessions are named up to release 5, later they have a leading
// number.
//
//	smtp-in: New session 4a1b2c3d4e5f6071 from host mx.example.org [192.0.2.25]
//	4a1b2c3d4e5f6071 smtp connected address=192.0.2.25 host=mx.example.org
var OpenSMTPD = read.Parser{
	Name:      "opensmtpd",
	Apps:      []string{"smtpd"},
	First:     "sm0-9abcdef",
	Recognize: func(msg string) bool { return openSMTPDText(msg) != "" },
	Parse:     parseOpenSMTPD,
}

// openSMTPDText returns the text after the session's number, "" for lines of
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

// isSessionID reports whether a text is 64 bits in hexadecimal.
func isSessionID(s string) bool {
	_, err := strconv.ParseUint(s, 16, 64)
	return err == nil && len(s) == 16
}

func parseOpenSMTPD(m *read.Message, ev *event.Event) bool {
	text := openSMTPDText(m.Text)
	if text == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.From(ev, "opensmtpd", "opensmtpd.log")
	if len(text) < len(m.Text) {
		mailPairs(&k, m.Text)
	}
	if !smtpdTemplates.Match("*", text, &k) {
		read.Classify(ev, "email", read.TypeInfo, "message-handled", read.ProseOutcome(m.Text))
	}
	return true
}

var smtpdTemplates = read.NewTemplates(`
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
