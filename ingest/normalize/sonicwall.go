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
