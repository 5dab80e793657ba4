package web

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// ProxySG reads the "main" access log of Blue Coat's and Symantec's ProxySG
// (ProxySG Log Fields and Substitutions), which arrives over syslog without
// the line that names its fields:
//
//	2026-03-01 10:00:00 12 10.1.2.3 anna - - OBSERVED "Technology/Internet" - 200 TCP_NC_MISS GET text/html http www.example.org 80 /index.html - html "curl/8.5.0" 192.0.2.40 1256 312 -
//
// Later releases leave the group and the exception where they are and append
// more fields. Times are UTC.
var ProxySG = read.Parser{
	Name:  "proxysg",
	Bare:  true,
	First: "0-9",
	Recognize: func(msg string) bool {
		return len(msg) > 60 && msg[4] == '-' && msg[10] == ' ' && msg[13] == ':' && msg[19] == ' ' && (strings.Contains(msg, " OBSERVED ") || strings.Contains(msg, " PROXIED ") || strings.Contains(msg, " DENIED "))
	},
	Parse: parseProxySG,
}

func parseProxySG(m *read.Message, ev *event.Event) bool {
	var f [40]string
	n := 0
	for rest := m.Text[20:]; rest != "" && n < len(f); n++ {
		if after, ok := strings.CutPrefix(rest, `"`); ok {
			f[n], rest, _ = strings.Cut(after, `"`)
			rest = strings.TrimPrefix(rest, " ")
		} else {
			f[n], rest, _ = strings.Cut(rest, " ")
		}
	}
	if ip, _ := read.ParseIP(f[1]); n < 22 || ip == "" || !read.IsNumber(f[0]) || !read.IsNumber(f[8]) || f[5] != "OBSERVED" && f[5] != "PROXIED" && f[5] != "DENIED" {
		return false
	}
	k := read.Keyed{Event: ev, Location: time.UTC}
	read.SetTime(ev, m.Text[:19], k.Location)
	read.Observe(ev, "Symantec", "ProxySG", "proxy")
	read.From(ev, "proxysg", "proxysg.log")
	for i, b := range proxySGFields {
		if b != nil && i < n {
			k.Bind(b, f[i])
		}
	}
	if url := proxySGURL(f[12:17]); url != "" {
		read.SetURL(ev, url)
	}
	if f[5] == "DENIED" || strings.Contains(f[9], "DENIED") {
		read.Classify(ev, "web"+event.Separator+read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	} else {
		k.WebAccess()
	}
	return true
}

// proxySGURL joins scheme, host, port and path; the port only if it is not the
// default.
func proxySGURL(f []string) string {
	scheme, host, port, path, query := f[0], f[1], f[2], f[3], f[4]
	if host == "-" || scheme == "-" || scheme == "" {
		return ""
	}
	if scheme == "tcp" || scheme == "ssl" {
		return ""
	}
	if port != "-" && port != "0" && (scheme != "http" || port != "80") && (scheme != "https" || port != "443") {
		host += ":" + port
	}
	if path == "-" {
		path = "/"
	}
	if query != "-" {
		path += "?" + strings.TrimPrefix(query, "?")
	}
	return scheme + "://" + host + path
}

// proxySGFields are the fields after date and time.
var proxySGFields = func() []*read.Binding {
	keys := read.NewBindings(`
time-taken  event.duration:ms
c-ip  source.ip
cs-username  user.name source.user.name
cs-auth-group  source.user.group.name
x-exception-id  event.reason
sc-filter-result  proxysg.filter_result
cs-categories  rule.category
cs(Referer)  http.request.referrer
sc-status  http.response.status_code
s-action  event.code
cs-method  http.request.method
rs(Content-Type)  http.response.mime_type
cs-host  destination.domain
cs-uri-port  destination.port
cs-uri-extension  url.extension
cs(User-Agent)  user_agent.original
s-ip  observer.ip
sc-bytes  destination.bytes
cs-bytes  source.bytes
`)
	var list []*read.Binding
	for name := range strings.FieldsSeq("time-taken c-ip cs-username cs-auth-group x-exception-id sc-filter-result cs-categories cs(Referer) sc-status s-action cs-method rs(Content-Type) " +
		"cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs-uri-extension cs(User-Agent) s-ip sc-bytes cs-bytes") {
		list = append(list, keys[name])
	}
	return list
}()
