package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// IPsec reads the logs of strongSwan's charon and Libreswan's pluto, which
// many makers' gateways contain:
//
//	13[IKE] IKE_SA office[3] established between 192.0.2.9[vpn.example.org]...198.51.100.9[anna]
var IPsec = read.Parser{
	Name:  "ipsec",
	Apps:  []string{"charon", "charon-systemd", "charon-nm", "ipsec", "ipsec_starter", "starter", "pluto"},
	Parse: parseIPsec,
}

func parseIPsec(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	if i := strings.Index(text[:min(len(text), 12)], "["); i >= 0 { // thread and group
		if group, rest, ok := strings.Cut(text[i+1:], "] "); ok && len(group) == 3 {
			read.SetNamed(ev, "log.logger", group)
			text = rest
		}
	}
	if rest, ok := strings.CutPrefix(text, "<"); ok { // connection and number
		if name, after, ok := strings.Cut(rest, "> "); ok {
			name, _, _ = strings.Cut(name, "|") // its number
			read.SetNamed(ev, "ipsec.connection", name)
			text = after
		}
	}
	read.From(ev, "ipsec", "ipsec.log")
	ev.Set(event.NetworkProtocol, "ike")
	if ipsecTemplates.Match("*", text, &k) {
		return true
	}
	k.Prose(text)
	switch s := read.Lower(text); {
	case strings.Contains(s, "authentication_failed"), strings.Contains(s, "authentication failed"), strings.Contains(s, "auth failed"), strings.Contains(s, "no matching peer config"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(s, "no_proposal_chosen"), strings.Contains(s, "retransmit"), strings.Contains(s, "giving up"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "tunnel-failed", read.Failure)
	default:
		read.Classify(ev, read.CategoryNetwork, "protocol", "tunnel-message", "")
	}
	return true
}

var ipsecTemplates = read.NewTemplates(`
* network+session connection+start vpn-connected success | IKE_SA {ipsec.connection}[{}] established between {destination.ip}[{}]...{source.ip}[{user.name:user}]
* network+session connection+end vpn-disconnected success | deleting IKE_SA {ipsec.connection}[{}] between {destination.ip}[{}]...{source.ip}[{user.name:user}]
* network connection+start tunnel-established success | CHILD_SA {ipsec.connection}{{{}} established with SPIs {} and TS {}
* network connection+end tunnel-closed success | closing CHILD_SA {ipsec.connection}{{{}} {}
* network connection+start tunnel-started - | initiating {} IKE_SA {ipsec.connection}[{}] to {destination.ip}
* network connection+start tunnel-requested - | {source.ip} is initiating a{} IKE_SA
* authentication start logon-success success | authentication of '{user.name:text}' with {} successful
* authentication start logon-failed failure | authentication of '{user.name:text}' with {} failed
* authentication start logon-success success | XAuth authentication of '{user.name:text}' successful
* authentication start logon-failed failure | XAuth authentication of '{user.name:text}' failed
* authentication start logon-success success | EAP method {} succeeded, MSK {}
* authentication start logon-failed failure | EAP method {} failed for peer {user.name:text}
* network connection+info address-assigned success | assigning virtual IP {client.ip} to peer '{user.name:text}'
`)
