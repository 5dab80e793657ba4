package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CiscoMeraki reads the syslog of Cisco Meraki, whose header is RFC 5424's
// with the time as a number
// (https://documentation.meraki.com/General_Administration/Monitoring_and_Reporting/Syslog_Event_Types_and_Log_Samples):
//
//	1 1772359200.997155282 MX84 ip_flow_start src=10.0.0.234 dst=198.51.100.7 protocol=tcp sport=34294 dport=80
var CiscoMeraki = read.Parser{
	Name:  "cisco_meraki",
	Bare:  true,
	First: "0-9<",
	Recognize: func(msg string) bool {
		if i := strings.IndexByte(msg[:min(len(msg), 8)], '>'); i > 0 && msg[0] == '<' {
			msg = msg[i+1:]
		}
		msg = strings.TrimPrefix(msg, "1 ")
		return len(msg) > 24 && msg[10] == '.' && read.IsNumber(msg[:10]) && merakiType(msg) != ""
	},
	Parse: parseMeraki,
}

// merakiType returns the third word when it is one of Meraki's.
func merakiType(s string) string {
	_, rest := read.CutWord(s)
	_, rest = read.CutWord(rest)
	word, _ := read.CutWord(rest)
	switch word {
	case "flows", "events", "urls", "ids-alerts", "security_event", "airmarshal_events", "ip_flow_start", "ip_flow_end", "firewall", "vpn_firewall", "cellular_firewall", "bridge_anyconnect_client_vpn_firewall":
		return word
	}
	return ""
}

func parseMeraki(m *read.Message, ev *event.Event) bool {
	s := m.Text
	if i := strings.IndexByte(s[:min(len(s), 8)], '>'); i > 0 && s[0] == '<' {
		if pri := s[1:i]; read.IsNumber(pri) && len(pri) < 4 {
			n := number(pri)
			ev.SetInt(event.LogSyslogPriority, n)
			ev.SetInt(event.LogSyslogFacility, n/8)
			ev.SetInt(event.LogSyslogSeverity, n%8)
		}
		s = s[i+1:]
	}
	s = strings.TrimPrefix(s, "1 ")
	stamp, rest := read.CutWord(s)
	host, rest := read.CutWord(rest)
	typ, rest := read.CutWord(rest)
	read.SetTime(ev, stamp, m.Location)
	ev.Set(event.HostName, host)
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "meraki."}
	read.SetNamed(ev, "meraki.type", typ)
	verdict, pairs := "", rest
	if word, after := read.CutWord(rest); strings.IndexByte(word, '=') < 0 {
		verdict, pairs = word, after
	}
	k.AddPairs(pairs, merakiKeys)
	if port, ok := ev.LookupName("translated_port"); ok { // of the translated address
		if _, ok := ev.LookupName("destination.nat.ip"); ok {
			read.SetNamed(ev, "destination.nat.port", port)
		} else {
			read.SetNamed(ev, "source.nat.port", port)
		}
	}
	read.Observe(ev, "Cisco", "Meraki", "network")
	read.From(ev, "cisco_meraki", "cisco_meraki.log")
	if _, pattern, ok := strings.Cut(rest, "pattern: "); ok {
		read.SetNamed(ev, "rule.name", pattern)
		first, _ := read.CutWord(pattern)
		verdict = cleanVerdict(verdict, first)
	}
	if i := strings.Index(rest, "request: "); i >= 0 {
		method, url := read.CutWord(rest[i+len("request: "):])
		ev.Set(event.HTTPRequestMethod, method)
		read.SetURL(ev, strings.TrimSpace(url))
	}
	for _, name := range [...][2]string{{"src", "source"}, {"dst", "destination"}} {
		if host, port, ok := read.CutLast(k.Get(name[0]), ":"); ok && read.IsPort(port) {
			if ip, _ := read.ParseIP(strings.Trim(host, "[]")); ip != "" {
				if name[1] == "source" {
					read.SetSource(ev, ip)
					read.SetPort(ev, event.SourcePort, port)
				} else {
					read.SetDestination(ev, ip)
					read.SetPort(ev, event.DestinationPort, port)
				}
			}
		}
	}
	switch {
	case typ == "ids-alerts" || typ == "security_event":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	case typ == "ip_flow_end":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	case typ == "ip_flow_start":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	case typ == "urls":
		read.Classify(ev, "web"+event.Separator+read.CategoryNetwork, "access", "request", "")
	case typ == "events" || typ == "airmarshal_events":
		k.Prose(rest)
		read.Classify(ev, read.CategoryHost, read.TypeInfo, k.Get("type"), "")
	case verdict == "deny" || verdict == "0":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	default:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	}
	return true
}

// cleanVerdict prefers the pattern's first word, which is the decision.
func cleanVerdict(verdict, first string) string {
	switch first {
	case "allow", "deny", "0", "1":
		return first
	}
	return verdict
}

var merakiKeys = read.NewBindings(`
src,client_ip  source.ip
dst,server_ip  destination.ip
mac,client_mac,shost  source.mac
dhost  destination.mac
sport  source.port
dport  destination.port
protocol  network.transport network.protocol
translated_src_ip  source.nat.ip
translated_dst_ip  destination.nat.ip
translated_port  @none
agent  user_agent.original
signature  rule.id
name  file.name
url  url.original
sha256  file.hash.sha256
disposition  meraki.disposition
action  @action
user  user.name
local  destination.ip
remote  source.ip
type  @none
reason  event.reason
vap,radio,channel,rssi  @none
`)
