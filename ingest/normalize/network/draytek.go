package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// DrayTek reads the logs of DrayTek's Vigor routers:
//
//	Local User (MAC=00-00-5E-00-53-23): 192.0.2.44:51000 -> 198.51.100.9:443 (TCP) Web
//	[FILTER][Block][LAN/RT/VPN->WAN, 0:00:01][@S:R=2:1, 192.0.2.44:51000->198.51.100.9:443][TCP][HLen=20, TLen=52]
var DrayTek = read.Parser{
	Name:  "draytek",
	Apps:  []string{"DrayTek", "Vigor"},
	First: "L[",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Local User (MAC=") || strings.HasPrefix(msg, "[FILTER][")
	},
	Parse: parseDrayTek,
}

func parseDrayTek(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.Observe(ev, "DrayTek", "", "firewall")
	read.From(ev, "draytek", "draytek.log")
	s := read.Lower(m.Text)
	if i := strings.Index(m.Text, "->"); i > 0 { // addresses are on both sides of an arrow
		for rest := m.Text; i > 0; {
			left, right := strings.TrimRight(rest[:i], " "), strings.TrimLeft(rest[i+2:], " ")
			from := left[strings.LastIndexAny(left, " ,[")+1:]
			to := right
			if end := strings.IndexAny(right, " ,]("); end >= 0 {
				to = right[:end]
			}
			if ip, port := read.ProseIP(from); ip != "" {
				read.SetSource(ev, ip)
				read.SetPort(ev, event.SourcePort, port)
				if ip, port := read.ProseIP(to); ip != "" {
					read.SetAddress(ev, event.DestinationIP, event.None, ip)
					read.SetPort(ev, event.DestinationPort, port)
				}
				break
			}
			rest = rest[i+2:]
			i = strings.Index(rest, "->")
		}
	}
	for _, proto := range [...]string{"tcp", "udp", "icmp"} {
		if strings.Contains(s, "("+proto+")") || strings.Contains(s, "["+proto+"]") {
			read.SetTransport(ev, proto)
		}
	}
	if _, mac, ok := strings.Cut(m.Text, "(MAC="); ok {
		mac, _, _ = strings.Cut(mac, ")")
		k.Put(mac, drayTekMAC)
	}
	switch {
	case strings.HasPrefix(s, "[filter][block]"), strings.HasPrefix(s, "[filter][drop]"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.HasPrefix(s, "[filter][pass]"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case ev.Has(event.DestinationIP):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	default:
		k.Prose(m.Text)
		if !read.ProseLogin(ev, m.Text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(m.Text))
		}
	}
	return true
}

var drayTekMAC = read.NewBinding("source.mac")
