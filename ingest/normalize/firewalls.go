package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// sonicWall reads SonicWall's default syslog, key=value with addresses as
// address:port:interface[:name] (SonicOS Log Events Reference):
//
//	id=firewall sn=18B1690729A8 time="2026-03-01 10:00:00 UTC" fw=203.0.113.2 pri=1 c=32 m=82 msg="Possible port scan" src=198.51.100.9:443:X1 dst=10.1.1.5:51234:X0 proto=tcp/https
var sonicWall = parser{
	name:  "sonicwall",
	first: "^{",
	recognize: func(msg string) bool {
		head := msg[:min(len(msg), 200)]
		return sonicFirewall.in(head) && strings.Contains(head, " sn=") && strings.Contains(head, "id=")
	},
	parse: parseSonicWall,
}

var sonicFirewall = clueOf(" fw=")

func parseSonicWall(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "sonicwall."}
	sc := pairScanner{rest: m.text}
	for sc.next() {
		if sc.key == "" {
			continue
		}
		value := sc.unescaped()
		k.add(sc.key, value, sonicWallKeys[sc.key])
		switch sc.key {
		case "src", "dst", "natSrc", "natDst":
			k.sonicAddress(sc.key, value)
		case "proto":
			transport, service, _ := strings.Cut(value, "/")
			if !setTransport(ev, transport) {
				ev.Set(event.NetworkProtocol, lower(transport))
			}
			if service != "" && !isNumber(service) {
				ev.Set(event.NetworkProtocol, lower(service))
			}
		}
	}
	k.finish()
	observe(ev, "SonicWall", "SonicOS", "firewall")
	from(ev, "sonicwall_firewall", "sonicwall_firewall.log")
	text := lower(k.get("msg"))
	switch id := k.get("m"); {
	case id == "29" || id == "238" || id == "1080" || strings.Contains(text, "login allowed") || strings.Contains(text, "login successful"):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case id == "30" || id == "32" || id == "329" || id == "33" || strings.Contains(text, "login denied") || strings.Contains(text, "login failed") || strings.Contains(text, "incorrect password"):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.Contains(text, "dropped") || strings.Contains(text, "denied") || strings.Contains(text, "blocked") || verdictOf(k.action) == 'D' || k.get("fw_action") == "drop":
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(text, "connection closed"):
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case strings.Contains(text, "connection opened"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	case strings.Contains(text, "attack") || strings.Contains(text, "scan") || strings.Contains(text, "flood") || strings.Contains(text, "spoof"):
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	case !ev.Has(event.EventCategory) && ev.Has(event.SourceIP):
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	case !ev.Has(event.EventCategory):
		classify(ev, catHost, typeInfo, "", "")
	}
	return true
}

// sonicAddress splits 10.1.1.5:51234:X0:name, where the port may be missing.
func (k *keyed) sonicAddress(key, value string) {
	ev := k.ev
	if strings.Count(value, ":") > 4 { // IPv6, which has keys of its own
		return
	}
	ip, rest, _ := strings.Cut(value, ":")
	port, rest, _ := strings.Cut(rest, ":")
	intf, name, _ := strings.Cut(rest, ":")
	switch key {
	case "src":
		setSource(ev, ip)
		setPort(ev, event.SourcePort, port)
		ev.Set(event.ObserverIngressInterface, intf)
		ev.Set(event.SourceDomain, name)
	case "dst":
		setDestination(ev, ip)
		setPort(ev, event.DestinationPort, port)
		ev.Set(event.ObserverEgressInterface, intf)
		ev.Set(event.DestinationDomain, name)
	case "natSrc":
		setNamed(ev, fieldSourceNAT, ip)
		setNamed(ev, fieldSourceNATP, port)
	case "natDst":
		setNamed(ev, fieldDestNAT, ip)
		setNamed(ev, fieldDestNATP, port)
	}
}

