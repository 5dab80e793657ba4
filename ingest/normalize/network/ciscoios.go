package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CiscoIOS reads the messages of Cisco IOS, IOS XE, IOS XR and NX-OS,
// %FACILITY[-SUBFACILITY]-SEVERITY-MNEMONIC: text (Cisco IOS System Message
// Logging). What precedes the % has been read with the header; sequence
// numbers are taken from there.
var CiscoIOS = read.Parser{
	Name:      "cisco_ios",
	First:     "^{",
	Recognize: func(msg string) bool { _, ok := iosHead(msg); return ok },
	Parse:     parseCiscoIOS,
}

type iosMessage struct{ facility, severity, mnemonic, text string }

// iosHead finds the mnemonic, at the start or after a short prefix.
func iosHead(msg string) (h iosMessage, ok bool) {
	i := strings.IndexByte(msg[:min(len(msg), 80)], '%')
	if i < 0 || i+6 > len(msg) {
		return h, false
	}
	head, text, found := strings.Cut(msg[i+1:], ":")
	if !found || len(head) > 80 || strings.ContainsAny(head, " %") {
		return h, false
	}
	before, mnemonic, ok1 := read.CutLast(head, "-")
	facility, severity, ok2 := read.CutLast(before, "-")
	if !ok1 || !ok2 || len(severity) != 1 || severity[0] < '0' || severity[0] > '7' || mnemonic == "" || !read.IsMnemonic(mnemonic) {
		return h, false
	}
	text = strings.TrimLeft(text, " ")
	// IOS XE wraps messages of its components: "%IOSXE-6-PLATFORM: R0/0:
	// cpp_cp: ... %FW-6-SESS_AUDIT_TRAIL: ...".
	if i := strings.IndexByte(text, '%'); i >= 0 && mnemonic == "PLATFORM" {
		if inner, ok := iosHead(text[i:]); ok {
			return inner, true
		}
	}
	return iosMessage{facility, severity, mnemonic, text}, true
}

