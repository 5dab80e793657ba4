package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// drayTek reads DrayTek's Vigor routers:
//
//	Local User (MAC=00-00-5E-00-53-23): 192.0.2.44:51000 -> 198.51.100.9:443 (TCP) Web
//	[FILTER][Block][LAN/RT/VPN->WAN, 0:00:01][@S:R=2:1, 192.0.2.44:51000->198.51.100.9:443][TCP][HLen=20, TLen=52]
var drayTek = parser{
	name:  "draytek",
	apps:  []string{"DrayTek", "Vigor"},
	first: "L[",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Local User (MAC=") || strings.HasPrefix(msg, "[FILTER][")
	},
	parse: parseDrayTek,
}

func parseDrayTek(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	observe(ev, "DrayTek", "", "firewall")
	from(ev, "draytek", "draytek.log")
	s := lower(m.text)
	if i := strings.Index(m.text, "->"); i > 0 { // addresses stand on both sides of an arrow
		for rest := m.text; i > 0; {
			left, right := strings.TrimRight(rest[:i], " "), strings.TrimLeft(rest[i+2:], " ")
			from := left[strings.LastIndexAny(left, " ,[")+1:]
			to := right
			if end := strings.IndexAny(right, " ,]("); end >= 0 {
				to = right[:end]
			}
			if ip, port := proseIP(from); ip != "" {
				setSource(ev, ip)
				setPort(ev, event.SourcePort, port)
				if ip, port := proseIP(to); ip != "" {
					setAddress(ev, event.DestinationIP, event.None, ip)
					setPort(ev, event.DestinationPort, port)
				}
				break
			}
			rest = rest[i+2:]
			i = strings.Index(rest, "->")
		}
	}
	for _, proto := range [...]string{"tcp", "udp", "icmp"} {
		if strings.Contains(s, "("+proto+")") || strings.Contains(s, "["+proto+"]") {
			setTransport(ev, proto)
		}
	}
	if _, mac, ok := strings.Cut(m.text, "(MAC="); ok {
		mac, _, _ = strings.Cut(mac, ")")
		k.put(mac, drayTekMAC)
	}
	switch {
	case strings.HasPrefix(s, "[filter][block]"), strings.HasPrefix(s, "[filter][drop]"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.HasPrefix(s, "[filter][pass]"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	case ev.Has(event.DestinationIP):
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	default:
		k.prose(m.text)
		if !proseLogin(ev, m.text) {
			classify(ev, catHost, typeInfo, "device-message", proseOutcome(m.text))
		}
	}
	return true
}

var drayTekMAC = target("source.mac")
