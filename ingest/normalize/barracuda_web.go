package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// barracudaWeb reads the web traffic of Barracuda's Web Security Gateway
// (Barracuda Campus, "Syslog and the Barracuda Web Security Gateway"):
//
//	http_scan[2398]: 1772366400 1 192.0.2.44 198.51.100.7 text/html 192.0.2.44 http://www.example.com/ 2704 3767734cd16059e52447ee498d31f822 BLOCKED CATEGORY 2 1 0 1 3 - 1 games 0 - 0 www.example.com games [ldap0:anna]
var barracudaWeb = parser{
	name:  "barracuda_web",
	apps:  []string{"http_scan"},
	parse: parseBarracudaWeb,
}

func parseBarracudaWeb(m *message, ev *event.Event) bool {
	f := strings.SplitN(m.text, " ", 26)
	if len(f) < 11 || len(f[0]) != 10 || !isNumber(f[0]) {
		return false
	}
	setTime(ev, f[0], m.loc)
	observe(ev, "Barracuda", "Web Security Gateway", "proxy")
	from(ev, "barracuda", "barracuda.web")
	setSource(ev, f[2])
	setDestination(ev, f[3])
	setNamed(ev, "http.response.mime_type", strings.Trim(f[4], "-"))
	setURL(ev, f[6])
	setNamed(ev, "http.response.bytes", numeric(f[7]))
	ev.Set(event.EventReason, lower(f[10]))
	if len(f) > 23 {
		setNamed(ev, "rule.category", strings.Trim(f[23], "-"))
	}
	if last := f[len(f)-1]; len(f) > 24 && strings.HasPrefix(last, "[") && last != "[ANON]" {
		name := strings.Trim(last, "[]")
		if _, user, ok := strings.Cut(name, ":"); ok {
			name = user
		}
		setUser(ev, event.UserName, name)
	}
	switch f[9] {
	case "BLOCKED", "DETECTED":
		classify(ev, "web", "access", "request-blocked", failure)
	default:
		classify(ev, "web", "access", "request", success)
	}
	return true
}
