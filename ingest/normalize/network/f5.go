package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// F5 reads the system logs of F5 BIG-IP, whose messages have a code of eight
// hexadecimal digits and a severity:
//
//	notice mcpd[5561]: 01070417:5: AUDIT - user admin - transaction #8-2 - object 0 - ...
//	notice apmd[9]: 01490102:5: /Common/vpn:Common:77d3be: Access policy result: Full
//
// What its application firewall writes is CEF or key=value.
var F5 = read.Parser{
	Name:      "f5",
	First:     "^{",
	Recognize: func(msg string) bool { code, _, _ := f5Code(msg); return code != "" },
	Parse:     parseF5,
}

// f5Code finds "01070417:5: text" at the start or after "level process[pid]:
// ".
func f5Code(msg string) (code, severity, text string) {
	s := msg
	if i := strings.Index(s[:min(len(s), 96)], "]: "); i > 0 {
		s = s[i+3:]
	}
	if len(s) < 13 || s[8] != ':' || s[10] != ':' || s[9] < '0' || s[9] > '7' || s[0] != '0' {
		return "", "", ""
	}
	for i := range 8 {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", "", ""
		}
	}
	return s[:8], s[9:10], strings.Trim(s[11:], ` "`)
}

func parseF5(m *read.Message, ev *event.Event) bool {
	code, severity, text := f5Code(m.Text)
	if code == "" {
		return false
	}
	if i := strings.Index(m.Text[:min(len(m.Text), 96)], "]: "); i > 0 {
		head, pid, _ := read.CutLast(m.Text[:i], "[")
		ev.Set(event.ProcessPID, read.Numeric(pid))
		ev.Set(event.ProcessName, head[strings.LastIndexByte(head, ' ')+1:])
	}
	ev.Set(event.EventCode, code)
	ev.Set(event.EventSeverity, severity)
	ev.Set(event.LogLevel, read.SyslogLevels[severity[0]-'0'])
	read.Observe(ev, "F5", "BIG-IP", "load-balancer")
	read.From(ev, "f5", "f5.bigip")
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "f5."}
	if f5Templates.Match(code, text, &k) || f5Templates.Match("*", text, &k) {
		return true
	}
	k.Prose(text)
	if read.ProseLogin(ev, text) {
		return true
	}
	s := read.Lower(text)
	switch {
	case strings.Contains(s, "syncookie") || strings.Contains(s, "dos") || strings.Contains(s, "rate limit") || strings.Contains(s, "limiting"):
		action := "attack-detected"
		if strings.Contains(s, "exited") || strings.Contains(s, "stopped") {
			action = "attack-ended"
		}
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, action, "")
	case strings.Contains(s, "denied"):
		read.Classify(ev, read.CategoryNetwork, "access"+event.Separator+"denied", "access-denied", read.Failure)
	case strings.Contains(s, "fail") || strings.Contains(s, "error") || severity[0] < '4':
		read.Classify(ev, read.CategoryHost, "error", "system-error", read.Failure)
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "system-message", "")
	}
	return true
}

var f5Templates = read.NewTemplates(`
01070417 configuration change config-changed success | AUDIT - user {user.name} - transaction {} - object {} - {event.reason}
01070417 configuration info command-executed - | AUDIT - client {} user {user.name} - {event.reason}
01490500 session start session-opened success | {}: New session from client IP {source.ip} (ST={}/CC={source.geo.country_iso_code}/C={source.geo.continent_code}) at VIP {destination.ip} Listener {}
01490500 session start session-opened success | {}: New session from client IP {source.ip} {}at VIP {destination.ip} Listener {}
01490010 authentication info - - | {}: Username '{user.name}'
01490102 authentication info authorization-granted success | {}: Access policy result: {event.reason}
01490147 authentication start logon-failed failure | {}: Access policy result: {event.reason}
01490501 session end session-closed success | {}: Session statistics - bytes in: {source.bytes}, bytes out: {destination.bytes}
01490502 session end session-closed success | {}: Session deleted due to {event.reason}.
01490521 session end session-closed success | {}: Session statistics - bytes in: {source.bytes}, bytes out: {destination.bytes}
01070638,01070640 host change pool-member-down failure | Pool {} member {} monitor status {event.reason}
01070727,01070728 host change pool-member-up success | Pool {} member {} monitor status {event.reason}
01010028 host error pool-down failure | No members available for pool {}
01010251,01010250 network+intrusion_detection info rate-limit-exceeded - | {event.reason} exceeded configured rate limit.
`)