var sonicWallKeys = bindings(`
time  @time1
srcV6  source.ip
dstV6  destination.ip
sn  observer.serial_number
fw  observer.ip
pri  event.severity
m  event.code
msg  event.reason
srcMac  source.mac
dstMac  destination.mac
sent  source.bytes
rcvd  destination.bytes
spkt  source.packets
rpkt  destination.packets
cdur  event.duration:ms
usr,user  user.name
rule  rule.name
fw_action  @action
op  sonicwall.op
result  http.response.status_code
dstname  url.domain
arg  url.path
sid  rule.id
ipscat,spycat,appName  rule.category
af_polid  rule.id
srcZone  observer.ingress.zone
dstZone  observer.egress.zone
n  event.sequence
`)

// juniper reads Junos: structured security logs in RFC 5424's structured data,
// which the header has taken apart, and the unstructured RT_FLOW sentences
// (Junos OS System Log Explorer):
//
//	RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.1.1.5/51234->198.51.100.7/443 0x0 junos-https 203.0.113.2/40001->198.51.100.7/443 0x0 rule N/A N/A 6 policy trust untrust 1234 ...
var juniper = parser{
	name:       "juniper",
	structured: true,
	apps:       []string{"RT_FLOW", "RT_IDP", "RT_UTM", "RT_IDS", "RT_AAMW", "RT_SECINTEL", "mgd", "sshd-junos"},
	first:      "RU",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "RT_FLOW") || strings.HasPrefix(msg, "RT_IDP") || strings.HasPrefix(msg, "RT_UTM") || strings.HasPrefix(msg, "UI_")
	},
	parse: parseJuniper,
}

const junosData = "log.syslog.structured_data.junos@"

