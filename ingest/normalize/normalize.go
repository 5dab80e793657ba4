// Package normalize reads what a message says and sets its ECS fields: who
// did what, from where, and how it ended. The format is recognized per
// message; nothing is configured.
//
// A vendor format is one file (a parser variable and its functions), one line
// in the list parsers below, and two fixtures: testdata/<name>.log with one
// line per message, "app<TAB>message" (app is what the syslog header named,
// empty for none), and testdata/<name>.json with the expected events, written
// by
//
//	go test ./ingest/normalize -update
//
// Read the new expectations before you keep them.
//
// What parsers may rely on: the event carries the header's fields and
// message; every text is an immutable string, so substrings are free and may
// be kept. What they promise: no panic, no work that grows faster than the
// message, no pattern matching by regular expressions, and fields only from
// the vocabulary (vocabulary.go) and ECS; the sender's own keys stay under
// their own names as they stand.
package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Context is what a parser must know beyond the message.
type Context struct {
	Location *time.Location // zone of times that name none; nil means UTC
}

// message is what a parser reads.
type message struct {
	app  string         // the program the header names, without path and decoration; "" for none
	text string         // the message part, unwrapped from "message repeated N times"
	loc  *time.Location // zone of times that name none
}

// parser is one vendor format.
type parser struct {
	name string // of the fixtures

	// apps are the syslog app names whose messages it reads; nil for a format
	// that is recognized by its content whatever program logs it.
	apps []string

	// recognize tells cheaply whether msg has the format. For parsers with
	// apps it is asked only when the header names no program; nil means that
	// messages without a program are not for this parser.
	recognize func(msg string) bool

	// parse sets fields and tells whether it understood the message. Before
	// returning false it must not have set any.
	parse func(m *message, ev *event.Event) bool
}

// parsers is every format, in the order of asking.
var parsers = []parser{
	sshd,
	sudo,
	su,
	cron,
	systemd,
	logind,
	accounts,
	login,
	polkit,
	logService,
	filterlog,
	pam,
	netfilter,
	cef,
	leef,
	windowsEvent,
	jsonObject,
	keyValue,
}

// byApp holds the parsers of each app name; byContent those to ask when no
// parser of the app understood.
var byApp, byContent = func() (map[string][]*parser, []*parser) {
	apps := map[string][]*parser{}
	var content []*parser
	for i := range parsers {
		p := &parsers[i]
		for _, a := range p.apps {
			apps[a] = append(apps[a], p)
		}
		if p.recognize != nil {
			content = append(content, p)
		}
	}
	return apps, content
}()

// Apply reads the event's message (event.Message, log.syslog.appname) and
// sets what it says. It returns true if a parser understood the message.
func Apply(ev *event.Event, ctx Context) bool {
	m := message{app: appName(ev.Get(event.LogSyslogAppname)), text: ev.Get(event.Message), loc: ctx.Location}
	if m.loc == nil {
		m.loc = time.UTC
	}
	restoreEnvelope(&m, ev)
	repeated := m.unwrapRepeated()
	understood := m.parse(ev)
	if repeated != "" {
		ev.SetExtra(fieldCount, repeated)
		understood = understood || m.text == ""
	}
	if understood && ev.Get(event.EventKind) == "" {
		ev.Set(event.EventKind, "event")
	}
	return understood
}

func (m *message) parse(ev *event.Event) bool {
	if m.text == "" {
		return false
	}
	for _, p := range byApp[m.app] {
		if p.parse(m, ev) {
			return true
		}
	}
	for _, p := range byContent {
		if (p.apps == nil || m.app == "") && p.recognize(m.text) && p.parse(m, ev) {
			return true
		}
	}
	return false
}

// appName strips what surrounds a program's name: the path
// ("/usr/sbin/cron"), parentheses ("(systemd)"), the PAM module of old
// releases ("sshd(pam_unix)"), rsyslog's error number ("rsyslogd-2177").
func appName(app string) string {
	if i := strings.LastIndexByte(app, '/'); i >= 0 {
		app = app[i+1:]
	}
	if len(app) > 1 && app[0] == '(' {
		app = strings.TrimSuffix(app[1:], ")")
	}
	if i := strings.IndexByte(app, '('); i > 0 {
		app = app[:i]
	}
	if i := strings.LastIndexByte(app, '-'); i > 0 && isNumber(app[i+1:]) {
		app = app[:i]
	}
	return app
}

// restoreEnvelope undoes what a BSD header makes of "host CEF:0|...": the
// format's own marker taken for the program's name.
func restoreEnvelope(m *message, ev *event.Event) {
	if m.app != "CEF" && m.app != "LEEF" {
		return
	}
	original := ev.Get(event.EventOriginal)
	if i := strings.Index(original, m.app+":"); i >= 0 && strings.HasSuffix(original, m.text) {
		m.text, m.app = original[i:], ""
		ev.Set(event.Message, m.text)
		ev.Delete(event.LogSyslogAppname)
		ev.Delete(event.ProcessName)
	}
}

// unwrapRepeated takes the text out of rsyslog's "message repeated 5 times: [
// text]" and returns the count, "" when there is none. For BSD's "last
// message repeated 5 times" no text is left.
func (m *message) unwrapRepeated() string {
	if rest, ok := strings.CutPrefix(m.text, "message repeated "); ok {
		n, rest, ok := strings.Cut(rest, " times: [")
		if ok && isNumber(n) && strings.HasSuffix(rest, "]") {
			m.text = strings.TrimPrefix(rest[:len(rest)-1], " ")
			return n
		}
	}
	if rest, ok := strings.CutPrefix(m.text, "last message repeated "); ok {
		if n, rest, _ := strings.Cut(rest, " "); isNumber(n) && strings.HasPrefix(rest, "time") {
			m.text = ""
			return n
		}
	}
	return ""
}
