package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// hillstone reads the logs of Hillstone's firewalls (StoneOS Log Messages
// Reference Guide): a number, type and module, and pairs with blanks between.
//
//	44243624 Traffic@FLOW: SESSION: 10.1.1.5:50123->198.51.100.7:443(TCP), application HTTPS, interface ethernet0/1, vr trust-vr, policy 6, user -@-, host -, session start
//	00000f01 Event@MGMT: Admin user "anna" logged in through SSH from 192.0.2.44
var hillstone = parser{
	name:      "hillstone",
	first:     "0-9abcdef",
	recognize: func(msg string) bool { return hillstoneKind(msg) != "" },
	parse:     parseHillstone,
}

// hillstoneKind returns "Traffic@FLOW" of a line, "" for other lines.
func hillstoneKind(msg string) string {
	if len(msg) < 16 || msg[8] != ' ' || !isHexWord(msg[:8]) {
		return ""
	}
	kind, _, ok := strings.Cut(msg[9:min(len(msg), 48)], ": ")
	typ, module, ok2 := strings.Cut(kind, "@")
	if !ok || !ok2 || !isWord(module) {
		return ""
	}
	switch typ {
	case "Traffic", "Event", "Threat", "Security", "Alarm", "Network", "Configuration", "Operation", "NBC", "Debug":
		return kind
	}
	return ""
}

func parseHillstone(m *message, ev *event.Event) bool {
	kind := hillstoneKind(m.text)
	if kind == "" {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	text := m.text[9+len(kind)+2:]
	observe(ev, "Hillstone", "StoneOS", "firewall")
	typ, module, _ := strings.Cut(kind, "@")
	from(ev, "hillstone", "hillstone."+lower(typ))
	ev.Set(event.EventCode, m.text[:8])
	setNamed(ev, "hillstone.module", module)
	switch {
	case typ == "Traffic":
		k.hillstoneFlow(text)
	case typ == "Threat" || typ == "Security":
		ev.Set(event.EventKind, "alert")
		if !hillstoneThreats.match("*", text, &k) {
			k.prose(text)
		}
		action := ev.Get(event.EventAction)
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
		if s := lower(action); strings.Contains(s, "drop") || strings.Contains(s, "block") || strings.Contains(s, "reset") {
			classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeDenied, "threat-blocked", failure)
		}
	case typ == "Configuration" || typ == "Operation":
		k.prose(text)
		classify(ev, catConfiguration, typeChange, actionConfigChanged, proseOutcome(text))
	default:
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "device-message", proseOutcome(text))
		}
	}
	return true
}

// hillstoneFlow reads the ends of a session or of a translation and the pairs
// behind them.
func (k *keyed) hillstoneFlow(text string) {
	ev := k.ev
	what, rest, ok := strings.Cut(text, ": ")
	if !ok {
		k.prose(text)
		classify(ev, catNetwork, connInfo, "", "")
		return
	}
	ends, rest, _ := strings.Cut(rest, ", ")
	hillstoneEnds.match(ends, k)
	for pair := range strings.SplitSeq(rest, ",") {
		pair = strings.TrimSpace(pair)
		key, value, _ := strings.Cut(pair, " ")
		switch {
		case value == "" || value == "-" || value == "-@-" || value == "deny":
		case key == "application" || key == "interface" || key == "policy" || key == "rule" || key == "user" || key == "host" || key == "vr":
			k.put(value, hillstoneKeys[key])
		case key == "snat" || key == "dnat":
			address, port, _ := cutLast(strings.TrimPrefix(value, "to "), ":")
			k.put(address, hillstoneKeys[key])
			k.put(port, hillstoneKeys[key+"_port"])
		case key == "send" || key == "receive" || key == "start" || key == "close":
			unit, number, _ := strings.Cut(value, " ")
			k.put(number, hillstoneKeys[key+"_"+unit])
		}
	}
	switch {
	case strings.Contains(rest, "deny") || strings.Contains(rest, "session drop"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(rest, "session end"):
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case strings.Contains(rest, "session start"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	default:
		classify(ev, catNetwork, connInfo, lower(what)+"-logged", "")
	}
}

var hillstoneEnds = mustTemplate("- - - - | {source.ip}:{source.port}->{destination.ip}:{destination.port}({network.transport})")

var hillstoneKeys = bindings(`
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

var hillstoneThreats = newTemplates(`
* - - - - | From {source.ip}:{source.port}({observer.ingress.interface.name}) to {destination.ip}:{destination.port}({}), threat name: {rule.name}, threat type: {threat.category}, {}action: {event.action}, {}severity: {log.level:lower}[[, {}]]
* - - - - | From {source.ip}:{source.port}({observer.ingress.interface.name}) to {destination.ip}:{destination.port}({}), threat name: {rule.name}, {event.reason}
`)
