package normalize

import "porchlight/ingest/event"

// dropbear reads the SSH server of OpenWrt, of NAS and of many small devices.
var dropbear = parser{
	name:  "dropbear",
	apps:  []string{"dropbear"},
	parse: parseDropbear,
}

func parseDropbear(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	fromAuth(ev)
	ev.Set(event.NetworkProtocol, "ssh")
	if !dropbearTemplates.match("*", m.text, &k) {
		k.prose(m.text)
		if !proseLogin(ev, m.text) {
			classify(ev, catNetwork, connInfo, "server-message", "")
		}
	}
	return true
}

var dropbearTemplates = newTemplates(`
* authentication start logon-success success | Password auth succeeded for '{user.name}' from {source.ip}:{source.port}
* authentication start logon-success success | Pubkey auth succeeded for '{user.name}' with {} key {system.auth.ssh.signature} from {source.ip}:{source.port}
* authentication start logon-success success | Auth succeeded with blank password for '{user.name}' from {source.ip}:{source.port}
* authentication start logon-failed failure | Bad password attempt for '{user.name}' from {source.ip}:{source.port}
* authentication start logon-failed failure | Bad PAM password attempt for '{user.name}' from {source.ip}:{source.port}
* authentication start logon-failed failure | Login attempt for nonexistent user[[ '{user.name}']] from {source.ip}:{source.port}
* authentication start logon-failed failure | Login attempt with wrong user {user.name} from {source.ip}:{source.port}
* authentication start logon-failed failure | Max auth tries reached - user '{user.name}' from {source.ip}:{source.port}
* authentication end logoff success | Exit ({user.name})[[ from <{source.ip}:{source.port}>]]: {event.reason}
* network connection+start connection-started - | Child connection from {source.ip}:{source.port}
* network connection+end connection-closed - | Exit before auth from <{source.ip}:{source.port}>: (user '{user.name}', {} fails): {event.reason}
* network connection+end connection-closed - | Exit before auth[[ from <{source.ip}:{source.port}>]]: {event.reason}
* process start service-started success | Running in background
`)
