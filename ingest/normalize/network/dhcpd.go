package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// DHCPD reads what DHCP servers and clients write: ISC dhcpd and dhclient,
// dnsmasq, dhcp6c, Infoblox, Kea:
//
//	DHCPACK on 10.1.1.56 to 4c:55:41:a0:fa:99 (pc7) via eth0
//	DHCPREQUEST(eth0) 10.1.1.56 4c:55:41:a0:fa:99
var DHCPD = read.Parser{
	Name:  "dhcpd",
	Apps:  []string{"dhcpd", "dhclient", "dhcp6c", "dhcpcd", "dnsmasq-dhcp", "kea-dhcp4", "kea-dhcp6", "omshell", "dhcpdv6"},
	First: "D",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "DHCPDISCOVER ") || strings.HasPrefix(msg, "DHCPOFFER ") || strings.HasPrefix(msg, "DHCPREQUEST ") || strings.HasPrefix(msg, "DHCPACK ")
	},
	Parse: parseDHCPD,
}

func parseDHCPD(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.From(ev, "dhcp", "dhcp.log")
	ev.Set(event.NetworkProtocol, "dhcp")
	if m.App == "dhcp6c" || m.App == "kea-dhcp6" || m.App == "dhcpdv6" {
		ev.Set(event.NetworkProtocol, "dhcpv6")
	}
	ev.Set(event.NetworkTransport, "udp")
	text := m.Text
	// Infoblox repeats its own address before the message.
	if i := strings.Index(text, "DHCP"); i > 0 && i < 48 && strings.HasSuffix(text[:i], ": ") {
		text = text[i:]
	}
	word, rest := read.CutWord(text)
	switch word { // message names as in RFC 8415
	case "Solicit", "Advertise", "Request", "Confirm", "Renew", "Rebind", "Reply", "Release", "Decline", "Relay-forward", "Relay-reply", "Information-request":
		ev.Set(event.NetworkProtocol, "dhcpv6")
	case "Sending":
		if strings.Contains(rest, " to fe80:") || strings.Contains(rest, " port 546") {
			ev.Set(event.NetworkProtocol, "dhcpv6")
		}
	}
	kind, _, _ := strings.Cut(word, "(")
	action := ""
	switch kind {
	case "RELEASE":
		action = "dhcprelease"
	case "DHCPACK", "DHCPOFFER", "DHCPREQUEST", "DHCPDISCOVER", "DHCPNAK", "DHCPRELEASE", "DHCPINFORM", "DHCPDECLINE", "DHCPEXPIRE", "DHCPSOLICIT", "DHCPREPLY", "DHCPADVERTISE", "DHCPRENEW",
		"DHCPLEASEQUERY", "DHCPLEASEACTIVE":
		action = read.Lower(kind)
	}
	read.Classify(ev, read.CategoryNetwork, "protocol", action, "")
	if !dhcpTemplates.Match(kind, text, &k) && !dhcpTemplates.Match("*", text, &k) {
		dhcpWords(&k, text)
	}
	if strings.IndexByte(ev.Get(event.SourceIP), ':') >= 0 {
		ev.Set(event.NetworkProtocol, "dhcpv6")
	}
	if intf := ev.Get(event.ObserverIngressInterface); intf != "" {
		if _, vlan, ok := strings.Cut(intf, "."); ok && read.IsNumber(vlan) {
			ev.SetExtra(read.FieldVLAN, vlan)
			ev.SetExtra("observer.ingress.vlan.id", vlan)
		}
	}
	return true
}

