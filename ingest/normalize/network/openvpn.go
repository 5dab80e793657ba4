package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// OpenVPN reads the server log of OpenVPN.
var OpenVPN = read.Parser{
	Name:  "openvpn",
	Apps:  []string{"openvpn", "ovpn-server", "openvpn-as"},
	Parse: parseOpenVPN,
}

func parseOpenVPN(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.From(ev, "openvpn", "openvpn.log")
	ev.Set(event.NetworkProtocol, "openvpn")
	if !openvpnTemplates.Match("*", m.Text, &k) {
		k.Prose(strings.ReplaceAll(m.Text, "[AF_INET]", ""))
		if !read.ProseLogin(ev, m.Text) {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "", "")
		}
	}
	return true
}

var openvpnTemplates = read.NewTemplates(`
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
