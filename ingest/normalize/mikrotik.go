package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// mikroTik reads RouterOS: topics, an optional prefix, and sentences:
//
//	firewall,info input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:11:22:33:44:55, proto TCP (SYN), 203.0.113.7:51234->192.0.2.2:22, len 60
//	system,error,critical login failure for user admin from 203.0.113.7 via ssh
var mikroTik = parser{
	name:  "mikrotik",
	first: "^{",
	recognize: func(msg string) bool {
		if strings.IndexByte(msg, '>') > 0 && strings.Contains(msg, "->") && strings.Contains(msg, "proto ") && strings.Contains(msg, "in:") {
			return true
		}
		topics, _ := cutWord(msg)
		first, rest, ok := strings.Cut(topics, ",")
		return ok && rest != "" && mikroTikTopics[first]
	},
	parse: parseMikroTik,
}

var mikroTikTopics = map[string]bool{"firewall": true, "system": true, "dhcp": true, "wireless": true, "interface": true, "ipsec": true, "ppp": true, "l2tp": true, "pptp": true, "ovpn": true, "sstp": true,
	"hotspot": true, "script": true, "dns": true, "web-proxy": true, "account": true, "caps": true, "route": true, "bridge": true, "backup": true, "certificate": true, "wireguard": true, "radius": true, "ssh": true, "critical": true, "error": true}

func parseMikroTik(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	topics, rest := cutWord(text)
	if strings.IndexByte(topics, ',') > 0 && mikroTikTopics[topics[:strings.IndexByte(topics, ',')]] {
		setNamed(ev, "mikrotik.topics", strings.ReplaceAll(topics, ",", event.Separator))
		text = rest
	}
	if i := strings.Index(text, "in:"); i >= 0 && strings.Contains(text, "proto ") {
		k.mikroTikFirewall(text, i)
	} else if !mikroTikTemplates.match("*", text, &k) {
		if topics == "" || text == m.text {
			return false
		}
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "", proseOutcome(text))
		}
	}
	observe(ev, "MikroTik", "RouterOS", "network")
	from(ev, "mikrotik", "mikrotik.log")
	return true
}

// mikroTikFirewall reads "[prefix] chain: in:a out:b, src-mac m, proto TCP
// (SYN), a:p->b:q, NAT ..., len 60".
func (k *keyed) mikroTikFirewall(text string, at int) {
	ev := k.ev
	prefix := strings.TrimSpace(text[:at])
	prefix = strings.TrimSuffix(prefix, ":")
	label, chain, ok := cutLast(prefix, " ")
	if !ok {
		label, chain = "", prefix
	}
	setNamed(ev, "mikrotik.chain", chain)
	ev.Set(event.RuleName, strings.TrimSpace(label))
	for part := range strings.SplitSeq(text[at:], ", ") {
		part = strings.TrimSpace(part)
		switch {
		case strings.HasPrefix(part, "in:"):
			in, out, _ := strings.Cut(part[len("in:"):], " out:")
			if !strings.HasPrefix(in, "(") {
				ev.Set(event.ObserverIngressInterface, in)
			}
			out, _ = cutWord(out)
			if !strings.HasPrefix(out, "(") {
				ev.Set(event.ObserverEgressInterface, out)
			}
			if _, mac, ok := strings.Cut(part, "src-mac "); ok {
				setMAC(ev, event.SourceMAC, mac)
			}
		case strings.Contains(part, "src-mac "):
			_, mac, _ := strings.Cut(part, "src-mac ")
			setMAC(ev, event.SourceMAC, mac)
		case strings.HasPrefix(part, "proto "):
			proto, _ := cutWord(part[len("proto "):])
			setTransport(ev, lower(proto))
		case strings.Contains(part, "->") && !strings.HasPrefix(part, "NAT "):
			src, dst, _ := strings.Cut(part, "->")
			if ip, port := proseIP(src); ip != "" {
				setSource(ev, ip)
				setPort(ev, event.SourcePort, port)
			}
			if ip, port := proseIP(dst); ip != "" {
				setDestination(ev, ip)
				setPort(ev, event.DestinationPort, port)
			}
		case strings.HasPrefix(part, "len "):
			setNumber(ev, event.NetworkBytes, part[len("len "):])
		}
	}
	switch words := lower(label); {
	case strings.Contains(words, "drop") || strings.Contains(words, "deny") || strings.Contains(words, "block") || strings.Contains(words, "reject"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(words, "accept") || strings.Contains(words, "allow") || strings.Contains(words, "pass"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	default:
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	}
}

var mikroTikTemplates = newTemplates(`
* authentication start logon-failed failure | login failure for user {user.name} from {source.ip} via {network.protocol}
* authentication start logon-success success | user {user.name} logged in from {source.ip} via {network.protocol}
* authentication end logoff success | user {user.name} logged out from {source.ip} via {network.protocol}
* authentication start logon-success success | user {user.name} logged in via {network.protocol}
* network protocol dhcpack success | {} assigned {client.ip source.ip} [[for ]][[to ]]{client.mac source.mac}[[ {client.domain}]]
* network protocol dhcprelease - | {} deassigned {client.ip source.ip} [[for ]][[from ]]{client.mac source.mac}[[ {client.domain}]]
* network info - - | {source.mac}@{observer.ingress.interface.name}: {event.reason}
* network info - - | {observer.ingress.interface.name} link {event.reason}
`)
