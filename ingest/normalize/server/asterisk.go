package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Asterisk reads the logs of Asterisk and FreePBX:
//
//	[2026-03-10 09:01:02] SECURITY[12] res_security_log.c: SecurityEvent="InvalidPassword",...,AccountID="100",...,RemoteAddress="IPV4/UDP/198.51.100.9/5060"
//	[Mar 10 09:01:02] NOTICE[12] chan_sip.c: Registration from '"100" <sip:100@192.0.2.9>' failed for '198.51.100.9:5060' - Wrong password
var Asterisk = read.Parser{
	Name:      "asterisk",
	Apps:      []string{"asterisk"},
	First:     "[SNWEV",
	Recognize: func(msg string) bool { return asteriskText(msg) != "" },
	Parse:     parseAsterisk,
}

// asteriskText returns the text after level, thread, an optional call, the
// source file and optionally its line and function; "" if they are missing.
func asteriskText(msg string) string {
	i := strings.Index(msg[:min(len(msg), 120)], ".c:")
	if i < 0 {
		return ""
	}
	known := false
	for _, level := range [...]string{"SECURITY[", "NOTICE[", "WARNING[", "ERROR[", "VERBOSE["} {
		j := strings.Index(msg[:i], level)
		known = known || j >= 0 && j < 40
	}
	if !known {
		return ""
	}
	text := msg[i+len(".c:"):]
	if text != "" && '0' <= text[0] && text[0] <= '9' { // 28561 handle_request_register: text
		_, text, _ = strings.Cut(text, ": ")
	}
	return strings.TrimLeft(text, " ")
}

func parseAsterisk(m *read.Message, ev *event.Event) bool {
	text := asteriskText(m.Text)
	if text == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.Observe(ev, "Sangoma", "Asterisk", "telephony")
	read.From(ev, "asterisk", "asterisk.log")
	ev.Set(event.NetworkProtocol, "sip")
	if strings.HasPrefix(text, "SecurityEvent=") {
		k.AddPairs(text, asteriskKeys)
		side(&k, "RemoteAddress", event.SourceIP, event.SourcePort)
		side(&k, "LocalAddress", event.DestinationIP, event.DestinationPort)
		switch what := k.Get("SecurityEvent"); what {
		case "SuccessfulAuth":
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		case "InvalidPassword", "ChallengeResponseFailed", "InvalidAccountID", "FailedACL", "AuthMethodNotAllowed":
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			ev.Set(event.EventReason, what)
		case "ChallengeSent":
			read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, "logon-pending", "")
		default:
			read.Classify(ev, read.CategoryNetwork, read.TypeInfo, read.Lower(what), "")
		}
		return true
	}
	if !asteriskTemplates.Match("*", text, &k) {
		k.Prose(text)
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(text))
	}
	// "Desk" <sip:100@192.0.2.9;transport=UDP>: the account is 100.
	if _, uri, ok := strings.Cut(ev.Get(event.UserName), "sip:"); ok {
		if account, _, ok := strings.Cut(uri, "@"); ok {
			ev.Set(event.UserName, account)
		}
	}
	return true
}

// side reads an address such as IPV4/UDP/192.0.2.9/5060.
func side(k *read.Keyed, name string, ip, port event.Field) {
	f := strings.Split(k.Get(name), "/")
	if len(f) == 4 {
		read.SetAddress(k.Event, ip, event.None, f[2])
		read.SetPort(k.Event, port, f[3])
		read.SetTransport(k.Event, f[1])
	}
}

var asteriskKeys = read.NewBindings(`
AccountID  user.name:text
EventTV  @time2
Service  network.application:lower
RemoteAddress,LocalAddress,Severity,EventVersion,SessionID  @none
`)

var asteriskTemplates = read.NewTemplates(`
* authentication start logon-failed failure | Registration from '{user.name:text}' failed for '{source.ip}:{source.port}' - {event.reason}
* authentication start logon-failed failure | Registration from '{user.name:text}' failed for '{source.ip}' - {event.reason}
* authentication start logon-failed failure | Request '{}' from '{user.name:text}' failed for '{source.ip}:{source.port}' (callid: {}) - {event.reason}
* authentication start logon-failed failure | Failed to authenticate device {user.name:text}
* authentication start logon-failed failure | Host {source.ip} failed to authenticate as '{user.name:text}'
* authentication start logon-failed failure | No registration for peer '{user.name:text}' (from {source.ip})
* network denied call-rejected failure | Call from '{user.name:text}' ({source.ip}:{source.port}) to extension '{}' rejected because {event.reason}
`)
