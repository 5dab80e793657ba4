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

// squid reads the access log of the proxy Squid, native format
// (https://wiki.squid-cache.org/Features/LogFormat):
//
//	1772359200.253    325 10.1.1.5 TCP_MISS/304 2912 GET https://www.example/ - HIER_DIRECT/198.51.100.7 -
var squid = parser{
	name:      "squid",
	bare:      true,
	first:     "0-9[",
	recognize: func(msg string) bool { return squidStart(msg) != "" },
	parse:     parseSquid,
}

// squidStart returns the line from its time on; mail programs and wikis make
// links of numbers: [1772359200.253 325](tel:1772359200.253 325).
func squidStart(msg string) string {
	s := msg
	if strings.HasPrefix(s, "[") {
		inner, rest, ok := strings.Cut(s[1:], "](tel:")
		if !ok {
			return ""
		}
		_, rest, _ = strings.Cut(rest, ")")
		s = inner + rest
	}
	if len(s) < 40 || s[10] != '.' || !isNumber(s[:10]) || !isNumber(s[11:14]) || s[14] != ' ' {
		return ""
	}
	if !strings.Contains(s[:min(len(s), 120)], "_") || strings.Count(s[:min(len(s), 160)], "/") < 1 {
		return ""
	}
	return s
}

func parseSquid(m *message, ev *event.Event) bool {
	s := squidStart(m.text)
	var f [12]string
	n := 0
	for rest := s; rest != "" && n < len(f); {
		rest = strings.TrimLeft(rest, " ")
		f[n], rest = cutWord(rest)
		n++
	}
	if n < 9 || !strings.Contains(f[3], "/") {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	setTime(ev, f[0], m.loc)
	if ns, ok := scaled(f[1], 6); ok {
		ev.SetExtra(fieldDuration, ns)
	}
	setSource(ev, f[2])
	result, status, _ := strings.Cut(f[3], "/")
	setNamed(ev, "squid.result", result)
	if status != "000" {
		ev.Set(event.HTTPResponseStatusCode, numeric(status))
	}
	setNamed(ev, "http.response.bytes", numeric(f[4]))
	ev.Set(event.HTTPRequestMethod, f[5])
	setURL(ev, f[6])
	if f[7] != "-" {
		k.bindUser(proseUserBinding, f[7])
	}
	if hierarchy, peer, ok := strings.Cut(f[8], "/"); ok && peer != "-" {
		setNamed(ev, "squid.hierarchy", hierarchy)
		setDestination(ev, peer)
	}
	if n > 9 && f[9] != "-" {
		setNamed(ev, "http.response.mime_type", f[9])
	}
	from(ev, "squid", "squid.access")
	k.webAccess()
	if strings.Contains(result, "DENIED") {
		k.webVerdict("deny")
	}
	return true
}

var proseUserBinding = target("user.name")
