package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// mailPairs reads the pairs of a line: from=<a@example.org>, size=1746.
func (k *keyed) mailPairs(text string) {
	ev := k.ev
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
			setNamed(ev, "email.from.address", value)
		case "to", "orig_to":
			if name == "to" {
				setNamed(ev, "email.to.address", value)
			}
		case "message-id":
			setNamed(ev, "email.message_id", value)
		case "client", "host":
			k.mailPeer(value)
		case "sasl_username", "user":
			ev.Set(event.UserName, value)
		case "rip":
			setSource(ev, value)
		case "lip":
			setDestination(ev, value)
		case "rport":
			setPort(ev, event.SourcePort, value)
		case "lport":
			setPort(ev, event.DestinationPort, value)
		case "dsn":
			setNamed(ev, "postfix.dsn", value)
		case "address":
			setSource(ev, value)
		case "relay":
			if host, ip, ok := strings.Cut(value, "["); ok {
				ip, _, _ = strings.Cut(ip, "]")
				k.mailEnd(true, host, ip, "")
			}
		}
	}
}

// mailPeer reads name[192.0.2.1].
func (k *keyed) mailPeer(s string) {
	host, ip, _ := strings.Cut(s, "[")
	ip, _, _ = strings.Cut(ip, "]")
	k.mailEnd(false, host, ip, "")
}

// mailEnd stores one end of a connection between mail servers: the one that
// is connected to when it goes outward, else the one that connects.
func (k *keyed) mailEnd(outward bool, name, ip, port string) {
	address, domain, portField := event.SourceIP, event.SourceDomain, event.SourcePort
	if outward {
		address, domain, portField = event.DestinationIP, event.DestinationDomain, event.DestinationPort
	}
	setAddress(k.ev, address, domain, ip)
	setAddress(k.ev, address, domain, name)
	setPort(k.ev, portField, port)
}
