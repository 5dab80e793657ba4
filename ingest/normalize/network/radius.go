package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// FreeRADIUS reads the log of FreeRADIUS, in its own file and in syslog:
//
//	Tue Mar 10 09:01:02 2026 : Auth: (5) Login incorrect (reason): [anna] (from client ap1 port 0 cli 00-00-5E-00-53-23)
var FreeRADIUS = read.Parser{
	Name:      "freeradius",
	Apps:      []string{"radiusd", "freeradius"},
	First:     "^{",
	Recognize: func(msg string) bool { return strings.Contains(msg[:min(len(msg), 40)], " : Auth: ") },
	Parse:     parseFreeRADIUS,
}

func parseFreeRADIUS(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	if i := strings.Index(text[:min(len(text), 40)], " : "); i > 0 {
		text = text[i+len(" : "):]
	}
	text = strings.TrimPrefix(text, "Auth: ")
	if rest, ok := strings.CutPrefix(text, "("); ok { // number of the request
		if n, after, ok := strings.Cut(rest, ") "); ok && read.IsNumber(n) {
			text = strings.TrimLeft(after, " ")
		}
	}
	read.From(ev, "freeradius", "freeradius.log")
	if !radiusTemplates.Match("*", text, &k) {
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(text))
		}
		return true
	}
	// If passwords are logged too, they follow the name.
	if name, _, ok := strings.Cut(ev.Get(event.UserName), "/"); ok {
		ev.Set(event.UserName, name)
	}
	ev.Set(event.NetworkProtocol, "radius")
	return true
}

var radiusTemplates = read.NewTemplates(`
* authentication start logon-failed failure | Login incorrect[[ ({event.reason})]]: [{user.name:user}] (from client {observer.name} port {} cli {source.ip:anyip})[[{}]]
* authentication start logon-success success | Login OK: [{user.name:user}] (from client {observer.name} port {} cli {source.ip:anyip})[[{}]]
* authentication start logon-failed failure | Login incorrect[[ ({event.reason})]]: [{user.name:user}] (from client {observer.name} port {}[[ cli {source.mac}]])[[{}]]
* authentication start logon-failed failure | Invalid user[[ ({event.reason})]]: [{user.name:user}] (from client {observer.name} port {}[[ cli {source.mac}]])[[{}]]
* authentication start logon-success success | Login OK: [{user.name:user}] (from client {observer.name} port {}[[ cli {source.mac}]])[[{}]]
* network denied connection-denied failure | Ignoring request to {} from unknown client {source.ip} port {source.port}[[ {}]]
`)
