package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// w3c reads the lines of W3C extended logs as IIS writes them
// (https://www.w3.org/TR/WD-logfile; IIS: "W3C Logging"), and of HTTP.sys's
// error log. Lines do not say which columns they have; they are found by the
// method and by the status:
//
//	2026-03-01 10:00:00 10.1.1.5 GET /a b=c 443 - 203.0.113.7 Mozilla/5.0+(X11) https://ref.example/ 200 0 0 15
//	2026-03-01 10:00:00 W3SVC1 WEB1 10.1.1.5 GET /a b=c 443 - 203.0.113.7 HTTP/1.1 Mozilla/5.0 - - www.example 200 0 0 512 300 15
//	2026-03-01 10:00:00 203.0.113.7 2094 10.1.1.5 80 HTTP/1.1 GET /a 503 - ConnLimit -
var w3c = parser{
	name:  "w3c",
	bare:  true,
	first: "0-9",
	recognize: func(msg string) bool {
		return len(msg) > 40 && msg[4] == '-' && msg[10] == ' ' && msg[13] == ':' && msg[19] == ' ' && methodIn(msg[20:min(len(msg), 200)])
	},
	parse: parseW3C,
}

var httpMethods = [...]string{"GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PROPFIND", "PATCH", "CONNECT", "TRACE", "DEBUG", "MKCOL", "REPORT", "SEARCH", "RPC_IN_DATA", "RPC_OUT_DATA"}

func isMethod(s string) bool {
	for _, m := range httpMethods {
		if s == m {
			return true
		}
	}
	return false
}

func methodIn(s string) bool {
	for rest := s; rest != ""; {
		var word string
		word, rest = cutWord(rest)
		if isMethod(word) || strings.HasPrefix(word, "HTTP/") {
			return true
		}
	}
	return strings.Contains(s, " - - - - ")
}

func parseW3C(m *message, ev *event.Event) bool {
	var f [40]string
	n := 0
	for rest := m.text[20:]; rest != "" && n < len(f); {
		f[n], rest = cutWord(rest)
		n++
	}
	k := keyed{ev: ev, loc: time.UTC} // the format's times are UTC
	ip0, _ := w3cIP(f[0])
	ip2, _ := w3cIP(f[2])
	if ip0 != "" && isPort(f[1]) && ip2 != "" && n >= 8 {
		return k.httpErr(m.text[:19], f[:n])
	}
	method := -1
	for i := 1; i < n && i < 6; i++ {
		if isMethod(f[i]) {
			method = i
			break
		}
	}
	if method < 1 || method+6 >= n {
		return false
	}
	server, _ := w3cIP(f[method-1])
	client, _ := w3cIP(f[method+5])
	status := -1
	for i := method + 6; i+2 < n; i++ {
		if len(f[i]) == 3 && isNumber(f[i]) && isNumber(f[i+1]) && isNumber(f[i+2]) {
			status = i
			break
		}
	}
	if client == "" && server == "" || status < 0 {
		return false
	}
	setTime(ev, m.text[:19], k.loc)
	if method >= 2 && isHostName(f[method-2]) {
		ev.Delete(event.HostName)
		ev.Set(event.HostName, lower(f[method-2]))
	}
	setDestination(ev, server)
	setSource(ev, client)
	ev.Set(event.HTTPRequestMethod, f[method])
	if f[method+1] != "-" {
		setURL(ev, f[method+1])
	}
	if f[method+2] != "-" {
		setNamed(ev, fieldURLQuery, plusBlank(f[method+2]))
	}
	setPort(ev, event.DestinationPort, f[method+3])
	if user := f[method+4]; user != "-" {
		setUser(ev, event.UserName, user)
	}
	at := method + 6
	if strings.HasPrefix(f[at], "HTTP/") {
		setNamed(ev, "http.version", f[at][len("HTTP/"):])
		at++
	}
	if at < status && f[at] != "-" {
		ev.Set(event.UserAgentOriginal, plusBlank(f[at]))
	}
	// Behind the agent: [cookie] referrer [host].
	switch loose := f[min(at+1, status):status]; len(loose) {
	case 1:
		w3cReferrer(ev, loose[0])
	case 2:
		w3cReferrer(ev, loose[0])
		w3cHost(ev, loose[1])
	case 3:
		w3cReferrer(ev, loose[1])
		w3cHost(ev, loose[2])
	}
	ev.Set(event.HTTPResponseStatusCode, f[status])
	setNamed(ev, "iis.sub_status", f[status+1])
	setNamed(ev, "iis.win32_status", f[status+2])
	tail := f[status+3 : n]
	numbers := 0
	for numbers < len(tail) && isNumber(tail[numbers]) {
		numbers++
	}
	taken := ""
	switch {
	case numbers >= 3:
		setNamed(ev, "http.response.body.bytes", tail[0])
		setNamed(ev, "http.request.body.bytes", tail[1])
		taken = tail[2]
	case numbers > 0:
		taken = tail[0]
	}
	if ns, ok := scaled(taken, 6); ok {
		ev.SetExtra(fieldDuration, ns)
	}
	if numbers < len(tail) {
		forwarded, _, _ := strings.Cut(tail[numbers], ",")
		if ip, _ := proseIP(forwarded); ip != "" {
			setNamed(ev, "network.forwarded_ip", ip)
		}
	}
	from(ev, "iis", "iis.access")
	k.webAccess()
	return true
}

// w3cIP reads an address, also with a zone (::1%0) or written as a link by
// software that means well ([10.1.1.5](http://10.1.1.5)).
func w3cIP(s string) (ip string, v6 bool) {
	if strings.HasPrefix(s, "[") {
		if text, _, ok := strings.Cut(s[1:], "]("); ok {
			s = text
		}
	}
	return parseIP(s)
}

func w3cReferrer(ev *event.Event, s string) {
	if s != "-" {
		setNamed(ev, "http.request.referrer", s)
	}
}

func w3cHost(ev *event.Event, s string) {
	if s != "-" {
		ev.Set(event.URLDomain, s)
		setAddress(ev, event.None, event.DestinationDomain, s)
	}
}

// plusBlank undoes the + that W3C logs write for a blank.
func plusBlank(s string) string {
	if strings.IndexByte(s, '+') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "+", " ")
}

func (k *keyed) httpErr(stamp string, f []string) bool {
	ev := k.ev
	setTime(ev, stamp, k.loc)
	setSource(ev, f[0])
	setPort(ev, event.SourcePort, f[1])
	setDestination(ev, f[2])
	setPort(ev, event.DestinationPort, f[3])
	if version, ok := strings.CutPrefix(f[4], "HTTP/"); ok {
		setNamed(ev, "http.version", version)
	}
	if f[5] != "-" {
		ev.Set(event.HTTPRequestMethod, f[5])
	}
	if f[6] != "-" {
		setURL(ev, f[6])
	}
	ev.Set(event.HTTPResponseStatusCode, numeric(f[7]))
	if len(f) > 9 && f[9] != "-" {
		ev.Set(event.EventReason, f[9])
	}
	from(ev, "iis", "iis.error")
	k.webAccess()
	return true
}
