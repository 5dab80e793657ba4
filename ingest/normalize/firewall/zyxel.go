package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Zyxel reads the logs of Zyxel's firewalls (USG, ATP, USG FLEX), pairs with
// address and port in one value:
//
//	src="192.0.2.44:51000" dst="198.51.100.9:443" msg="Match default rule, DROP" note="ACCESS BLOCK" ... cat="Security Policy Control"
var Zyxel = read.Parser{
	Name:      "zyxel",
	First:     "s",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, `src="`) && strings.Contains(msg, ` devID="`) },
	Parse:     parseZyxel,
}

func parseZyxel(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "zyxel."}
	k.AddPairs(m.Text, zyxelKeys)
	read.Observe(ev, "Zyxel", "", "firewall")
	read.From(ev, "zyxel", "zyxel.firewall")
	for _, side := range [...]struct {
		key      string
		ip, port event.Field
	}{{"src", event.SourceIP, event.SourcePort}, {"dst", event.DestinationIP, event.DestinationPort}} {
		ip, port := read.ProseIP(k.Get(side.key))
		if ip == "0.0.0.0" || ip == "::" {
			continue
		}
		read.SetAddress(ev, side.ip, event.None, ip)
		if port != "0" {
			read.SetPort(ev, side.port, port)
		}
	}
	if n := k.Get("protoID"); n != "" && n != "0" {
		read.SetTransport(ev, n)
	}
	if in, out, ok := strings.Cut(k.Get("dir"), ":"); ok {
		read.SetNamed(ev, "observer.ingress.zone", in)
		read.SetNamed(ev, "observer.egress.zone", out)
	}
	if user := k.Get("user"); user != "unknown" {
		ev.Set(event.UserName, user)
	}
	k.Finish()
	msg, note := k.Get("msg"), k.Get("note")
	if name, ok := strings.CutPrefix(note, "Account: "); ok && !ev.Has(event.UserName) {
		ev.Set(event.UserName, name)
	}
	s := read.Lower(msg)
	switch {
	case strings.Contains(note, "BLOCK") || strings.HasSuffix(s, ", drop") || strings.HasSuffix(s, ", reject") || strings.Contains(s, "blocked"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case note == "ACCESS FORWARD" || strings.HasSuffix(s, ", accept") || strings.HasSuffix(s, ", allow"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case k.Get("cat") == "Traffic Log":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, read.Success)
	case read.ProseLogin(ev, msg):
	case k.Get("cat") == "IDP" || k.Get("cat") == "ADP" || strings.Contains(read.Lower(k.Get("cat")), "malware"):
		read.Classify(ev, "intrusion_detection", read.TypeInfo, "attack-found", "")
	case ev.Has(event.DestinationIP):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(msg))
	}
	ev.Set(event.EventReason, msg)
	return true
}

var zyxelKeys = read.NewBindings(`
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
