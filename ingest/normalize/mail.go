package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// mailServer reads the logs of Postfix, OpenSMTPD and Dovecot.
var mailServer = parser{
	name:  "mail",
	apps:  []string{"smtpd", "smtp", "qmgr", "cleanup", "pickup", "local", "lmtp", "submission", "postscreen", "anvil", "master", "bounce", "trivial-rewrite", "virtual", "postfix", "smtps", "dovecot", "imap-login", "pop3-login", "dovecot-auth", "managesieve-login"},
	first: "ips",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "imap-login: ") || strings.HasPrefix(msg, "pop3-login: ") || strings.HasPrefix(msg, "smtp-in: ")
	},
	parse: parseMail,
}

func parseMail(m *message, ev *event.Event) bool {
	if strings.HasPrefix(m.text, "pam_") {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	switch {
	case m.app == "dovecot" || m.app == "dovecot-auth" || strings.Contains(m.app, "-login") || strings.HasPrefix(text, "imap-login: ") || strings.HasPrefix(text, "pop3-login: "):
		dovecotEvent(&k, text)
		return true
	case strings.HasPrefix(text, "smtp-in: ") || strings.HasPrefix(text, "smtp-out: ") || strings.HasPrefix(text, "mda: "):
		from(ev, "opensmtpd", "opensmtpd.log")
		if !smtpdTemplates.match("*", text, &k) {
			classify(ev, "email", typeInfo, "message-handled", proseOutcome(text))
		}
		return true
	case len(text) > 17 && text[16] == ' ' && (strings.HasPrefix(text[17:], "smtp ") || strings.HasPrefix(text[17:], "mta ") || strings.HasPrefix(text[17:], "mda ")): // OpenSMTPD 6 and later
		from(ev, "opensmtpd", "opensmtpd.log")
		k.mailPairs(text)
		if !smtpdTemplates.match("*", text[17:], &k) {
			classify(ev, "email", typeInfo, "message-handled", proseOutcome(text))
		}
		return true
	}
	// The queue's id, if one is in front.
	id, rest, ok := strings.Cut(text, ": ")
	if ok && isQueueID(id) {
		if id != "NOQUEUE" {
			setNamed(ev, "postfix.queue_id", id)
		}
		text = rest
	}
	from(ev, "postfix", "postfix.log")
	k.mailPairs(text)
	if postfixTemplates.match("*", text, &k) {
		if ev.Get(event.SourceDomain) == "unknown" {
			ev.Delete(event.SourceDomain)
		}
		return true
	}
	_, status, ok := strings.Cut(text, ", status=")
	switch {
	case ok && strings.HasPrefix(status, "sent"):
		classify(ev, "email", typeInfo, "message-sent", success)
	case ok && strings.HasPrefix(status, "bounced"):
		classify(ev, "email", typeInfo, "message-bounced", failure)
	case ok:
		classify(ev, "email", typeInfo, "message-deferred", failure)
	case strings.HasPrefix(text, "warning: ") || strings.HasPrefix(text, "fatal: ") || strings.HasPrefix(text, "error: "):
		k.prose(text)
		classify(ev, "email", "error", "server-message", failure)
	default:
		classify(ev, "email", typeInfo, "message-handled", "")
	}
	return true
}

// isQueueID recognizes Postfix's short and long queue ids.
func isQueueID(s string) bool {
	if len(s) < 6 || len(s) > 20 {
		return s == "NOQUEUE"
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "warning" && s != "statistics" && s != "connect" && s != "disconnect"
}

// mailPairs reads the pairs of a line: from=<a@example.org>, size=1746.
func (k *keyed) mailPairs(text string) {
	ev := k.ev
	for rest, n := text, 0; rest != "" && n < 64; n++ {
		var pair string
		if i := strings.IndexAny(rest, ", "); i >= 0 {
			pair, rest = rest[:i], strings.TrimLeft(rest[i:], ", ")
		} else {
			pair, rest = rest, ""
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		value = strings.Trim(value, "<>")
		if value == "" {
			continue
		}
		switch name {
		case "from":
			setNamed(ev, "email.from.address", value)
		case "to", "orig_to":
			if name == "to" {
				setNamed(ev, "email.to.address", value)
			}
		case "message-id":
			setNamed(ev, "email.message_id", value)
		case "client", "host":
			k.mailPeer(value)
		case "sasl_username", "user":
			ev.Set(event.UserName, value)
		case "rip":
			setSource(ev, value)
		case "lip":
			setDestination(ev, value)
		case "rport":
			setPort(ev, event.SourcePort, value)
		case "lport":
			setPort(ev, event.DestinationPort, value)
		case "dsn":
			setNamed(ev, "postfix.dsn", value)
		case "address":
			setSource(ev, value)
		case "relay":
			if host, ip, ok := strings.Cut(value, "["); ok {
				ip, _, _ = strings.Cut(ip, "]")
				k.mailEnd(true, host, ip, "")
			}
		}
	}
}

// mailPeer reads name[192.0.2.1].
func (k *keyed) mailPeer(s string) {
	host, ip, _ := strings.Cut(s, "[")
	ip, _, _ = strings.Cut(ip, "]")
	k.mailEnd(false, host, ip, "")
}

// mailEnd stores one end of a connection between mail servers: the one that
// is connected to when it goes outward, else the one that connects.
func (k *keyed) mailEnd(outward bool, name, ip, port string) {
	address, domain, portField := event.SourceIP, event.SourceDomain, event.SourcePort
	if outward {
		address, domain, portField = event.DestinationIP, event.DestinationDomain, event.DestinationPort
	}
	setAddress(k.ev, address, domain, ip)
	setAddress(k.ev, address, domain, name)
	setPort(k.ev, portField, port)
}

var postfixTemplates = newTemplates(`
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

// dovecotEvent reads a line of Dovecot: logins end with pairs, and so do ends
// of connections; failures of the password database name user and address in
// parentheses.
func dovecotEvent(k *keyed, text string) {
	ev := k.ev
	from(ev, "dovecot", "dovecot.log")
	service, _, _ := strings.Cut(text, ": ")
	service, _, _ = strings.Cut(service, "(")
	ev.Set(event.ServiceName, service)
	k.mailPairs(text)
	s := lower(text)
	switch {
	case strings.Contains(s, "auth failed") || strings.Contains(s, "password mismatch") || strings.Contains(s, "unknown user") || strings.Contains(s, "authentication failure") || strings.Contains(s, "login: aborted"):
		if !ev.Has(event.UserName) {
			dovecotFailure.match(text, k)
		}
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.Contains(text, "login: Login: "):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case strings.Contains(s, "logged out") || strings.Contains(s, "disconnected") || strings.Contains(s, "connection closed"):
		if !ev.Has(event.UserName) {
			dovecotUser.match(text, k)
		}
		classify(ev, catSession, typeEnd, actionLogoff, success)
	default:
		if !ev.Has(event.UserName) {
			dovecotUser.match(text, k)
		}
		classify(ev, "email", typeInfo, "message-handled", proseOutcome(text))
	}
}

var (
	dovecotFailure = mustTemplate(kind{}, "{}: {}({user.name},{source.ip}[[,{}]]): {event.reason}")
	dovecotUser    = mustTemplate(kind{}, "{}({user.name}[[,{}]]){}")
)