func parseJuniper(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "juniper."}
	tag := ev.Get(event.LogSyslogMsgID)
	text := m.text
	if word, rest, ok := strings.Cut(text, ": "); ok && isUpper(word) && strings.Contains(word, "_") {
		tag, text = word, rest
		if word, rest, ok := strings.Cut(text, ": "); ok && isUpper(word) && strings.Contains(word, "_") {
			tag, text = word, rest
		}
	}
	if !strings.Contains(tag, "_") {
		return false
	}
	// What the header's structured data says.
	var found [64]struct {
		b     *binding
		value string
	}
	n := 0
	structured := false
	for _, p := range ev.Extras() {
		if !strings.HasPrefix(p.Name, junosData) {
			continue
		}
		structured = true
		name := p.Name[strings.LastIndexByte(p.Name, '.')+1:]
		if b := junosKeys[name]; b != nil && n < len(found) {
			found[n].b, found[n].value = b, p.Value
			n++
		}
	}
	for i := range n {
		k.bind(found[i].b, found[i].value)
	}
	if strings.Contains(text, `="`) && !structured {
		k.addPairs(text, junosKeys)
		structured = true
	}
	ev.Set(event.EventCode, tag)
	if !structured && !junosTemplates.match(tag, text, &k) && !junosTemplates.match("*", text, &k) {
		k.prose(text)
	}
	observe(ev, "Juniper", "SRX", "firewall")
	from(ev, "juniper_srx", "juniper_srx.log")
	switch {
	case strings.HasSuffix(tag, "SESSION_DENY"), strings.HasSuffix(tag, "SESSION_DENY_LS"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(tag, "SESSION_CREATE"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	case strings.Contains(tag, "SESSION_CLOSE"):
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case strings.HasPrefix(tag, "IDP_"), strings.HasPrefix(tag, "AAMW_"), strings.HasPrefix(tag, "RT_SCREEN"), strings.HasPrefix(tag, "AV_VIRUS"), strings.HasPrefix(tag, "SECINTEL_"):
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	case strings.HasPrefix(tag, "WEBFILTER_URL_BLOCKED"):
		classify(ev, "web"+event.Separator+catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.HasPrefix(tag, "WEBFILTER_"):
		classify(ev, "web"+event.Separator+catNetwork, connAllowed, actionConnectionAllowed, success)
	case tag == "UI_LOGIN_EVENT":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case tag == "UI_LOGOUT_EVENT":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case strings.HasPrefix(tag, "UI_CMDLINE_READ_LINE"):
		classify(ev, catConfiguration, "access", "command-executed", success)
	case strings.HasPrefix(tag, "UI_COMMIT"):
		classify(ev, catConfiguration, typeChange, actionConfigChanged, success)
	case !ev.Has(event.EventCategory):
		classify(ev, catHost, typeInfo, "", "")
	}
	return true
}

var junosKeys = bindings(`
source-address  source.ip
source-port  source.port
destination-address  destination.ip
destination-port  destination.port
nat-source-address  source.nat.ip
nat-source-port  source.nat.port
nat-destination-address  destination.nat.ip
nat-destination-port  destination.nat.port
protocol-id,protocol  network.transport
service-name  juniper.service
application  network.application:unknown
nested-application  juniper.nested_application:unknown
policy-name  rule.name
rule-name  rule.id
source-zone-name,source-zone  observer.ingress.zone
destination-zone-name,destination-zone  observer.egress.zone
packet-incoming-interface,source-interface-name,interface-name  observer.ingress.interface.name
destination-interface-name  observer.egress.interface.name
bytes-from-client  source.bytes
bytes-from-server  destination.bytes
packets-from-client  source.packets
packets-from-server  destination.packets
elapsed-time  event.duration
username  user.name:unknown
reason  event.reason
session-id-32  session.id
attack-name  rule.name
threat-severity  juniper.threat_severity
action  @action
url  url.original
obj  url.path
filename,file-name  file.name
icmp-type  icmp.type
hostname  destination.domain
message  event.reason
`)

var junosTemplates = newTemplates(`
RT_FLOW_SESSION_CREATE network connection - - | session created {source.ip}/{source.port}->{destination.ip}/{destination.port} {} {juniper.service} {source.nat.ip}/{source.nat.port}->{destination.nat.ip}/{destination.nat.port} {} {} {} {} {} {network.transport} {rule.name} {observer.ingress.zone} {observer.egress.zone} {session.id} {}
RT_FLOW_SESSION_CREATE network connection - - | session created {source.ip}/{source.port}->{destination.ip}/{destination.port} {juniper.service} {source.nat.ip}/{source.nat.port}->{destination.nat.ip}/{destination.nat.port} {} {} {network.transport} {rule.name} {observer.ingress.zone} {observer.egress.zone} {session.id} {}
RT_FLOW_SESSION_CLOSE network connection - - | session closed {event.reason}: {source.ip}/{source.port}->{destination.ip}/{destination.port} {}
RT_FLOW_SESSION_DENY network connection - - | session denied {source.ip}/{source.port}->{destination.ip}/{destination.port} {} {juniper.service} {network.transport}({}) {rule.name} {observer.ingress.zone} {observer.egress.zone} {}
RT_FLOW_SESSION_DENY network connection - - | session denied {source.ip}/{source.port}->{destination.ip}/{destination.port} {juniper.service} {network.transport}({}) {rule.name} {observer.ingress.zone} {observer.egress.zone} {}
UI_LOGIN_EVENT authentication start - - | User '{user.name}' login, class '{}' [{}], ssh-connection '{source.ip} {} {}', {}
UI_CMDLINE_READ_LINE configuration access - - | User '{user.name}', command '{process.command_line}'
`)

// mikroTik reads RouterOS: topics, an optional prefix, and sentences:
//
//	firewall,info input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:11:22:33:44:55, proto TCP (SYN), 203.0.113.7:51234->192.0.2.2:22, len 60
//	system,error,critical login failure for user admin from 203.0.113.7 via ssh
var mikroTik = parser{
	name:  "mikrotik",
	first: "^{",
	recognize: func(msg string) bool {
		if strings.IndexByte(msg, '>') > 0 && strings.Contains(msg, "->") && strings.Contains(msg, "proto ") && strings.Contains(msg, "in:") {
			return true
		}
		topics, _ := cutWord(msg)
		first, rest, ok := strings.Cut(topics, ",")
		return ok && rest != "" && mikroTikTopics[first]
	},
	parse: parseMikroTik,
}

var mikroTikTopics = map[string]bool{"firewall": true, "system": true, "dhcp": true, "wireless": true, "interface": true, "ipsec": true, "ppp": true, "l2tp": true, "pptp": true, "ovpn": true, "sstp": true,
	"hotspot": true, "script": true, "dns": true, "web-proxy": true, "account": true, "caps": true, "route": true, "bridge": true, "backup": true, "certificate": true, "wireguard": true, "radius": true, "ssh": true, "critical": true, "error": true}

func parseMikroTik(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	topics, rest := cutWord(text)
	if strings.IndexByte(topics, ',') > 0 && mikroTikTopics[topics[:strings.IndexByte(topics, ',')]] {
		setNamed(ev, "mikrotik.topics", strings.ReplaceAll(topics, ",", event.Separator))
		text = rest
	}
	if i := strings.Index(text, "in:"); i >= 0 && strings.Contains(text, "proto ") {
		k.mikroTikFirewall(text, i)
	} else if !mikroTikTemplates.match("*", text, &k) {
		if topics == "" || text == m.text {
			return false
		}
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "", proseOutcome(text))
		}
	}
	observe(ev, "MikroTik", "RouterOS", "network")
	from(ev, "mikrotik", "mikrotik.log")
	return true
}

