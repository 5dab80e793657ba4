package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// haproxy reads the HTTP and TCP logs of HAProxy (its configuration manual,
// "Log formats"):
//
//	203.0.113.7:33317 [01/Mar/2026:10:00:00.655] in~ be/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {host} {} "GET / HTTP/1.1"
var haproxy = parser{
	name:  "haproxy",
	bare:  true,
	first: "^{",
	recognize: func(msg string) bool {
		i := strings.IndexByte(msg[:min(len(msg), 64)], ' ')
		return i > 0 && len(msg) > i+27 && msg[i+1] == '[' && msg[i+4] == '/' && msg[i+8] == '/' && msg[i+13] == ':' && msg[i+22] == '.'
	},
	parse: parseHAProxy,
}

func parseHAProxy(m *message, ev *event.Event) bool {
	client, rest, _ := strings.Cut(m.text, " [")
	stamp, rest, ok := strings.Cut(rest, "] ")
	if !ok {
		return false
	}
	var f [12]string
	n := 0
	line := rest
	for rest != "" && n < len(f) {
		f[n], rest = cutWord(rest)
		n++
	}
	timers := -1 // the word of numbers with slashes
	for i := 1; i < n && i < 5; i++ {
		if c := strings.Count(f[i], "/"); c >= 2 && (f[i][0] == '-' || '0' <= f[i][0] && f[i][0] <= '9') {
			timers = i
			break
		}
	}
	if timers < 2 || timers+2 >= n {
		return false
	}
	host, port, ok := cutLast(client, ":")
	if !ok || !isPort(port) {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	setTime(ev, stamp, m.loc)
	if host != "-" {
		setSource(ev, strings.Trim(host, "[]"))
	}
	setPort(ev, event.SourcePort, port)
	if timers == 3 {
		setDestination(ev, f[2])
	}
	setNamed(ev, "haproxy.frontend_name", strings.TrimSuffix(f[0], "~"))
	backend, server, _ := strings.Cut(f[1], "/")
	setNamed(ev, "haproxy.backend_name", backend)
	setNamed(ev, "haproxy.server_name", server)
	total := f[timers][strings.LastIndexByte(f[timers], '/')+1:]
	if ns, ok := scaled(strings.TrimPrefix(total, "+"), 6); ok {
		ev.SetExtra(fieldDuration, ns)
	}
	from(ev, "haproxy", "haproxy.log")
	if quote := strings.IndexByte(line, '"'); quote >= 0 {
		ev.Set(event.HTTPResponseStatusCode, numeric(f[timers+1]))
		setNamed(ev, "http.response.bytes", numeric(strings.TrimPrefix(f[timers+2], "+")))
		request, _, _ := strings.Cut(line[quote+1:], `"`)
		requestLine(ev, request)
		k.webAccess()
		return true
	}
	ev.Set(event.DestinationBytes, numeric(strings.TrimPrefix(f[timers+1], "+")))
	classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	return true
}
