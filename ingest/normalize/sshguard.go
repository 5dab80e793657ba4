package normalize

import "porchlight/ingest/event"

// sshGuard reads SSHGuard:
//
//	Blocking "198.51.100.9/32" for 120 secs (3 attacks in 1 secs, after 1 abuses over 1 secs.)
var sshGuard = parser{
	name: "sshguard",
	apps: []string{"sshguard"},
	parse: func(m *message, ev *event.Event) bool {
		k := keyed{ev: ev, loc: m.loc}
		from(ev, "sshguard", "sshguard.log")
		k.ban(sshGuardTemplates, m.text)
		return true
	},
}

var sshGuardTemplates = newTemplates(`
* network+intrusion_detection denied address-banned success | Blocking "{source.ip}/{}" {}
* network+intrusion_detection info attack-found failure | Attack from "{source.ip}" on service {} with danger {}
`)
