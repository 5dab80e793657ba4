package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// zyxel reads Zyxel's firewalls (USG, ATP, USG FLEX), pairs with address and
// port in one value:
//
//	src="192.0.2.44:51000" dst="198.51.100.9:443" msg="Match default rule, DROP" note="ACCESS BLOCK" ... cat="Security Policy Control"
var zyxel = parser{
	name:      "zyxel",
	first:     "s",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, `src="`) && strings.Contains(msg, ` devID="`) },
	parse:     parseZyxel,
}

func parseZyxel(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "zyxel."}
	k.addPairs(m.text, zyxelKeys)
	observe(ev, "Zyxel", "", "firewall")
	from(ev, "zyxel", "zyxel.firewall")
	for _, side := range [...]struct {
		key      string
		ip, port event.Field
	}{{"src", event.SourceIP, event.SourcePort}, {"dst", event.DestinationIP, event.DestinationPort}} {
		ip, port := proseIP(k.get(side.key))
		if ip == "0.0.0.0" || ip == "::" {
			continue
		}
		setAddress(ev, side.ip, event.None, ip)
		if port != "0" {
			setPort(ev, side.port, port)
		}
	}
	if n := k.get("protoID"); n != "" && n != "0" {
		setTransport(ev, n)
	}
	if in, out, ok := strings.Cut(k.get("dir"), ":"); ok {
		setNamed(ev, "observer.ingress.zone", in)
		setNamed(ev, "observer.egress.zone", out)
	}
	if user := k.get("user"); user != "unknown" {
		ev.Set(event.UserName, user)
	}
	k.finish()
	msg, note := k.get("msg"), k.get("note")
	if name, ok := strings.CutPrefix(note, "Account: "); ok && !ev.Has(event.UserName) {
		ev.Set(event.UserName, name)
	}
	s := lower(msg)
	switch {
	case strings.Contains(note, "BLOCK") || strings.HasSuffix(s, ", drop") || strings.HasSuffix(s, ", reject") || strings.Contains(s, "blocked"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case note == "ACCESS FORWARD" || strings.HasSuffix(s, ", accept") || strings.HasSuffix(s, ", allow"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	case k.get("cat") == "Traffic Log":
		classify(ev, catNetwork, connEnd, actionConnectionClosed, success)
	case proseLogin(ev, msg):
	case k.get("cat") == "IDP" || k.get("cat") == "ADP" || strings.Contains(lower(k.get("cat")), "malware"):
		classify(ev, "intrusion_detection", typeInfo, "attack-found", "")
	case ev.Has(event.DestinationIP):
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	default:
		classify(ev, catHost, typeInfo, "device-message", proseOutcome(msg))
	}
	ev.Set(event.EventReason, msg)
	return true
}

var zyxelKeys = bindings(`
src,dst,user,dir  @none
sent  source.bytes
rcvd  destination.bytes
duration  event.duration:s
proto  network.application:text
ob_mac  @none
devID  observer.mac
cat  zyxel.category:text
class  rule.category:text
`)
