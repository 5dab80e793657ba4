package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// checkPoint reads the Log Exporter's syslog format of Check Point firewalls:
// [key:"value"; key:"value"] where RFC 5424 has its structured data, which it
// is not:
//
//	[action:"Accept"; ifdir:"outbound"; ifname:"eth0"; origin:"192.0.2.100"; dst:"198.51.100.7"; ...]
var checkPoint = parser{
	name:  "checkpoint",
	first: "^{",
	recognize: func(msg string) bool {
		head := msg[:min(len(msg), 1024)]
		return checkPointStart(head) >= 0 && strings.Contains(head, `:"`) && strings.Contains(head, "; ") && (strings.Contains(head, `loguid:"`) || strings.Contains(head, `origin:"`))
	},
	parse: parseCheckPoint,
}

// checkPointStart returns where the bracket opens: at the start, or behind the
// header that RFC 5424 does not allow before it.
func checkPointStart(msg string) int {
	if msg[0] == '[' {
		return 0
	}
	if i := dashBracket.index(msg[:min(len(msg), 200)]); i > 0 {
		return i + 3
	}
	return -1
}

var dashBracket = clueOf(" - [")

func parseCheckPoint(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "checkpoint."}
	start := checkPointStart(m.text)
	if start < 0 {
		return false
	}
	s := m.text[start+1:]
	var ifname, direction string
	for s != "" {
		s = strings.TrimLeft(s, "; ]\r\n")
		key, rest, ok := strings.Cut(s, ":")
		if !ok || len(key) > 64 {
			break
		}
		rest = strings.TrimLeft(rest, ":")
		value, after, ok := cutQuoted(rest)
		if !ok {
			break
		}
		s = after
		if strings.IndexByte(value, '\\') >= 0 {
			value = strings.NewReplacer(`\"`, `"`, `\]`, `]`, `\\`, `\`).Replace(value)
		}
		switch key {
		case "ifname":
			ifname = value
		case "ifdir":
			direction = value
		}
		k.add("checkpoint."+key, value, checkPointKeys[key])
	}
	if k.fields == 0 {
		return false
	}
	if direction == "outbound" {
		ev.Set(event.ObserverEgressInterface, ifname)
	} else {
		ev.Set(event.ObserverIngressInterface, ifname)
	}
	observe(ev, "Check Point", "Firewall", "firewall")
	if product := k.get("checkpoint.product"); product != "" {
		ev.Set(event.ObserverProduct, product)
	}
	from(ev, "checkpoint", "checkpoint.firewall")
	k.checkPointKind()
	return true
}

func (k *keyed) checkPointKind() {
	ev := k.ev
	action := k.action
	switch lower(action) {
	case "log in", "login":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "failed log in", "failed login":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case "log out", "logout":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case "prevent", "detect":
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	default:
		concludeAction(ev, action, "")
	}
	if !ev.Has(event.EventCategory) {
		if k.has("checkpoint.operation") || k.has("checkpoint.administrator") {
			classify(ev, catConfiguration, typeChange, actionConfigChanged, "")
		} else {
			classify(ev, catHost, typeInfo, "", "")
		}
	}
}

var checkPointKeys = bindings(`
action  @action
time  @time1
origin  observer.name
sequencenum  event.sequence
severity  event.severity
src  source.ip
s_port  source.port
dst  destination.ip
service  destination.port
service_id  network.application:lower
proto  network.transport
xlatesrc  source.nat.ip
xlatesport  source.nat.port:nonzero
xlatedst  destination.nat.ip
xlatedport  destination.nat.port:nonzero
inzone  observer.ingress.zone
outzone  observer.egress.zone
rule_uid  rule.uuid
rule_name  rule.name
rule  rule.id
user,src_user_name  user.name:text
administrator  user.name:text
dst_user_name  destination.user.name
src_machine_name  source.domain
dst_machine_name  destination.domain
resource  url.original
method  http.request.method
user_agent  user_agent.original
app_rule_name  checkpoint.app_rule
appi_name  checkpoint.application
bytes  network.bytes
received_bytes,server_inbound_bytes  destination.bytes
sent_bytes,client_outbound_bytes  source.bytes
server_inbound_packets  destination.packets
client_outbound_packets  source.packets
elapsed  event.duration
duration  event.duration
protection_name,attack  threat.name
malware_action  checkpoint.malware_action
file_name  file.name
file_md5  file.hash.md5
file_sha1  file.hash.sha1
file_sha256  file.hash.sha256
file_size  file.size
from  email.from.address
to  email.to.address
email_subject  email.subject
mac_source_address  source.mac
mac_destination_address  destination.mac
icmp_type  icmp.type
icmp_code  icmp.code
reason,description,sys_message,message_info  event.reason
client_ip  source.ip
`)

// stormshield reads the logs of Stormshield Network Security, WELF with keys
// of its own:
//
//	id=firewall time="2026-03-01 10:00:00" fw="sn1" tz=+0100 startime="2026-03-01 09:59:58" ipproto=tcp src=10.1.1.5 ... logtype="connection"
var stormshield = parser{
	name:  "stormshield",
	first: "i",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "id=firewall ") && strings.Contains(msg, " fw=") && (strings.Contains(msg, "logtype=") || strings.Contains(msg, "startime="))
	},
	parse: parseStormshield,
}

func parseStormshield(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "stormshield."}
	k.addPairs(m.text, stormshieldKeys)
	if zone := k.get("tz"); zone != "" {
		// The start is when it happened; time is when it was written.
		for _, name := range [...]string{"startime", "time"} {
			if at := k.get(name); at != "" && setTime(ev, at+zone, m.loc) {
				break
			}
		}
	}
	observe(ev, "Stormshield", "SNS", "firewall")
	from(ev, "stormshield", "stormshield.log")
	switch typ := k.get("logtype"); {
	case typ == "auth" && k.get("error") == "0":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case typ == "auth":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case typ == "server":
		classify(ev, catConfiguration, typeChange, "command-executed", success)
	case ev.Has(event.SourceIP) && k.action != "":
		concludeAction(ev, k.action, "")
	default:
		classify(ev, catHost, typeInfo, "", "")
	}
	return true
}

var stormshieldKeys = bindings(`
id,time,startime,tz,error,sessionid  @none
fw  observer.name
user  user.name
address  source.ip
domain  user.domain
src  source.ip
srcport  source.port
srcname  source.domain
srcmac  source.mac
dst  destination.ip
dstport  destination.port
dstname  destination.domain
dstmac  destination.mac
modsrc  source.nat.ip:nat
modsrcport  source.nat.port:natport
origdst  destination.nat.ip:nat
origdstport  destination.nat.port:natport
ipproto  network.transport
proto  network.protocol
srcif  observer.ingress.interface.id
srcifname  observer.ingress.interface.alias
dstif  observer.egress.interface.id
dstifname  observer.egress.interface.alias
ruleid  rule.id
rulename  rule.name
policy  rule.ruleset
sent  source.bytes
rcvd  destination.bytes
duration  event.duration
action  @action
msg  event.reason
alarmid  rule.id
pri  event.severity
service  service.name
arg  url.path
op  http.request.method
result  http.response.status_code
`)

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
translated_port  source.nat.port
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
