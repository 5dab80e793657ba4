package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// weblog reads the access logs of web servers: the common and the combined
// log format of Apache and nginx
// (https://httpd.apache.org/docs/current/logs.html), with a virtual host in
// front or further values behind:
//
//	203.0.113.7 - anna [01/Mar/2026:10:00:00 +0100] "GET /a?b=c HTTP/1.1" 200 512 "https://ref.example/" "Mozilla/5.0"
//
// and the access logs of Amazon S3, which begin alike.
var weblog = parser{
	name:      "weblog",
	bare:      true,
	first:     "^{",
	recognize: func(msg string) bool { return clfTime(msg) >= 0 },
	parse:     parseWeblog,
}

// clfTime returns where "[01/Mar/2026:10:00:00 +0100]" begins, -1 without it.
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
			return i // a day of one digit
		}
		from = i + 1
	}
	return -1
}

func parseWeblog(m *message, ev *event.Event) bool {
	at := clfTime(m.text)
	if at < 0 {
		return false
	}
	end := at + strings.IndexByte(m.text[at:], ']')
	stamp, rest := m.text[at+1:end], strings.TrimLeft(m.text[end+1:], " ")
	k := keyed{ev: ev, loc: m.loc}
	if at > 64 && strings.IndexByte(m.text[:at], ' ') == 64 {
		return k.s3Access(m.text[:at], stamp, rest)
	}
	if at == 0 { // Apache's SSL request log: time client protocol cipher "request" bytes
		return k.sslRequest(stamp, rest)
	}
	if rest == "" || rest[0] != '"' {
		return false
	}
	request, rest, ok := cutQuoted(rest)
	if !ok {
		return false
	}
	status, rest := cutWord(strings.TrimLeft(rest, " "))
	if len(status) != 3 || !isNumber(status) {
		return false
	}
	setTime(ev, stamp, m.loc)
	k.weblogClient(m.text[:at])
	requestLine(ev, unescapeQuotes(request))
	ev.Set(event.HTTPResponseStatusCode, status)
	bytes, rest := cutWord(rest)
	if isNumber(bytes) {
		setNamed(ev, "http.response.body.bytes", trimZeros(bytes))
	}
	// Values without quotes may follow: time taken, bytes with headers.
	for rest = strings.TrimLeft(rest, " "); rest != "" && rest[0] != '"'; {
		word, after := cutWord(rest)
		if strings.IndexByte(word, '=') >= 0 {
			break
		}
		rest = strings.TrimLeft(after, " ")
	}
	if referrer, after, ok := cutQuoted(rest); ok {
		if referrer != "-" {
			setNamed(ev, "http.request.referrer", referrer)
		}
		if agent, after, ok := cutQuoted(strings.TrimLeft(after, " ")); ok {
			if agent != "-" {
				ev.Set(event.UserAgentOriginal, unescapeQuotes(agent))
			}
			rest = after
		} else if after = strings.TrimLeft(after, " "); len(after) > 1 && after[0] == '"' { // cut off
			ev.Set(event.UserAgentOriginal, unescapeQuotes(after[1:]))
		}
	}
	if _, forwarded, ok := strings.Cut(rest, `X-Forwarded-For="`); ok {
		forwarded, _, _ = strings.Cut(forwarded, `"`)
		forwarded, _, _ = strings.Cut(forwarded, ",")
		if ip, _ := parseIP(forwarded); ip != "" {
			setNamed(ev, "client.ip", ip)
		}
	}
	from(ev, "web", "web.access")
	k.webAccess()
	return true
}

// weblogClient reads what stands before the time: [vhost[:port]] client...
// ident user.
func (k *keyed) weblogClient(head string) {
	ev := k.ev
	var words [8]string
	n := 0
	for rest := strings.TrimSpace(head); rest != "" && n < len(words); n++ {
		words[n], rest = cutWord(rest)
		rest = strings.TrimLeft(rest, " ")
	}
	if n >= 3 { // ident and user
		if user := words[n-1]; user != "-" {
			ev.Set(event.UserName, unquote(user))
		}
		n -= 2
	}
	if n > 1 && !strings.HasSuffix(words[0], ",") { // a virtual host first
		host := words[0]
		if h, port, ok := cutLast(host, ":"); ok && isPort(port) {
			setPort(ev, event.DestinationPort, port)
			host = h
		}
		setDestination(ev, host)
		if ev.Has(event.DestinationDomain) {
			ev.Set(event.URLDomain, host)
		}
		words[0], n = words[1], 1
	}
	client := strings.Trim(words[0], ",")
	if ip, port := proseIP(client); ip != "" {
		setSource(ev, ip)
		setPort(ev, event.SourcePort, port)
	} else {
		setSource(ev, client)
	}
}

func (k *keyed) sslRequest(stamp, rest string) bool {
	client, rest := cutWord(rest)
	protocol, rest := cutWord(rest)
	cipher, rest := cutWord(rest)
	request, rest, ok := cutQuoted(rest)
	if ip, _ := parseIP(client); ip == "" && !isHostName(client) || !ok {
		return false
	}
	ev := k.ev
	setTime(ev, stamp, k.loc)
	setSource(ev, client)
	setTLSVersion(ev, protocol)
	if cipher != "-" {
		setNamed(ev, "tls.cipher", cipher)
	}
	requestLine(ev, unescapeQuotes(request))
	if bytes := strings.TrimSpace(rest); isNumber(bytes) {
		setNamed(ev, "http.response.body.bytes", bytes)
	}
	from(ev, "web", "web.access")
	k.webAccess()
	return true
}
