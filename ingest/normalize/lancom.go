package normalize

import "porchlight/ingest/event"

// lancom reads the firewall messages of LANCOM routers:
//
//	PACKET_ALERT: Dst: 192.0.2.1:22 {intern}, Src: 198.51.100.9:40022 (TCP): connection refused
var lancom = parser{
	name:  "lancom",
	apps:  []string{"PACKET_ALERT", "PACKET_INFO"},
	parse: parseLancom,
}

func parseLancom(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	if !lancomTemplates.match("*", m.text, &k) {
		return false
	}
	observe(ev, "LANCOM", "", "firewall")
	from(ev, "lancom", "lancom.log")
	return true
}

var lancomTemplates = newTemplates(`
* network connection+denied connection-denied failure | Dst: {destination.ip}:{destination.port}[[ {{{}}]], Src: {source.ip}:{source.port}[[ {{{}}]] ({network.transport}): {event.reason}
* network connection+denied connection-denied failure | Dst: {destination.ip}[[ {{{}}]], Src: {source.ip}[[ {{{}}]] ({network.transport}): {event.reason}
`)
