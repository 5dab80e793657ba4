package network

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// LANCOM reads the firewall messages of LANCOM routers:
//
//	PACKET_ALERT: Dst: 192.0.2.1:22 {intern}, Src: 198.51.100.9:40022 (TCP): connection refused
var LANCOM = read.Parser{
	Name:  "lancom",
	Apps:  []string{"PACKET_ALERT", "PACKET_INFO"},
	Parse: parseLancom,
}

func parseLancom(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	if !lancomTemplates.Match("*", m.Text, &k) {
		return false
	}
	read.Observe(ev, "LANCOM", "", "firewall")
	read.From(ev, "lancom", "lancom.log")
	return true
}

var lancomTemplates = read.NewTemplates(`
* network connection+denied connection-denied failure | Dst: {destination.ip}:{destination.port}[[ {{{}}]], Src: {source.ip}:{source.port}[[ {{{}}]] ({network.transport}): {event.reason}
* network connection+denied connection-denied failure | Dst: {destination.ip}[[ {{{}}]], Src: {source.ip}[[ {{{}}]] ({network.transport}): {event.reason}
`)
