package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// BarracudaWeb reads the web traffic of Barracuda's Web Security Gateway
// (Barracuda Campus, "Syslog and the Barracuda Web Security Gateway"):
//
//	http_scan[2398]: 1772366400 1 192.0.2.44 198.51.100.7 text/html 192.0.2.44 http://www.example.com/ 2704 3767734cd16059e52447ee498d31f822 BLOCKED CATEGORY 2 1 0 1 3 - 1 games 0 - 0 www.example.com games [ldap0:anna]
var BarracudaWeb = read.Parser{
	Name:  "barracuda_web",
	Apps:  []string{"http_scan"},
	Parse: parseBarracudaWeb,
}

func parseBarracudaWeb(m *read.Message, ev *event.Event) bool {
	f := strings.SplitN(m.Text, " ", 26)
	if len(f) < 11 || len(f[0]) != 10 || !read.IsNumber(f[0]) {
		return false
	}
	read.SetTime(ev, f[0], m.Location)
	read.Observe(ev, "Barracuda", "Web Security Gateway", "proxy")
	read.From(ev, "barracuda", "barracuda.web")
	read.SetSource(ev, f[2])
	read.SetDestination(ev, f[3])
	read.SetNamed(ev, "http.response.mime_type", strings.Trim(f[4], "-"))
	read.SetURL(ev, f[6])
	read.SetNamed(ev, "http.response.bytes", read.Numeric(f[7]))
	ev.Set(event.EventReason, read.Lower(f[10]))
	if len(f) > 23 {
		read.SetNamed(ev, "rule.category", strings.Trim(f[23], "-"))
	}
	if last := f[len(f)-1]; len(f) > 24 && strings.HasPrefix(last, "[") && last != "[ANON]" {
		name := strings.Trim(last, "[]")
		if _, user, ok := strings.Cut(name, ":"); ok {
			name = user
		}
		read.SetUser(ev, event.UserName, name)
	}
	switch f[9] {
	case "BLOCKED", "DETECTED":
		read.Classify(ev, "web", "access", "request-blocked", read.Failure)
	default:
		read.Classify(ev, "web", "access", "request", read.Success)
	}
	return true
}
