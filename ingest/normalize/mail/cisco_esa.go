package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CiscoESA reads the text logs of Cisco's Secure Email Gateway (AsyncOS for
// Email Security, "Logging"): its mail, SMTP and administration logs.
//
//	Info: New SMTP ICID 4711 interface Data1 (192.0.2.10) address 198.51.100.9 reverse dns host mail.example.org verified yes
//	Info: MID 815 ICID 4711 From: <anna@example.org>
//
// MID is a message, ICID and DCID are inbound and outbound connections. In
// files the time comes first.
var CiscoESA = read.Parser{
	Name:      "cisco_esa",
	Bare:      true,
	First:     "IWCDTAMSF",
	Recognize: func(msg string) bool { return esaText(msg) != "" },
	Parse:     parseESA,
}

// esaText returns what follows time and level, "" for other formats.
func esaText(msg string) string {
	_, rest := esaTime(msg)
	level, text, ok := strings.Cut(rest, ": ")
	switch level {
	case "Info", "Warning", "Critical", "Debug", "Trace", "Alert":
	default:
		return ""
	}
	if !ok || !esaNumbered(text) {
		return ""
	}
	for _, mark := range [...]string{"MID ", "New SMTP ", "ICID ", "DCID ", "Start MID ", "Message ", "Bounced: ", "Delayed: ", "SMTP Auth: ", "Delivery "} {
		if rest, ok := strings.CutPrefix(text, mark); ok && strings.ContainsAny(rest[:min(len(rest), 24)], "0123456789") {
			return text
		}
	}
	return ""
}

// esaNumbered reports whether a text names a message or a connection.
func esaNumbered(text string) bool {
	for _, word := range [...]string{"MID ", "ICID ", "DCID "} {
		if i := strings.Index(text, word); i >= 0 && i+len(word) < len(text) && '0' <= text[i+len(word)] && text[i+len(word)] <= '9' {
			return true
		}
	}
	return false
}

// esaTime cuts off "Sun Mar  1 10:00:00 2026 ".
func esaTime(msg string) (stamp, rest string) {
	if len(msg) > 25 && msg[3] == ' ' && msg[13] == ':' && msg[16] == ':' && msg[24] == ' ' {
		return msg[4:24], msg[25:]
	}
	return "", msg
}

func parseESA(m *read.Message, ev *event.Event) bool {
	text := esaText(m.Text)
	if text == "" {
		return false
	}
	stamp, rest := esaTime(m.Text)
	if stamp != "" {
		read.SetTime(ev, stamp, m.Location)
	}
	level, _, _ := strings.Cut(rest, ":")
	ev.Set(event.LogLevel, read.Lower(level))
	read.Observe(ev, "Cisco", "Secure Email Gateway", "email-gateway")
	read.From(ev, "cisco_esa", "cisco_esa.log")
	k := read.Keyed{Event: ev, Location: m.Location}
	if !esaTemplates.Match("*", text, &k) {
		read.Classify(ev, "email", read.TypeInfo, "message-handled", read.ProseOutcome(text))
	}
	if ev.Get(event.SourceDomain) == "unknown" {
		ev.Delete(event.SourceDomain)
	}
	return true
}

var esaTemplates = read.NewTemplates(`
* network connection+start connection-started - | New SMTP ICID {cisco_esa.icid} interface {observer.ingress.interface.name} ({destination.ip}) address {source.ip} reverse dns host {source.domain} verified {}
* network connection+start connection-started - | New SMTP ICID {cisco_esa.icid} interface {observer.ingress.interface.name} ({destination.ip}) address {source.ip}[[ {}]]
* network connection+start connection-started - | New SMTP DCID {cisco_esa.dcid} interface {source.ip} address {destination.ip} port {destination.port}
* network connection+allowed connection-allowed success | ICID {cisco_esa.icid} ACCEPT SG {rule.name} match {event.reason}
* network connection+allowed connection-allowed success | ICID {cisco_esa.icid} RELAY SG {rule.name} match {event.reason}
* network connection+denied connection-denied failure | ICID {cisco_esa.icid} REJECT SG {rule.name} match {event.reason}
* network connection+denied connection-denied failure | ICID {cisco_esa.icid} TCPREFUSE SG {rule.name} match {event.reason}
* network connection+end connection-closed - | ICID {cisco_esa.icid} close
* network connection+end connection-closed - | ICID {cisco_esa.icid} lost
* network connection+end connection-closed - | DCID {cisco_esa.dcid} close
* network connection+start tls-started - | ICID {cisco_esa.icid} TLS success protocol {tls.version:tlsversion} cipher {tls.cipher}[[ {}]]
* network connection+start tls-started - | DCID {cisco_esa.dcid} TLS success protocol {tls.version:tlsversion} cipher {tls.cipher}[[ {}]]
* authentication start logon-success success | SMTP Auth: (ICID {cisco_esa.icid}) succeeded for user: {user.name} using AUTH mechanism: {}
* authentication start logon-failed failure | SMTP Auth: (ICID {cisco_esa.icid}) failed for user: {user.name} using AUTH mechanism: {}
* email info message-handled - | Start MID {email.local_id} ICID {cisco_esa.icid}
* email info message-accepted success | MID {email.local_id} ICID {cisco_esa.icid} From: <[[{email.from.address}]]>
* email info message-handled - | MID {email.local_id} ICID {cisco_esa.icid} RID {} To: <{email.to.address}>
* email info message-rejected failure | MID {email.local_id} ICID {cisco_esa.icid} RID {} To: <{email.to.address}> Rejected by {event.reason}
* email info message-handled - | MID {email.local_id} Message-ID '<{email.message_id}>'
* email info message-handled - | MID {email.local_id} Subject '{email.subject}'
* email info message-handled - | MID {email.local_id} Subject "{email.subject}"
* email info message-accepted success | MID {email.local_id} ready {email.size} bytes from <{email.from.address}>
* email+malware info malware-detected - | MID {email.local_id} antivirus positive '{rule.name}'
* email+malware info malware-detected - | MID {email.local_id} interim AV verdict using {} VIRAL
* email info spam-detected - | MID {email.local_id} using engine: {rule.name} spam positive
* email info spam-detected - | MID {email.local_id} interim verdict using engine: {rule.name} spam positive
* email info message-handled - | MID {email.local_id} matched all recipients for per-recipient policy {rule.name} in the {network.direction} table
* email info message-rejected failure | MID {email.local_id} {}dropped by {event.reason}
* email info message-rejected failure | MID {email.local_id} Dropped by {event.reason}
* email info message-quarantined - | MID {email.local_id} quarantined to "{event.reason}"
* email info message-handled - | MID {email.local_id} queued for delivery
* email info message-sent success | Message done DCID {cisco_esa.dcid} MID {email.local_id} to RID {}
* email info message-completed success | Message finished MID {email.local_id} done
* email info message-rejected failure | Message aborted MID {email.local_id} {event.reason}
* email info message-bounced failure | Bounced: DCID {cisco_esa.dcid} MID {email.local_id} to RID {} - {event.reason}
* email info message-deferred failure | Delayed: DCID {cisco_esa.dcid} MID {email.local_id} to RID {} - {event.reason}
* email info message-handled - | MID {email.local_id} {event.reason}
`)
