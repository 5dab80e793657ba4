package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Hillstone reads the logs of Hillstone's firewalls (StoneOS Log Messages
// Reference Guide): a number, type and module, and pairs separated by spaces.
//
//	44243624 Traffic@FLOW: SESSION: 10.1.1.5:50123->198.51.100.7:443(TCP), application HTTPS, interface ethernet0/1, vr trust-vr, policy 6, user -@-, host -, session start
//	00000f01 Event@MGMT: Admin user "anna" logged in through SSH from 192.0.2.44
var Hillstone = read.Parser{
	Name:      "hillstone",
	First:     "0-9abcdef",
	Recognize: func(msg string) bool { return hillstoneKind(msg) != "" },
	Parse:     parseHillstone,
}

// hillstoneKind returns a line's "Traffic@FLOW", "" for other lines.
func hillstoneKind(msg string) string {
	if len(msg) < 16 || msg[8] != ' ' || !read.IsHexWord(msg[:8]) {
		return ""
	}
	kind, _, ok := strings.Cut(msg[9:min(len(msg), 48)], ": ")
	typ, module, ok2 := strings.Cut(kind, "@")
	if !ok || !ok2 || !read.IsWord(module) {
		return ""
	}
	switch typ {
	case "Traffic", "Event", "Threat", "Security", "Alarm", "Network", "Configuration", "Operation", "NBC", "Debug":
		return kind
	}
	return ""
}

func parseHillstone(m *read.Message, ev *event.Event) bool {
	kind := hillstoneKind(m.Text)
	if kind == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text[9+len(kind)+2:]
	read.Observe(ev, "Hillstone", "StoneOS", "firewall")
	typ, module, _ := strings.Cut(kind, "@")
	read.From(ev, "hillstone", "hillstone."+read.Lower(typ))
	ev.Set(event.EventCode, m.Text[:8])
	read.SetNamed(ev, "hillstone.module", module)
	switch {
	case typ == "Traffic":
		hillstoneFlow(&k, text)
	case typ == "Threat" || typ == "Security":
		ev.Set(event.EventKind, "alert")
		if !hillstoneThreats.Match("*", text, &k) {
			k.Prose(text)
		}
		action := ev.Get(event.EventAction)
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
		if s := read.Lower(action); strings.Contains(s, "drop") || strings.Contains(s, "block") || strings.Contains(s, "reset") {
			read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeDenied, "threat-blocked", read.Failure)
		}
	case typ == "Configuration" || typ == "Operation":
		k.Prose(text)
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.ProseOutcome(text))
	default:
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(text))
		}
	}
	return true
}

// hillstoneFlow reads the ends of a session or translation and the pairs after
// them.
func hillstoneFlow(k *read.Keyed, text string) {
	ev := k.Event
	what, rest, ok := strings.Cut(text, ": ")
	if !ok {
		k.Prose(text)
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "", "")
		return
	}
	ends, rest, _ := strings.Cut(rest, ", ")
	hillstoneEnds.Match(ends, k)
	for pair := range strings.SplitSeq(rest, ",") {
		pair = strings.TrimSpace(pair)
		key, value, _ := strings.Cut(pair, " ")
		switch {
		case value == "" || value == "-" || value == "-@-" || value == "deny":
		case key == "application" || key == "interface" || key == "policy" || key == "rule" || key == "user" || key == "host" || key == "vr":
			k.Put(value, hillstoneKeys[key])
		case key == "snat" || key == "dnat":
			address, port, _ := read.CutLast(strings.TrimPrefix(value, "to "), ":")
			k.Put(address, hillstoneKeys[key])
			k.Put(port, hillstoneKeys[key+"_port"])
		case key == "send" || key == "receive" || key == "start" || key == "close":
			unit, number, _ := strings.Cut(value, " ")
			k.Put(number, hillstoneKeys[key+"_"+unit])
		}
	}
	switch {
	case strings.Contains(rest, "deny") || strings.Contains(rest, "session drop"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(rest, "session end"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	case strings.Contains(rest, "session start"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	default:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.Lower(what)+"-logged", "")
	}
}

var hillstoneEnds = read.MustTemplate("- - - - | {source.ip}:{source.port}->{destination.ip}:{destination.port}({network.transport})")

var hillstoneKeys = read.NewBindings(`
application  network.application:text
interface  observer.ingress.interface.name
policy,rule  rule.id
user  user.name:account source.user.name:account
host  source.domain
vr  hillstone.virtual_router
snat  source.nat.ip
snat_port  source.nat.port
dnat  destination.nat.ip
dnat_port  destination.nat.port
send_bytes  source.bytes
send_packets  source.packets
receive_bytes  destination.bytes
receive_packets  destination.packets
start_time  event.start
close_time  event.end
`)

var hillstoneThreats = read.NewTemplates(`
* - - - - | From {source.ip}:{source.port}({observer.ingress.interface.name}) to {destination.ip}:{destination.port}({}), threat name: {rule.name}, threat type: {threat.category}, {}action: {event.action}, {}severity: {log.level:lower}[[, {}]]
* - - - - | From {source.ip}:{source.port}({observer.ingress.interface.name}) to {destination.ip}:{destination.port}({}), threat name: {rule.name}, {event.reason}
`)
