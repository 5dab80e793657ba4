package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// AccessLog reads the access logs of web servers: the common and the combined
// log format of Apache and nginx
// (https://httpd.apache.org/docs/current/logs.html), optionally with a leading
// virtual host or further values at the end:
//
//	203.0.113.7 - anna [01/Mar/2026:10:00:00 +0100] "GET /a?b=c HTTP/1.1" 200 512 "https://ref.example/" "Mozilla/5.0"
//
// and the access logs of Amazon S3, which begin the same way.
var AccessLog = read.Parser{
	Name:      "weblog",
	Bare:      true,
	First:     "^{",
	Recognize: func(msg string) bool { return clfTime(msg) >= 0 },
	Parse:     parseWeblog,
}

// clfTime returns where "[01/Mar/2026:10:00:00 +0100]" begins, -1 if it is
// missing.
func clfTime(msg string) int {
	for from := 0; from < len(msg) && from < 512; {
		i := strings.IndexByte(msg[from:], '[')
		if i < 0 {
			return -1
		}
		i += from
		s := msg[i:]
		if len(s) > 28 && s[3] == '/' && s[7] == '/' && s[12] == ':' && s[15] == ':' && s[27] == ']' {
			return i
		}
		if len(s) > 27 && s[2] == '/' && s[6] == '/' && s[11] == ':' && s[14] == ':' && s[26] == ']' {
			return i // a one-digit day
		}
		from = i + 1
	}
	return -1
}

func parseWeblog(m *read.Message, ev *event.Event) bool {
	at := clfTime(m.Text)
	if at < 0 {
		return false
	}
	end := at + strings.IndexByte(m.Text[at:], ']')
	stamp, rest := m.Text[at+1:end], strings.TrimLeft(m.Text[end+1:], " ")
	k := read.Keyed{Event: ev, Location: m.Location}
	if at > 64 && strings.IndexByte(m.Text[:at], ' ') == 64 {
		return s3Access(&k, m.Text[:at], stamp, rest)
	}
	if at == 0 { // Apache's SSL request log: time client protocol cipher "request" bytes
		return sslRequest(&k, stamp, rest)
	}
	if rest == "" || rest[0] != '"' {
		return false
	}
	request, rest, ok := read.CutQuoted(rest)
	if !ok {
		return false
	}
	status, rest := read.CutWord(strings.TrimLeft(rest, " "))
	if len(status) != 3 || !read.IsNumber(status) {
		return false
	}
	read.SetTime(ev, stamp, m.Location)
	weblogClient(&k, m.Text[:at])
	read.RequestLine(ev, read.UnescapeQuotes(request))
	ev.Set(event.HTTPResponseStatusCode, status)
	bytes, rest := read.CutWord(rest)
	if read.IsNumber(bytes) {
		read.SetNamed(ev, "http.response.body.bytes", read.TrimZeros(bytes))
	}
	// Values without quotes may follow: time taken, bytes with headers.
	for rest = strings.TrimLeft(rest, " "); rest != "" && rest[0] != '"'; {
		word, after := read.CutWord(rest)
		if strings.IndexByte(word, '=') >= 0 {
			break
		}
		rest = strings.TrimLeft(after, " ")
	}
	if referrer, after, ok := read.CutQuoted(rest); ok {
		if referrer != "-" {
			read.SetNamed(ev, "http.request.referrer", referrer)
		}
		if agent, after, ok := read.CutQuoted(strings.TrimLeft(after, " ")); ok {
			if agent != "-" {
				ev.Set(event.UserAgentOriginal, read.UnescapeQuotes(agent))
			}
			rest = after
		} else if after = strings.TrimLeft(after, " "); len(after) > 1 && after[0] == '"' { // cut off
			ev.Set(event.UserAgentOriginal, read.UnescapeQuotes(after[1:]))
		}
	}
	if _, forwarded, ok := strings.Cut(rest, `X-Forwarded-For="`); ok {
		forwarded, _, _ = strings.Cut(forwarded, `"`)
		forwarded, _, _ = strings.Cut(forwarded, ",")
		if ip, _ := read.ParseIP(forwarded); ip != "" {
			read.SetNamed(ev, "client.ip", ip)
		}
	}
	read.From(ev, "web", "web.access")
	k.WebAccess()
	return true
}

// weblogClient reads what precedes the time: [vhost[:port]] client... ident
// user.
func weblogClient(k *read.Keyed, head string) {
	ev := k.Event
	var words [8]string
	n := 0
	for rest := strings.TrimSpace(head); rest != "" && n < len(words); n++ {
		words[n], rest = read.CutWord(rest)
		rest = strings.TrimLeft(rest, " ")
	}
	if n >= 3 { // ident and user
		if user := words[n-1]; user != "-" {
			ev.Set(event.UserName, read.Unquote(user))
		}
		n -= 2
	}
	if n > 1 && !strings.HasSuffix(words[0], ",") { // a leading virtual host
		host := words[0]
		if h, port, ok := read.CutLast(host, ":"); ok && read.IsPort(port) {
			read.SetPort(ev, event.DestinationPort, port)
			host = h
		}
		read.SetDestination(ev, host)
		if ev.Has(event.DestinationDomain) {
			ev.Set(event.URLDomain, host)
		}
		words[0], n = words[1], 1
	}
	client := strings.Trim(words[0], ",")
	if ip, port := read.ProseIP(client); ip != "" {
		read.SetSource(ev, ip)
		read.SetPort(ev, event.SourcePort, port)
	} else {
		read.SetSource(ev, client)
	}
}

func sslRequest(k *read.Keyed, stamp, rest string) bool {
	client, rest := read.CutWord(rest)
	protocol, rest := read.CutWord(rest)
	cipher, rest := read.CutWord(rest)
	request, rest, ok := read.CutQuoted(rest)
	if ip, _ := read.ParseIP(client); ip == "" && !read.IsHostName(client) || !ok {
		return false
	}
	ev := k.Event
	read.SetTime(ev, stamp, k.Location)
	read.SetSource(ev, client)
	read.SetTLSVersion(ev, protocol)
	if cipher != "-" {
		read.SetNamed(ev, "tls.cipher", cipher)
	}
	read.RequestLine(ev, read.UnescapeQuotes(request))
	if bytes := strings.TrimSpace(rest); read.IsNumber(bytes) {
		read.SetNamed(ev, "http.response.body.bytes", bytes)
	}
	read.From(ev, "web", "web.access")
	k.WebAccess()
	return true
}
