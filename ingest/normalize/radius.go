package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// freeRADIUS reads the log of FreeRADIUS, in its own file and in syslog:
//
//	Tue Mar 10 09:01:02 2026 : Auth: (5) Login incorrect (reason): [anna] (from client ap1 port 0 cli 00-00-5E-00-53-23)
var freeRADIUS = parser{
	name:      "freeradius",
	apps:      []string{"radiusd", "freeradius"},
	first:     "^{",
	recognize: func(msg string) bool { return strings.Contains(msg[:min(len(msg), 40)], " : Auth: ") },
	parse:     parseFreeRADIUS,
}

func parseFreeRADIUS(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	if i := strings.Index(text[:min(len(text), 40)], " : "); i > 0 {
		text = text[i+len(" : "):]
	}
	text = strings.TrimPrefix(text, "Auth: ")
	if rest, ok := strings.CutPrefix(text, "("); ok { // number of the request
		if n, after, ok := strings.Cut(rest, ") "); ok && isNumber(n) {
			text = strings.TrimLeft(after, " ")
		}
	}
	from(ev, "freeradius", "freeradius.log")
	if !radiusTemplates.match("*", text, &k) {
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "server-message", proseOutcome(text))
		}
		return true
	}
	// With the password logged too, it stands behind the name.
	if name, _, ok := strings.Cut(ev.Get(event.UserName), "/"); ok {
		ev.Set(event.UserName, name)
	}
	ev.Set(event.NetworkProtocol, "radius")
	return true
}

var radiusTemplates = newTemplates(`
* authentication start logon-failed failure | Login incorrect[[ ({event.reason})]]: [{user.name:user}] (from client {observer.name} port {} cli {source.ip:anyip})[[{}]]
* authentication start logon-success success | Login OK: [{user.name:user}] (from client {observer.name} port {} cli {source.ip:anyip})[[{}]]
* authentication start logon-failed failure | Login incorrect[[ ({event.reason})]]: [{user.name:user}] (from client {observer.name} port {}[[ cli {source.mac}]])[[{}]]
* authentication start logon-failed failure | Invalid user[[ ({event.reason})]]: [{user.name:user}] (from client {observer.name} port {}[[ cli {source.mac}]])[[{}]]
* authentication start logon-success success | Login OK: [{user.name:user}] (from client {observer.name} port {}[[ cli {source.mac}]])[[{}]]
* network denied connection-denied failure | Ignoring request to {} from unknown client {source.ip} port {source.port}[[ {}]]
`)