func parseCiscoIOS(m *read.Message, ev *event.Event) bool {
	h, ok := iosHead(m.Text)
	if !ok {
		return false
	}
	ev.Set(event.EventCode, h.mnemonic)
	ev.Set(event.EventSeverity, h.severity)
	ev.Set(event.LogLevel, read.SyslogLevels[h.severity[0]-'0'])
	read.SetNamed(ev, "cisco.ios.facility", h.facility)
	read.SetNamed(ev, "event.sequence", iosSequence(ev.Get(event.EventOriginal)))
	if isNXOS(ev.Get(event.EventOriginal)) {
		read.Observe(ev, "Cisco", "Nexus", "network")
		read.From(ev, "cisco_nexus", "cisco_nexus.log")
	} else {
		read.Observe(ev, "Cisco", "IOS", "network")
		read.From(ev, "cisco_ios", "cisco_ios.log")
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	if !iosTemplates.Match(h.mnemonic, h.text, &k) && !iosTemplates.Match("*", h.text, &k) {
		k.Prose(h.text)
	}
	switch read.Lower(k.Action) {
	case "denied", "deny":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case "permitted", "permit":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	}
	if count := ev.Get(event.SourceIP); count != "" {
		if packets, ok := ev.LookupName("source.packets"); ok {
			read.SetNamed(ev, "network.packets", packets)
		}
	}
	if !ev.Has(event.EventCategory) {
		// Dell, Ruijie, Arista and others use the same names.
		switch name := h.mnemonic; {
		case strings.Contains(name, "LOGIN_SUCC"):
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		case strings.Contains(name, "LOGIN_FAIL") || strings.Contains(name, "AUTHEN_FAIL") || strings.Contains(name, "AUTH_FAIL"):
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		case strings.Contains(name, "LOGOUT"):
			read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
		case read.ProseLogin(ev, h.text):
		default:
			read.Classify(ev, read.CategoryNetwork, read.TypeInfo, "", "")
		}
	}
	return true
}

// isNXOS reports whether the message has the time as only NX-OS writes it,
// year first: "2026 Mar  1 10:00:00 UTC: %ETHPORT-5-...".
func isNXOS(raw string) bool {
	end := strings.IndexByte(raw, '%')
	if end < 0 {
		return false
	}
	at := strings.LastIndex(raw[:end], "20")
	for ; at >= 0; at = strings.LastIndex(raw[:at], "20") {
		if rest := raw[at:end]; len(rest) > 20 && read.IsNumber(rest[:4]) && rest[4] == ' ' && read.LooksLikeHeader(rest[5:]) && (at == 0 || raw[at-1] == ' ') {
			return true
		}
	}
	return false
}

// iosSequence returns the number before the time: "585917: Feb  8
// 04:00:47.272: %SEC-6-...", the last one if there are several.
func iosSequence(raw string) string {
	end := strings.IndexByte(raw, '%')
	if end < 0 {
		return ""
	}
	found := ""
	for word := range strings.FieldsSeq(raw[:end]) {
		if i := strings.IndexByte(word, '>'); i >= 0 {
			word = word[i+1:]
		}
		if n, ok := strings.CutSuffix(word, ":"); ok && read.IsNumber(n) && len(n) <= 10 {
			found = read.TrimZeros(n)
		}
	}
	return found
}

var iosTemplates = read.NewTemplates(`
IPACCESSLOGP,IPACCESSLOGSP network connection - - | [[{}: ]]list {rule.name} {@action} {network.transport} {source.ip}({source.port}) [[({observer.ingress.interface.name} {source.mac}) ]][[({observer.ingress.interface.name}) ]]-> {destination.ip}({destination.port}), {source.packets} packet{}
IPACCESSLOGP,IPACCESSLOGSP network connection - - | [[{}: ]]list {rule.name} {@action} {network.transport} {source.ip}({source.port}) [[({observer.ingress.interface.name} {source.mac}) ]][[({observer.ingress.interface.name}) ]]-> {destination.ip}({destination.port}), {source.packets} packet
IPACCESSLOGDP network connection - - | [[{}: ]]list {rule.name} {@action} {network.transport} {source.ip} [[({observer.ingress.interface.name} {source.mac}) ]][[({observer.ingress.interface.name}) ]]-> {destination.ip} ({icmp.type}/{icmp.code}), {source.packets} packet[[{}]]
IPACCESSLOGRP,IPACCESSLOGNP,IPACCESSLOGSP network connection - - | [[{}: ]]list {rule.name} {@action} {network.transport} {source.ip} [[({observer.ingress.interface.name} {source.mac}) ]][[({observer.ingress.interface.name}) ]]-> {destination.ip}[[ ({})]], {source.packets} packet[[{}]]
IPACCESSLOGS network connection - - | [[{}: ]]list {rule.name} {@action} {source.ip} {source.packets} packet[[{}]]
ACCESSLOGP,IPV6ACCESSLOGP network connection - - | [[{}: ]]list {rule.name}[[/{}]] {@action} {network.transport} {source.ip}({source.port}) [[({observer.ingress.interface.name} {source.mac}) ]][[({observer.ingress.interface.name}) ]]-> {destination.ip}({destination.port}), {source.packets} packet[[{}]]
ACCESSLOGDP network connection - - | [[{}: ]]list {rule.name}[[/{}]] {@action} {network.transport} {source.ip} [[({observer.ingress.interface.name} {source.mac}) ]]-> {destination.ip} ({icmp.type}/{icmp.code}), {source.packets} packet[[{}]]
ACCESSLOGNP network connection - - | [[{}: ]]list {rule.name}[[/{}]] {@action} {network.transport} {source.ip} -> {destination.ip}, {source.packets} packet[[{}]]
LOGIN_SUCCESS authentication start logon-success success | Login Success [user: {user.name}] [Source: {source.ip}] [localport: {destination.port}]{}
LOGIN_FAILED authentication start logon-failed failure | Login failed [user: {user.name}] [Source: {source.ip}] [localport: {destination.port}] [Reason: {event.reason}]{}
LOGIN_FAILED authentication start logon-failed failure | Login failed [user: {user.name}] [Source: {source.ip}] [localport: {destination.port}]{}
LOGOUT authentication end logoff success | User {user.name} has exited tty session {}({source.ip})
QUIET_MODE_ON authentication info logon-attempts-exceeded failure | Still timeleft for watching failures is {} secs, [user: {user.name}] [Source: {source.ip}] {}
CONFIG_I configuration change config-changed success | Configured from {} by {user.name} on {} ({source.ip})
CONFIG_I configuration change config-changed success | Configured from {} by {user.name} on {}
CONFIG_I configuration change config-changed success | Configured from {} by {source.ip}
CFGLOG_LOGGEDCMD configuration change config-changed success | User:{user.name} logged command:{process.command_line}
PRIV_AUTH_PASS authentication start privilege-elevated success | Privilege level set to {} by {user.name} on {}[[ ({source.ip})]]
PRIV_AUTH_FAIL authentication start privilege-denied failure | Authentication to Privilege level {} failed by {user.name} on {}[[ ({source.ip})]]
AUTHFAIL authentication start logon-failed failure | Authentication failure for SNMP req from host {source.ip}
AUTHFAIL authentication start logon-failed failure | SNMP authentication failure {} {source.ip}
SSH2_SESSION network connection+start session-opened - | SSH2 Session request from {source.ip} (tty = {}) {}
SSH2_USERAUTH authentication start - - | User '{user.name}' authentication for SSH2 Session from {source.ip} (tty = {}) {} {@outcome}
SSH2_CLOSE network connection+end session-closed - | SSH2 Session from {source.ip} (tty = {}) for user '{user.name}' {} closed
UPDOWN network info - - | Interface {observer.ingress.interface.name}, changed state to {event.reason}
UPDOWN network info - - | Line protocol on Interface {observer.ingress.interface.name}, changed state to {event.reason}
LINK_DOWN,IF_DOWN_LINK_FAILURE,IF_UP,IF_DOWN_ADMIN_DOWN network info - - | Interface {observer.ingress.interface.name} is {event.reason}
INVALID_RP_JOIN network info - failure | Received ({}, {}) Join from {source.ip} for invalid RP {destination.ip}
PSECURE_VIOLATION network denied connection-denied failure | Security violation occurred, caused by MAC address {source.mac} on port {observer.ingress.interface.name}.
DUPADDR network info - failure | Duplicate address {source.ip} on {observer.ingress.interface.name}, sourced by {source.mac}
MACFLAP_NOTIF network info - - | Host {source.mac} in vlan {network.vlan.id:number} is flapping between port {observer.ingress.interface.name} and port {observer.egress.interface.name}
DHCP_SNOOPING_DENY,DHCP_SNOOPING_UNTRUSTED_PORT network denied - failure | DHCP_SNOOPING drop message on untrusted port, message type: {}, MAC sa: {source.mac}
SESSION_STARTED,AUDIT_TRAIL_START,SESS_AUDIT_TRAIL_START network connection+start connection-allowed success | Start {network.protocol:lower} session: initiator ({source.ip}:{source.port}) -- responder ({destination.ip}:{destination.port})[[ {}]]
SESS_AUDIT_TRAIL network connection+end connection-closed - | [[{}:]]Stop {network.protocol:lower} session: initiator ({source.ip}:{source.port}) sent {source.bytes} bytes -- responder ({destination.ip}:{destination.port}) sent {destination.bytes} bytes[[ {}]]
DROP_PKT network connection+denied connection-denied failure | [[{}]]Dropping {network.transport} session {source.ip}:{source.port} {destination.ip}:{destination.port} {}
SSH_SESSION_FAIL,SYSTEM_MSG authentication start logon-failed failure | {} authentication failure for {user.name} from {source.ip} - {}
`)
