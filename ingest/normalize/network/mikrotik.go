package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// MikroTik reads RouterOS: topics, an optional prefix, and sentences:
//
//	firewall,info input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:11:22:33:44:55, proto TCP (SYN), 203.0.113.7:51234->192.0.2.2:22, len 60
//	system,error,critical login failure for user admin from 203.0.113.7 via ssh
var MikroTik = read.Parser{
	Name:  "mikrotik",
	First: "^{",
	Recognize: func(msg string) bool {
		if strings.IndexByte(msg, '>') > 0 && strings.Contains(msg, "->") && strings.Contains(msg, "proto ") && strings.Contains(msg, "in:") {
			return true
		}
		topics, _ := read.CutWord(msg)
		first, rest, ok := strings.Cut(topics, ",")
		return ok && rest != "" && mikroTikTopics[first]
	},
	Parse: parseMikroTik,
}

var mikroTikTopics = map[string]bool{"firewall": true, "system": true, "dhcp": true, "wireless": true, "interface": true, "ipsec": true, "ppp": true, "l2tp": true, "pptp": true, "ovpn": true, "sstp": true,
	"hotspot": true, "script": true, "dns": true, "web-proxy": true, "account": true, "caps": true, "route": true, "bridge": true, "backup": true, "certificate": true, "wireguard": true, "radius": true, "ssh": true, "critical": true, "error": true}

func parseMikroTik(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	topics, rest := read.CutWord(text)
	if strings.IndexByte(topics, ',') > 0 && mikroTikTopics[topics[:strings.IndexByte(topics, ',')]] {
		read.SetNamed(ev, "mikrotik.topics", strings.ReplaceAll(topics, ",", event.Separator))
		text = rest
	}
	if i := strings.Index(text, "in:"); i >= 0 && strings.Contains(text, "proto ") {
		mikroTikFirewall(&k, text, i)
	} else if !mikroTikTemplates.Match("*", text, &k) {
		if topics == "" || text == m.Text {
			return false
		}
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "", read.ProseOutcome(text))
		}
	}
	read.Observe(ev, "MikroTik", "RouterOS", "network")
	read.From(ev, "mikrotik", "mikrotik.log")
	return true
}

// mikroTikFirewall reads "[prefix] chain: in:a out:b, src-mac m, proto TCP
// (SYN), a:p->b:q, NAT ..., len 60".
func mikroTikFirewall(k *read.Keyed, text string, at int) {
	ev := k.Event
	prefix := strings.TrimSpace(text[:at])
	prefix = strings.TrimSuffix(prefix, ":")
	label, chain, ok := read.CutLast(prefix, " ")
	if !ok {
		label, chain = "", prefix
	}
	read.SetNamed(ev, "mikrotik.chain", chain)
	ev.Set(event.RuleName, strings.TrimSpace(label))
	for part := range strings.SplitSeq(text[at:], ", ") {
		part = strings.TrimSpace(part)
		switch {
		case strings.HasPrefix(part, "in:"):
			in, out, _ := strings.Cut(part[len("in:"):], " out:")
			if !strings.HasPrefix(in, "(") {
				ev.Set(event.ObserverIngressInterface, in)
			}
			out, _ = read.CutWord(out)
			if !strings.HasPrefix(out, "(") {
				ev.Set(event.ObserverEgressInterface, out)
			}
			if _, mac, ok := strings.Cut(part, "src-mac "); ok {
				read.SetMAC(ev, event.SourceMAC, mac)
			}
		case strings.Contains(part, "src-mac "):
			_, mac, _ := strings.Cut(part, "src-mac ")
			read.SetMAC(ev, event.SourceMAC, mac)
		case strings.HasPrefix(part, "proto "):
			proto, _ := read.CutWord(part[len("proto "):])
			read.SetTransport(ev, read.Lower(proto))
		case strings.Contains(part, "->") && !strings.HasPrefix(part, "NAT "):
			src, dst, _ := strings.Cut(part, "->")
			if ip, port := read.ProseIP(src); ip != "" {
				read.SetSource(ev, ip)
				read.SetPort(ev, event.SourcePort, port)
			}
			if ip, port := read.ProseIP(dst); ip != "" {
				read.SetDestination(ev, ip)
				read.SetPort(ev, event.DestinationPort, port)
			}
		case strings.HasPrefix(part, "len "):
			read.SetNumber(ev, event.NetworkBytes, part[len("len "):])
		}
	}
	switch words := read.Lower(label); {
	case strings.Contains(words, "drop") || strings.Contains(words, "deny") || strings.Contains(words, "block") || strings.Contains(words, "reject"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(words, "accept") || strings.Contains(words, "allow") || strings.Contains(words, "pass"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	default:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	}
}

var mikroTikTemplates = read.NewTemplates(`
* authentication start logon-failed failure | login failure for user {user.name} from {source.ip} via {network.protocol}
* authentication start logon-success success | user {user.name} logged in from {source.ip} via {network.protocol}
* authentication end logoff success | user {user.name} logged out from {source.ip} via {network.protocol}
* authentication start logon-success success | user {user.name} logged in via {network.protocol}
* network protocol dhcpack success | {} assigned {client.ip source.ip} [[for ]][[to ]]{client.mac source.mac}[[ {client.domain}]]
* network protocol dhcprelease - | {} deassigned {client.ip source.ip} [[for ]][[from ]]{client.mac source.mac}[[ {client.domain}]]
* network info - - | {source.mac}@{observer.ingress.interface.name}: {event.reason}
* network info - - | {observer.ingress.interface.name} link {event.reason}
`)
