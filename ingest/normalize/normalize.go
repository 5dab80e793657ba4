// Package normalize reads what a message says and sets its ECS fields: who
// did what, from where, and how it ended. The format is recognized per
// message; nothing is configured.
//
// A vendor format is one file (a parser variable and its functions), one line
// in the list parsers (parsers.go), and two fixtures: testdata/<name>.log with one
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
	Packs    Packs          // asked about what nothing else understood
	Trace    *Trace         // where to record what was asked; nil for nowhere
}

var messages = newPool(func() *message { return new(message) })

// ApplyBare reads a line from a file in a format that has no syslog header:
// what looks like one is the format's own. It sets what the line says and
// returns true if it is of such a format.
func ApplyBare(ev *event.Event, body string, ctx Context) bool {
	if body == "" {
		return false
	}
	m := message{text: body, loc: ctx.Location, trace: ctx.Trace}
	if m.loc == nil {
		m.loc = time.UTC
	}
	asked := bareByContent[body[0]]
	if looksLikeHeader(body) { // the header is a header
		if asked = nil; body[0] == '<' {
			asked = behindPriority
		}
	}
	for _, p := range asked {
		if !p.recognize(body) {
			continue
		}
		understood := p.parse(&m, ev)
		m.trace.add(Step{Parser: p.name, Recognized: true, Understood: understood})
		if understood {
			ev.Set(event.Message, body)
			if ev.Get(event.EventKind) == "" {
				ev.Set(event.EventKind, "event")
			}
			return true
		}
	}
	return false
}

// Apply reads the event's message (event.Message, log.syslog.appname) and
// sets what it says. It returns true if a parser understood the message.
func Apply(ev *event.Event, ctx Context) bool {
	m := messages.get()
	defer func() {
		*m = message{} // it must not keep the text alive
		messages.put(m)
	}()
	*m = message{app: appName(ev.Get(event.LogSyslogAppname)), text: ev.Get(event.Message), loc: ctx.Location, inside: parseInside, trace: ctx.Trace}
	if m.loc == nil {
		m.loc = time.UTC
	}
	restoreEnvelope(m, ev)
	m.unwrapUnifi(ev)
	repeated := unwrapRepeated(m)
	understood := parse(m, ev)
	if !understood && m.text != "" && len(ctx.Packs) > 0 {
		understood = ctx.Packs.apply(m, ev)
		if understood && m.trace != nil {
			m.trace.add(Step{Parser: "pack " + ev.Get(event.EventModule), Recognized: true, Understood: true})
		}
	}
	if !understood && m.text != "" {
		understood = m.login(ev)
	}
	if repeated != "" {
		ev.SetExtra(fieldCount, repeated)
		understood = understood || m.text == ""
	}
	if understood && ev.Get(event.EventKind) == "" {
		ev.Set(event.EventKind, "event")
	}
	return understood
}

// parseInside reads a message that was found inside of another one.
func parseInside(app, text string, outer *message, ev *event.Event) bool {
	m := message{app: appName(app), text: text, loc: outer.loc, trace: outer.trace}
	return parse(&m, ev)
}

// parse asks those for the message's program, then those for its first byte.
func parse(m *message, ev *event.Event) bool {
	for _, p := range byApp[m.app] {
		if m.text == "" && !p.structured {
			continue
		}
		understood := p.parse(m, ev)
		m.trace.add(Step{Parser: p.name, Program: true, Recognized: true, Understood: understood, Inside: m.inside == nil})
		if understood {
			return true
		}
	}
	if m.text == "" {
		return false
	}
	for _, p := range byContent[m.text[0]] {
		if p.apps != nil && m.app != "" {
			continue
		}
		if !p.recognize(m.text) {
			m.trace.add(Step{Parser: p.name, Inside: m.inside == nil})
			continue
		}
		understood := p.parse(m, ev)
		m.trace.add(Step{Parser: p.name, Recognized: true, Understood: understood, Inside: m.inside == nil})
		if understood {
			return true
		}
	}
	return false
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
func unwrapRepeated(m *message) string {
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

// Formats is how many formats are known by their content.
func Formats() int {
	n := 0
	for i := range parsers {
		if parsers[i].recognize != nil {
			n++
		}
	}
	return n
}

// Reads tells whether a parser is for messages of a program, as the header
// names it.
func Reads(program string) bool { return len(byApp[appName(program)]) > 0 }
