package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// SonicWall reads SonicWall's default syslog, key=value with addresses as
// address:port:interface[:name] (SonicOS Log Events Reference):
//
//	id=firewall sn=18B1690729A8 time="2026-03-01 10:00:00 UTC" fw=203.0.113.2 pri=1 c=32 m=82 msg="Possible port scan" src=198.51.100.9:443:X1 dst=10.1.1.5:51234:X0 proto=tcp/https
var SonicWall = read.Parser{
	Name:  "sonicwall",
	First: "^{",
	Recognize: func(msg string) bool {
		head := msg[:min(len(msg), 200)]
		return sonicFirewall.In(head) && strings.Contains(head, " sn=") && strings.Contains(head, "id=")
	},
	Parse: parseSonicWall,
}

var sonicFirewall = read.NewClue(" fw=")

func parseSonicWall(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "sonicwall."}
	sc := read.PairScanner{Rest: m.Text}
	for sc.Next() {
		if sc.Key == "" {
			continue
		}
		value := sc.Unescaped()
		k.Add(sc.Key, value, sonicWallKeys[sc.Key])
		switch sc.Key {
		case "src", "dst", "natSrc", "natDst":
			sonicAddress(&k, sc.Key, value)
		case "proto":
			transport, service, _ := strings.Cut(value, "/")
			if !read.SetTransport(ev, transport) {
				ev.Set(event.NetworkProtocol, read.Lower(transport))
			}
			if service != "" && !read.IsNumber(service) {
				ev.Set(event.NetworkProtocol, read.Lower(service))
			}
		}
	}
	k.Finish()
	read.Observe(ev, "SonicWall", "SonicOS", "firewall")
	read.From(ev, "sonicwall_firewall", "sonicwall_firewall.log")
	text := read.Lower(k.Get("msg"))
	switch id := k.Get("m"); {
	case id == "29" || id == "238" || id == "1080" || strings.Contains(text, "login allowed") || strings.Contains(text, "login successful"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case id == "30" || id == "32" || id == "329" || id == "33" || strings.Contains(text, "login denied") || strings.Contains(text, "login failed") || strings.Contains(text, "incorrect password"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(text, "dropped") || strings.Contains(text, "denied") || strings.Contains(text, "blocked") || read.VerdictOf(k.Action) == read.Denied || k.Get("fw_action") == "drop":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(text, "connection closed"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	case strings.Contains(text, "connection opened"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case strings.Contains(text, "attack") || strings.Contains(text, "scan") || strings.Contains(text, "flood") || strings.Contains(text, "spoof"):
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	case !ev.Has(event.EventCategory) && ev.Has(event.SourceIP):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	case !ev.Has(event.EventCategory):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
	return true
}

// sonicAddress splits 10.1.1.5:51234:X0:name, in which the port may be
// missing.
func sonicAddress(k *read.Keyed, key, value string) {
	ev := k.Event
	if strings.Count(value, ":") > 4 { // IPv6, which has its own keys
		return
	}
	ip, rest, _ := strings.Cut(value, ":")
	port, rest, _ := strings.Cut(rest, ":")
	intf, name, _ := strings.Cut(rest, ":")
	switch key {
	case "src":
		read.SetSource(ev, ip)
		read.SetPort(ev, event.SourcePort, port)
		ev.Set(event.ObserverIngressInterface, intf)
		ev.Set(event.SourceDomain, name)
	case "dst":
		read.SetDestination(ev, ip)
		read.SetPort(ev, event.DestinationPort, port)
		ev.Set(event.ObserverEgressInterface, intf)
		ev.Set(event.DestinationDomain, name)
	case "natSrc":
		read.SetNamed(ev, read.FieldSourceNATIP, ip)
		read.SetNamed(ev, read.FieldSourceNATPort, port)
	case "natDst":
		read.SetNamed(ev, read.FieldDestinationNATIP, ip)
		read.SetNamed(ev, read.FieldDestinationNATPort, port)
	}
}

var sonicWallKeys = read.NewBindings(`
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
