package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// openvpn reads the server log of OpenVPN.
var openvpn = parser{
	name:  "openvpn",
	apps:  []string{"openvpn", "ovpn-server", "openvpn-as"},
	parse: parseOpenVPN,
}

func parseOpenVPN(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	from(ev, "openvpn", "openvpn.log")
	ev.Set(event.NetworkProtocol, "openvpn")
	if !openvpnTemplates.match("*", m.text, &k) {
		k.prose(strings.ReplaceAll(m.text, "[AF_INET]", ""))
		if !proseLogin(ev, m.text) {
			classify(ev, catNetwork, connInfo, "", "")
		}
	}
	return true
}

var openvpnTemplates = newTemplates(`
* authentication start logon-success success | user '{user.name}' authenticated
* authentication start logon-failed failure | user '{user.name}' could not authenticate[[.]][[{}]]
* network connection+start session-opened success | {source.ip}:{source.port} [{user.name:account}] Peer Connection Initiated with {}
* network connection+info - - | {user.name}/{source.ip}:{source.port} MULTI_sva: pool returned IPv4={source.nat.ip}, IPv6={}
* network connection+info - - | {user.name}/{source.ip}:{source.port} MULTI: Learn: {source.nat.ip} -> {}
* network connection+info - - | {user.name}/{source.ip}:{source.port} MULTI: primary virtual IP for {}: {source.nat.ip}
* authentication start logon-failed failure | {source.ip}:{source.port} TLS Auth Error: {event.reason}
* network connection+info - failure | {source.ip}:{source.port} TLS Error: {event.reason}
* network connection+info - - | {source.ip}:{source.port} {event.reason}
* network connection+end session-closed - | {user.name}/{source.ip}:{source.port} SIGTERM{}
* network connection+info - - | {user.name}/{source.ip}:{source.port} {event.reason}
* network connection+info - failure | TLS Error: cannot locate HMAC in incoming packet from [AF_INET{}]{source.ip}:{source.port}
* network connection+info - failure | TLS Error: cannot locate HMAC in incoming packet from [AF_INET]{source.ip}:{source.port}
`)
