package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Squid reads the access log of the proxy Squid in its native format
// (https://wiki.squid-cache.org/Features/LogFormat):
//
//	1772359200.253    325 10.1.1.5 TCP_MISS/304 2912 GET https://www.example/ - HIER_DIRECT/198.51.100.7 -
var Squid = read.Parser{
	Name:      "squid",
	Bare:      true,
	First:     "0-9[",
	Recognize: func(msg string) bool { return squidStart(msg) != "" },
	Parse:     parseSquid,
}

// squidStart returns the line from its time on; mail programs and wikis turn
// numbers into links: [1772359200.253 325](tel:1772359200.253 325).
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
	if len(s) < 40 || s[10] != '.' || !read.IsNumber(s[:10]) || !read.IsNumber(s[11:14]) || s[14] != ' ' {
		return ""
	}
	if !strings.Contains(s[:min(len(s), 120)], "_") || strings.Count(s[:min(len(s), 160)], "/") < 1 {
		return ""
	}
	return s
}

func parseSquid(m *read.Message, ev *event.Event) bool {
	s := squidStart(m.Text)
	var f [12]string
	n := 0
	for rest := s; rest != "" && n < len(f); {
		rest = strings.TrimLeft(rest, " ")
		f[n], rest = read.CutWord(rest)
		n++
	}
	if n < 9 || !strings.Contains(f[3], "/") {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.SetTime(ev, f[0], m.Location)
	if ns, ok := read.Scaled(f[1], 6); ok {
		ev.SetExtra(read.FieldDuration, ns)
	}
	read.SetSource(ev, f[2])
	result, status, _ := strings.Cut(f[3], "/")
	read.SetNamed(ev, "squid.result", result)
	if status != "000" {
		ev.Set(event.HTTPResponseStatusCode, read.Numeric(status))
	}
	read.SetNamed(ev, "http.response.bytes", read.Numeric(f[4]))
	ev.Set(event.HTTPRequestMethod, f[5])
	read.SetURL(ev, f[6])
	if f[7] != "-" {
		k.BindUser(proseUserBinding, f[7])
	}
	if hierarchy, peer, ok := strings.Cut(f[8], "/"); ok && peer != "-" {
		read.SetNamed(ev, "squid.hierarchy", hierarchy)
		read.SetDestination(ev, peer)
	}
	if n > 9 && f[9] != "-" {
		read.SetNamed(ev, "http.response.mime_type", f[9])
	}
	read.From(ev, "squid", "squid.access")
	k.WebAccess()
	if strings.Contains(result, "DENIED") {
		k.WebVerdict("deny")
	}
	return true
}

var proseUserBinding = read.NewBinding("user.name")
