package mail

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// mailPairs reads the pairs of a line: from=<a@example.org>, size=1746.
func mailPairs(k *read.Keyed, text string) {
	ev := k.Event
	for rest, n := text, 0; rest != "" && n < 64; n++ {
		var pair string
		if i := strings.IndexAny(rest, ", "); i >= 0 {
			pair, rest = rest[:i], strings.TrimLeft(rest[i:], ", ")
		} else {
			pair, rest = rest, ""
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		value = strings.Trim(value, "<>")
		if value == "" {
			continue
		}
		switch name {
		case "from":
			read.SetNamed(ev, "email.from.address", value)
		case "to", "orig_to":
			if name == "to" {
				read.SetNamed(ev, "email.to.address", value)
			}
		case "message-id":
			read.SetNamed(ev, "email.message_id", value)
		case "client", "host":
			mailPeer(k, value)
		case "sasl_username", "user":
			ev.Set(event.UserName, value)
		case "rip":
			read.SetSource(ev, value)
		case "lip":
			read.SetDestination(ev, value)
		case "rport":
			read.SetPort(ev, event.SourcePort, value)
		case "lport":
			read.SetPort(ev, event.DestinationPort, value)
		case "dsn":
			read.SetNamed(ev, "postfix.dsn", value)
		case "address":
			read.SetSource(ev, value)
		case "relay":
			if host, ip, ok := strings.Cut(value, "["); ok {
				ip, _, _ = strings.Cut(ip, "]")
				mailEnd(k, true, host, ip, "")
			}
		}
	}
}

// mailPeer reads name[192.0.2.1].
func mailPeer(k *read.Keyed, s string) {
	host, ip, _ := strings.Cut(s, "[")
	ip, _, _ = strings.Cut(ip, "]")
	mailEnd(k, false, host, ip, "")
}

// mailEnd stores the remote end of a connection between mail servers: the
// server connected to if it is outbound, else the one that connects.
func mailEnd(k *read.Keyed, outward bool, name, ip, port string) {
	address, domain, portField := event.SourceIP, event.SourceDomain, event.SourcePort
	if outward {
		address, domain, portField = event.DestinationIP, event.DestinationDomain, event.DestinationPort
	}
	read.SetAddress(k.Event, address, domain, ip)
	read.SetAddress(k.Event, address, domain, name)
	read.SetPort(k.Event, portField, port)
}
