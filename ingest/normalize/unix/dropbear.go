package unix

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Dropbear reads the log of Dropbear, the SSH server of OpenWrt, NAS and many
// small devices.
var Dropbear = read.Parser{
	Name:  "dropbear",
	Apps:  []string{"dropbear"},
	Parse: parseDropbear,
}

func parseDropbear(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.FromAuth(ev)
	ev.Set(event.NetworkProtocol, "ssh")
	if !dropbearTemplates.Match("*", m.Text, &k) {
		k.Prose(m.Text)
		if !read.ProseLogin(ev, m.Text) {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "server-message", "")
		}
	}
	return true
}

var dropbearTemplates = read.NewTemplates(`
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