// dhcpWords finds the address, the hardware address and the interface by the
// words before them.
func dhcpWords(k *read.Keyed, text string) {
	ev := k.Event
	last := ""
	for word := range strings.FieldsSeq(text) {
		bare := strings.TrimRight(word, ":,.")
		if ip, _ := read.ParseIP(bare); ip != "" {
			switch last {
			case "on", "for", "of", "address", "from", "to", "lease":
				k.Put(ip, dhcpClientIP)
			}
		} else if _, _, ok := read.ParseMACs(bare, 1); ok && len(bare) == 17 {
			k.Put(bare, dhcpClientMAC)
		} else if last == "via" || last == "on" && strings.HasPrefix(text, "Listening") || last == "interface" {
			if read.IsWord(bare) && !strings.Contains(bare, "/") {
				ev.Set(event.ObserverIngressInterface, bare)
			}
		} else if last == "port" && read.IsPort(bare) {
			read.SetPort(ev, event.SourcePort, bare)
			read.SetNamed(ev, "client.port", bare)
		}
		// Listening on BPF/eth0/5f:a5:54:63:cc:1f/10.1.1.0/24
		if parts := strings.Split(word, "/"); len(parts) > 2 {
			if mac, _, ok := read.ParseMACs(parts[2], 1); ok && len(parts[2]) == 17 {
				ev.Set(event.ObserverIngressInterface, parts[1])
				read.SetNamed(ev, "server.mac", mac)
				ev.Set(event.DestinationMAC, mac)
				read.SetNamed(ev, "client.mac", mac)
			}
		}
		last = bare
	}
}

var (
	dhcpClientIP  = read.NewBinding("client.ip source.ip")
	dhcpClientMAC = read.NewBinding("client.mac source.mac")
)

var dhcpTemplates = read.NewTemplates(`
DHCPDISCOVER network protocol dhcpdiscover - | DHCPDISCOVER from {client.mac source.mac} [[({client.domain}) ]]via {observer.ingress.interface.name}[[ TransID {dhcp.transaction_id} {}]][[ TransID {dhcp.transaction_id}]][[: {event.reason}]]
DHCPOFFER network protocol dhcpoffer - | DHCPOFFER on {client.ip source.ip} to {client.mac source.mac} [[({client.domain}) ]]via {observer.ingress.interface.name}[[ relay {}]]
DHCPREQUEST network protocol dhcprequest - | DHCPREQUEST for {client.ip source.ip} [[({server.ip destination.ip}) ]]from {client.mac source.mac} [[({client.domain}) ]]via {observer.ingress.interface.name}[[ TransID {}]][[: {event.reason}]]
DHCPACK network protocol dhcpack success | DHCPACK on {client.ip source.ip} to {client.mac source.mac} [[({client.domain}) ]]via {observer.ingress.interface.name}[[ relay {}]]
DHCPACK network protocol dhcpack success | DHCPACK to {client.ip source.ip} ({client.mac source.mac}) via {observer.ingress.interface.name}[[ TransID {}]]
DHCPNAK network protocol dhcpnak failure | DHCPNAK on {client.ip source.ip} to {client.mac source.mac} via {observer.ingress.interface.name}
DHCPRELEASE network protocol dhcprelease - | DHCPRELEASE of {client.ip source.ip} from {client.mac source.mac} [[({client.domain}) ]]via {observer.ingress.interface.name}[[ {}]]
DHCPINFORM network protocol dhcpinform - | DHCPINFORM from {client.ip source.ip} via {observer.ingress.interface.name}[[ {}]]
DHCPEXPIRE network protocol dhcpexpire - | DHCPEXPIRE on {client.ip source.ip} to {client.mac source.mac}
DHCPACK,DHCPREQUEST,DHCPDISCOVER,DHCPOFFER network protocol - - | {}({observer.ingress.interface.name}) {client.ip source.ip} {client.mac source.mac} {client.domain}
DHCPACK,DHCPREQUEST,DHCPDISCOVER,DHCPOFFER network protocol - - | {}({observer.ingress.interface.name}) {client.ip source.ip} {client.mac source.mac}
DHCPDISCOVER network protocol - - | {}({observer.ingress.interface.name}) {client.mac source.mac}
* network protocol - - | {} message from {client.ip source.ip} port {client.port source.port}, transaction ID {}
* network protocol - - | Encapsulated {} message from {client.ip source.ip} port {client.port source.port} {}
* network protocol - - | Encapsulating {} message to send to {client.ip source.ip} port {client.port source.port}
DHCPRELEASE,RELEASE network protocol dhcprelease - | RELEASE on {client.ip source.ip} to {client.mac source.mac}[[ {}]]
DHCPNAK network protocol dhcpnak failure | DHCPNAK on {client.ip source.ip} to {client.mac source.mac} {}
* network protocol - - | {}: address {client.ip source.ip} to client with duid {}
* network protocol - - | Sending {} to {client.ip source.ip} port {client.port source.port}
* network protocol - - | {}eusing lease for: {client.ip source.ip}, {}
`)
