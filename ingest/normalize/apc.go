package normalize

import "porchlight/ingest/event"

// apc reads the network cards of APC's power supplies:
//
//	UPS: On battery power in response to an input power problem. 0x0109
var apc = parser{
	name:  "apc",
	apps:  []string{"NMC", "APC", "SNMP", "UPS"},
	parse: parseAPC,
}

func parseAPC(m *message, ev *event.Event) bool {
	observe(ev, "APC", "Network Management Card", "power")
	from(ev, "apc", "apc.log")
	text := m.text
	if head, code, ok := cutLast(text, " 0x"); ok && len(code) == 4 {
		text = head
		ev.Set(event.EventCode, "0x"+code)
	}
	k := keyed{ev: ev, loc: m.loc}
	k.deviceMessage(apcTemplates, text)
	return true
}

var apcTemplates = newTemplates(`
* authentication start logon-success success | {} user '{user.name:text}' logged in from {source.ip}.
* authentication end logoff success | {} user '{user.name:text}' logged out from {source.ip}.
* authentication start logon-failed failure | {} Detected an unauthorized user attempting to access the {network.application:text} interface from {source.ip}.
`)
