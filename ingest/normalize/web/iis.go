package web

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// W3C reads lines of W3C extended logs as written by IIS
// (https://www.w3.org/TR/WD-logfile; IIS: "W3C Logging"), and of HTTP.sys's
// error log. Lines do not say which columns they have; these are worked out
// from the method and the status:
//
//	2026-03-01 10:00:00 10.1.1.5 GET /a b=c 443 - 203.0.113.7 Mozilla/5.0+(X11) https://ref.example/ 200 0 0 15
//	2026-03-01 10:00:00 W3SVC1 WEB1 10.1.1.5 GET /a b=c 443 - 203.0.113.7 HTTP/1.1 Mozilla/5.0 - - www.example 200 0 0 512 300 15
//	2026-03-01 10:00:00 203.0.113.7 2094 10.1.1.5 80 HTTP/1.1 GET /a 503 - ConnLimit -
var W3C = read.Parser{
	Name:  "w3c",
	Bare:  true,
	First: "0-9",
	Recognize: func(msg string) bool {
		return len(msg) > 40 && msg[4] == '-' && msg[10] == ' ' && msg[13] == ':' && msg[19] == ' ' && methodIn(msg[20:min(len(msg), 200)])
	},
	Parse: parseW3C,
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
		word, rest = read.CutWord(rest)
		if isMethod(word) || strings.HasPrefix(word, "HTTP/") {
			return true
		}
	}
	return strings.Contains(s, " - - - - ")
}

func parseW3C(m *read.Message, ev *event.Event) bool {
	var f [40]string
	n := 0
	for rest := m.Text[20:]; rest != "" && n < len(f); {
		f[n], rest = read.CutWord(rest)
		n++
	}
	k := read.Keyed{Event: ev, Location: time.UTC} // the format's times are UTC
	ip0, _ := w3cIP(f[0])
	ip2, _ := w3cIP(f[2])
	if ip0 != "" && read.IsPort(f[1]) && ip2 != "" && n >= 8 {
		return httpErr(&k, m.Text[:19], f[:n])
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
		if len(f[i]) == 3 && read.IsNumber(f[i]) && read.IsNumber(f[i+1]) && read.IsNumber(f[i+2]) {
			status = i
			break
		}
	}
	if client == "" && server == "" || status < 0 {
		return false
	}
	read.SetTime(ev, m.Text[:19], k.Location)
	if method >= 2 && read.IsHostName(f[method-2]) {
		ev.Delete(event.HostName)
		ev.Set(event.HostName, read.Lower(f[method-2]))
	}
	read.SetDestination(ev, server)
	read.SetSource(ev, client)
	w3cRequest(ev, f[method:status])
	ev.Set(event.HTTPResponseStatusCode, f[status])
	read.SetNamed(ev, "iis.sub_status", f[status+1])
	read.SetNamed(ev, "iis.win32_status", f[status+2])
	w3cTail(ev, f[status+3:n])
	read.From(ev, "iis", "iis.access")
	k.WebAccess()
	return true
}

// w3cRequest reads what is between the method and the status: stem, query,
// port, user, client, optional HTTP version, agent, cookie, referrer, host.
func w3cRequest(ev *event.Event, f []string) {
	ev.Set(event.HTTPRequestMethod, f[0])
	if f[1] != "-" {
		read.SetURL(ev, f[1])
	}
	if f[2] != "-" {
		read.SetNamed(ev, read.FieldURLQuery, plusBlank(f[2]))
	}
	read.SetPort(ev, event.DestinationPort, f[3])
	if user := f[4]; user != "-" {
		read.SetUser(ev, event.UserName, user)
	}
	at := 6
	if strings.HasPrefix(f[at], "HTTP/") {
		read.SetNamed(ev, "http.version", f[at][len("HTTP/"):])
		at++
	}
	if at < len(f) && f[at] != "-" {
		ev.Set(event.UserAgentOriginal, plusBlank(f[at]))
	}
	// After the agent: [cookie] referrer [host].
	switch loose := f[min(at+1, len(f)):]; len(loose) {
	case 1:
		w3cReferrer(ev, loose[0])
	case 2:
		w3cReferrer(ev, loose[0])
		w3cHost(ev, loose[1])
	case 3:
		w3cReferrer(ev, loose[1])
		w3cHost(ev, loose[2])
	}
}

// w3cTail reads what follows the three status columns: bytes sent and
// received, milliseconds, whom it was forwarded for.
func w3cTail(ev *event.Event, tail []string) {
	numbers := 0
	for numbers < len(tail) && read.IsNumber(tail[numbers]) {
		numbers++
	}
	taken := ""
	switch {
	case numbers >= 3:
		read.SetNamed(ev, "http.response.body.bytes", tail[0])
		read.SetNamed(ev, "http.request.body.bytes", tail[1])
		taken = tail[2]
	case numbers > 0:
		taken = tail[0]
	}
	if ns, ok := read.Scaled(taken, 6); ok {
		ev.SetExtra(read.FieldDuration, ns)
	}
	if numbers < len(tail) {
		forwarded, _, _ := strings.Cut(tail[numbers], ",")
		if ip, _ := read.ProseIP(forwarded); ip != "" {
			read.SetNamed(ev, "network.forwarded_ip", ip)
		}
	}
}

// w3cIP reads an address, including one with a zone (::1%0) or turned into a
// link by well-meaning software ([10.1.1.5](http://10.1.1.5)).
func w3cIP(s string) (ip string, v6 bool) {
	if strings.HasPrefix(s, "[") {
		if text, _, ok := strings.Cut(s[1:], "]("); ok {
			s = text
		}
	}
	return read.ParseIP(s)
}

func w3cReferrer(ev *event.Event, s string) {
	if s != "-" {
		read.SetNamed(ev, "http.request.referrer", s)
	}
}

func w3cHost(ev *event.Event, s string) {
	if s != "-" {
		ev.Set(event.URLDomain, s)
		read.SetAddress(ev, event.None, event.DestinationDomain, s)
	}
}

// plusBlank undoes the + that W3C logs write for a space.
func plusBlank(s string) string {
	if strings.IndexByte(s, '+') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "+", " ")
}

func httpErr(k *read.Keyed, stamp string, f []string) bool {
	ev := k.Event
	read.SetTime(ev, stamp, k.Location)
	read.SetSource(ev, f[0])
	read.SetPort(ev, event.SourcePort, f[1])
	read.SetDestination(ev, f[2])
	read.SetPort(ev, event.DestinationPort, f[3])
	if version, ok := strings.CutPrefix(f[4], "HTTP/"); ok {
		read.SetNamed(ev, "http.version", version)
	}
	if f[5] != "-" {
		ev.Set(event.HTTPRequestMethod, f[5])
	}
	if f[6] != "-" {
		read.SetURL(ev, f[6])
	}
	ev.Set(event.HTTPResponseStatusCode, read.Numeric(f[7]))
	if len(f) > 9 && f[9] != "-" {
		ev.Set(event.EventReason, f[9])
	}
	read.From(ev, "iis", "iis.error")
	k.WebAccess()
	return true
}
