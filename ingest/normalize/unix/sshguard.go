package unix

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// SSHGuard reads the log of SSHGuard:
//
//	Blocking "198.51.100.9/32" for 120 secs (3 attacks in 1 secs, after 1 abuses over 1 secs.)
var SSHGuard = read.Parser{
	Name: "sshguard",
	Apps: []string{"sshguard"},
	Parse: func(m *read.Message, ev *event.Event) bool {
		k := read.Keyed{Event: ev, Location: m.Location}
		read.From(ev, "sshguard", "sshguard.log")
		ban(&k, sshGuardTemplates, m.Text)
		return true
	},
}

var sshGuardTemplates = read.NewTemplates(`
* network+intrusion_detection denied address-banned success | Blocking "{source.ip}/{}" {}
* network+intrusion_detection info attack-found failure | Attack from "{source.ip}" on service {} with danger {}
`)