// mikroTikFirewall reads "[prefix] chain: in:a out:b, src-mac m, proto TCP
// (SYN), a:p->b:q, NAT ..., len 60".
func (k *keyed) mikroTikFirewall(text string, at int) {
	ev := k.ev
	prefix := strings.TrimSpace(text[:at])
	prefix = strings.TrimSuffix(prefix, ":")
	label, chain, ok := cutLast(prefix, " ")
	if !ok {
		label, chain = "", prefix
	}
	setNamed(ev, "mikrotik.chain", chain)
	ev.Set(event.RuleName, strings.TrimSpace(label))
	for part := range strings.SplitSeq(text[at:], ", ") {
		part = strings.TrimSpace(part)
		switch {
		case strings.HasPrefix(part, "in:"):
			in, out, _ := strings.Cut(part[len("in:"):], " out:")
			if !strings.HasPrefix(in, "(") {
				ev.Set(event.ObserverIngressInterface, in)
			}
			out, _ = cutWord(out)
			if !strings.HasPrefix(out, "(") {
				ev.Set(event.ObserverEgressInterface, out)
			}
			if _, mac, ok := strings.Cut(part, "src-mac "); ok {
				setMAC(ev, event.SourceMAC, mac)
			}
		case strings.Contains(part, "src-mac "):
			_, mac, _ := strings.Cut(part, "src-mac ")
			setMAC(ev, event.SourceMAC, mac)
		case strings.HasPrefix(part, "proto "):
			proto, _ := cutWord(part[len("proto "):])
			setTransport(ev, lower(proto))
		case strings.Contains(part, "->") && !strings.HasPrefix(part, "NAT "):
			src, dst, _ := strings.Cut(part, "->")
			if ip, port := proseIP(src); ip != "" {
				setSource(ev, ip)
				setPort(ev, event.SourcePort, port)
			}
			if ip, port := proseIP(dst); ip != "" {
				setDestination(ev, ip)
				setPort(ev, event.DestinationPort, port)
			}
		case strings.HasPrefix(part, "len "):
			setNumber(ev, event.NetworkBytes, part[len("len "):])
		}
	}
	switch words := lower(label); {
	case strings.Contains(words, "drop") || strings.Contains(words, "deny") || strings.Contains(words, "block") || strings.Contains(words, "reject"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(words, "accept") || strings.Contains(words, "allow") || strings.Contains(words, "pass"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	default:
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	}
}

var mikroTikTemplates = newTemplates(`
* authentication start logon-failed failure | login failure for user {user.name} from {source.ip} via {network.protocol}
* authentication start logon-success success | user {user.name} logged in from {source.ip} via {network.protocol}
* authentication end logoff success | user {user.name} logged out from {source.ip} via {network.protocol}
* authentication start logon-success success | user {user.name} logged in via {network.protocol}
* network protocol dhcpack success | {} assigned {client.ip source.ip} [[for ]][[to ]]{client.mac source.mac}[[ {client.domain}]]
* network protocol dhcprelease - | {} deassigned {client.ip source.ip} [[for ]][[from ]]{client.mac source.mac}[[ {client.domain}]]
* network info - - | {source.mac}@{observer.ingress.interface.name}: {event.reason}
* network info - - | {observer.ingress.interface.name} link {event.reason}
`)
