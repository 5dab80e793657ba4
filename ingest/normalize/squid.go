package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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
