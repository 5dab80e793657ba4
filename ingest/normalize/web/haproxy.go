package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// HAProxy reads the HTTP and TCP logs of HAProxy (its configuration manual,
// "Log formats"):
//
//	203.0.113.7:33317 [01/Mar/2026:10:00:00.655] in~ be/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {host} {} "GET / HTTP/1.1"
var HAProxy = read.Parser{
	Name:  "haproxy",
	Bare:  true,
	First: "^{",
	Recognize: func(msg string) bool {
		i := strings.IndexByte(msg[:min(len(msg), 64)], ' ')
		return i > 0 && len(msg) > i+27 && msg[i+1] == '[' && msg[i+4] == '/' && msg[i+8] == '/' && msg[i+13] == ':' && msg[i+22] == '.'
	},
	Parse: parseHAProxy,
}

func parseHAProxy(m *read.Message, ev *event.Event) bool {
	client, rest, _ := strings.Cut(m.Text, " [")
	stamp, rest, ok := strings.Cut(rest, "] ")
	if !ok {
		return false
	}
	var f [12]string
	n := 0
	line := rest
	for rest != "" && n < len(f) {
		f[n], rest = read.CutWord(rest)
		n++
	}
	timers := -1 // the word of numbers separated by slashes
	for i := 1; i < n && i < 5; i++ {
		if c := strings.Count(f[i], "/"); c >= 2 && (f[i][0] == '-' || '0' <= f[i][0] && f[i][0] <= '9') {
			timers = i
			break
		}
	}
	if timers < 2 || timers+2 >= n {
		return false
	}
	host, port, ok := read.CutLast(client, ":")
	if !ok || !read.IsPort(port) {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.SetTime(ev, stamp, m.Location)
	if host != "-" {
		read.SetSource(ev, strings.Trim(host, "[]"))
	}
	read.SetPort(ev, event.SourcePort, port)
	if timers == 3 {
		read.SetDestination(ev, f[2])
	}
	read.SetNamed(ev, "haproxy.frontend_name", strings.TrimSuffix(f[0], "~"))
	backend, server, _ := strings.Cut(f[1], "/")
	read.SetNamed(ev, "haproxy.backend_name", backend)
	read.SetNamed(ev, "haproxy.server_name", server)
	total := f[timers][strings.LastIndexByte(f[timers], '/')+1:]
	if ns, ok := read.Scaled(strings.TrimPrefix(total, "+"), 6); ok {
		ev.SetExtra(read.FieldDuration, ns)
	}
	read.From(ev, "haproxy", "haproxy.log")
	if quote := strings.IndexByte(line, '"'); quote >= 0 {
		ev.Set(event.HTTPResponseStatusCode, read.Numeric(f[timers+1]))
		read.SetNamed(ev, "http.response.bytes", read.Numeric(strings.TrimPrefix(f[timers+2], "+")))
		request, _, _ := strings.Cut(line[quote+1:], `"`)
		read.RequestLine(ev, request)
		k.WebAccess()
		return true
	}
	ev.Set(event.DestinationBytes, read.Numeric(strings.TrimPrefix(f[timers+1], "+")))
	read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	return true
}
