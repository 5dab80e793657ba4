package server

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// APC reads the logs of network cards in APC's power supplies:
//
//	UPS: On battery power in response to an input power problem. 0x0109
var APC = read.Parser{
	Name:  "apc",
	Apps:  []string{"NMC", "APC", "SNMP", "UPS"},
	Parse: parseAPC,
}

func parseAPC(m *read.Message, ev *event.Event) bool {
	read.Observe(ev, "APC", "Network Management Card", "power")
	read.From(ev, "apc", "apc.log")
	text := m.Text
	if head, code, ok := read.CutLast(text, " 0x"); ok && len(code) == 4 {
		text = head
		ev.Set(event.EventCode, "0x"+code)
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	deviceMessage(&k, apcTemplates, text)
	return true
}

var apcTemplates = read.NewTemplates(`
* authentication start logon-success success | {} user '{user.name:text}' logged in from {source.ip}.
* authentication end logoff success | {} user '{user.name:text}' logged out from {source.ip}.
* authentication start logon-failed failure | {} Detected an unauthorized user attempting to access the {network.application:text} interface from {source.ip}.
`)
