package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// ciscoMeraki reads the syslog of Cisco Meraki, whose header is RFC 5424's
// with the time as a number
// (https://documentation.meraki.com/General_Administration/Monitoring_and_Reporting/Syslog_Event_Types_and_Log_Samples):
//
//	1 1772359200.997155282 MX84 ip_flow_start src=10.0.0.234 dst=198.51.100.7 protocol=tcp sport=34294 dport=80
var ciscoMeraki = parser{
	name:  "cisco_meraki",
	bare:  true,
	first: "0-9<",
	recognize: func(msg string) bool {
		if i := strings.IndexByte(msg[:min(len(msg), 8)], '>'); i > 0 && msg[0] == '<' {
			msg = msg[i+1:]
		}
		msg = strings.TrimPrefix(msg, "1 ")
		return len(msg) > 24 && msg[10] == '.' && isNumber(msg[:10]) && merakiType(msg) != ""
	},
	parse: parseMeraki,
}

// merakiType returns the third word when it is one of Meraki's.
func merakiType(s string) string {
	_, rest := cutWord(s)
	_, rest = cutWord(rest)
	word, _ := cutWord(rest)
	switch word {
	case "flows", "events", "urls", "ids-alerts", "security_event", "airmarshal_events", "ip_flow_start", "ip_flow_end", "firewall", "vpn_firewall", "cellular_firewall", "bridge_anyconnect_client_vpn_firewall":
		return word
	}
	return ""
}

func parseMeraki(m *message, ev *event.Event) bool {
	s := m.text
	if i := strings.IndexByte(s[:min(len(s), 8)], '>'); i > 0 && s[0] == '<' {
		if pri := s[1:i]; isNumber(pri) && len(pri) < 4 {
			n := number(pri)
			ev.SetInt(event.LogSyslogPriority, n)
			ev.SetInt(event.LogSyslogFacility, n/8)
			ev.SetInt(event.LogSyslogSeverity, n%8)
		}
		s = s[i+1:]
	}
	s = strings.TrimPrefix(s, "1 ")
	stamp, rest := cutWord(s)
	host, rest := cutWord(rest)
	typ, rest := cutWord(rest)
	setTime(ev, stamp, m.loc)
	ev.Set(event.HostName, host)
	k := keyed{ev: ev, loc: m.loc, prefix: "meraki."}
	setNamed(ev, "meraki.type", typ)
	verdict, pairs := "", rest
	if word, after := cutWord(rest); strings.IndexByte(word, '=') < 0 {
		verdict, pairs = word, after
	}
	k.addPairs(pairs, merakiKeys)
	if port, ok := ev.LookupName("translated_port"); ok { // of the address that is translated
		if _, ok := ev.LookupName("destination.nat.ip"); ok {
			setNamed(ev, "destination.nat.port", port)
		} else {
			setNamed(ev, "source.nat.port", port)
		}
	}
	observe(ev, "Cisco", "Meraki", "network")
	from(ev, "cisco_meraki", "cisco_meraki.log")
	if _, pattern, ok := strings.Cut(rest, "pattern: "); ok {
		setNamed(ev, "rule.name", pattern)
		first, _ := cutWord(pattern)
		verdict = cleanVerdict(verdict, first)
	}
	if i := strings.Index(rest, "request: "); i >= 0 {
		method, url := cutWord(rest[i+len("request: "):])
		ev.Set(event.HTTPRequestMethod, method)
		setURL(ev, strings.TrimSpace(url))
	}
	for _, name := range [...][2]string{{"src", "source"}, {"dst", "destination"}} {
		if host, port, ok := cutLast(k.get(name[0]), ":"); ok && isPort(port) {
			if ip, _ := parseIP(strings.Trim(host, "[]")); ip != "" {
				if name[1] == "source" {
					setSource(ev, ip)
					setPort(ev, event.SourcePort, port)
				} else {
					setDestination(ev, ip)
					setPort(ev, event.DestinationPort, port)
				}
			}
		}
	}
	switch {
	case typ == "ids-alerts" || typ == "security_event":
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	case typ == "ip_flow_end":
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case typ == "ip_flow_start":
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	case typ == "urls":
		classify(ev, "web"+event.Separator+catNetwork, "access", "request", "")
	case typ == "events" || typ == "airmarshal_events":
		k.prose(rest)
		classify(ev, catHost, typeInfo, k.get("type"), "")
	case verdict == "deny" || verdict == "0":
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	default:
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	}
	return true
}

// cleanVerdict prefers the pattern's first word, which is what was decided.
func cleanVerdict(verdict, first string) string {
	switch first {
	case "allow", "deny", "0", "1":
		return first
	}
	return verdict
}

var merakiKeys = bindings(`
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
