// Package normalize reads what a message says and sets its ECS fields: who
// did what, from where, and how it ended. The format is recognized per
// message; nothing is configured.
//
// The package holds the order of asking (parsers.go). The parsers are in
// families of makers, firewall, network, unix, windows, mail, web, server,
// cloud, identity and endpoint, and are written with the engine in package
// read. Families know the engine and not each other.
//
// A format is one file in a family, one line in the list parsers, and two
// fixtures: testdata/<name>.log with one line per message, "app<TAB>message"
// (app is what the syslog header named, empty for none), and
// testdata/<name>.json with the expected events, written by
//
//	go test ./ingest/normalize -update
//
// Read the new expectations before you keep them.
package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/network"
	"porchlight/ingest/normalize/read"
)

// Context is what a parser must know beyond the message.
type Context struct {
	Location *time.Location // zone of times that name none; nil means UTC
	Packs    read.Packs     // asked about what nothing else understood
	Trace    *read.Trace    // where to record what was asked; nil for nowhere
}

var messages = read.NewPool(func() *read.Message { return new(read.Message) })

// ApplyBare reads a line from a file in a format that has no syslog header:
// what looks like one is the format's own. It sets what the line says and
// returns true if it is of such a format.
func ApplyBare(ev *event.Event, body string, ctx Context) bool {
	if body == "" {
		return false
	}
	m := read.Message{Text: body, Location: ctx.Location, Trace: ctx.Trace}
	if m.Location == nil {
		m.Location = time.UTC
	}
	asked := bareByContent[body[0]]
	if read.LooksLikeHeader(body) { // the header is a header
		if asked = nil; body[0] == '<' {
			asked = behindPriority
		}
	}
	for _, p := range asked {
		if !p.Recognize(body) {
			continue
		}
		understood := p.Parse(&m, ev)
		m.Trace.Add(read.Step{Parser: p.Name, Recognized: true, Understood: understood})
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
	m := messages.Get()
	defer func() {
		*m = read.Message{} // it must not keep the text alive
		messages.Put(m)
	}()
	*m = read.Message{App: read.AppName(ev.Get(event.LogSyslogAppname)), Text: ev.Get(event.Message), Location: ctx.Location, Inside: parseInside, Trace: ctx.Trace}
	if m.Location == nil {
		m.Location = time.UTC
	}
	restoreEnvelope(m, ev)
	network.UniFiDevice(m, ev)
	repeated := unwrapRepeated(m)
	understood := parse(m, ev)
	if !understood && m.Text != "" && len(ctx.Packs) > 0 {
		understood = ctx.Packs.Apply(m, ev)
		if understood && m.Trace != nil {
			m.Trace.Add(read.Step{Parser: "pack " + ev.Get(event.EventModule), Recognized: true, Understood: true})
		}
	}
	if !understood && m.Text != "" {
		understood = m.Login(ev)
	}
	if repeated != "" {
		ev.SetExtra(read.FieldCount, repeated)
		understood = understood || m.Text == ""
	}
	if understood && ev.Get(event.EventKind) == "" {
		ev.Set(event.EventKind, "event")
	}
	return understood
}

// parseInside reads a message that was found inside of another one.
func parseInside(app, text string, outer *read.Message, ev *event.Event) bool {
	m := read.Message{App: read.AppName(app), Text: text, Location: outer.Location, Trace: outer.Trace}
	return parse(&m, ev)
}

// parse asks those for the message's program, then those for its first byte.
func parse(m *read.Message, ev *event.Event) bool {
	for _, p := range byApp[m.App] {
		if m.Text == "" && !p.Structured {
			continue
		}
		understood := p.Parse(m, ev)
		if m.Trace != nil {
			m.Trace.Add(read.Step{Parser: p.Name, Program: true, Recognized: true, Understood: understood, Inside: m.Inside == nil})
		}
		if understood {
			return true
		}
	}
	if m.Text == "" {
		return false
	}
	for _, p := range byContent[m.Text[0]] {
		if p.Apps != nil && m.App != "" {
			continue
		}
		recognized := p.Recognize(m.Text)
		understood := recognized && p.Parse(m, ev)
		if m.Trace != nil {
			m.Trace.Add(read.Step{Parser: p.Name, Recognized: recognized, Understood: understood, Inside: m.Inside == nil})
		}
		if understood {
			return true
		}
	}
	return false
}

// restoreEnvelope undoes what a BSD header makes of "host CEF:0|...": the
// format's own marker taken for the program's name.
func restoreEnvelope(m *read.Message, ev *event.Event) {
	if m.App != "CEF" && m.App != "LEEF" {
		return
	}
	original := ev.Get(event.EventOriginal)
	if i := strings.Index(original, m.App+":"); i >= 0 && strings.HasSuffix(original, m.Text) {
		m.Text, m.App = original[i:], ""
		ev.Set(event.Message, m.Text)
		ev.Delete(event.LogSyslogAppname)
		ev.Delete(event.ProcessName)
	}
}

// unwrapRepeated takes the text out of rsyslog's "message repeated 5 times: [
// text]" and returns the count, "" when there is none. For BSD's "last
// message repeated 5 times" no text is left.
func unwrapRepeated(m *read.Message) string {
	if rest, ok := strings.CutPrefix(m.Text, "message repeated "); ok {
		n, rest, ok := strings.Cut(rest, " times: [")
		if ok && read.IsNumber(n) && strings.HasSuffix(rest, "]") {
			m.Text = strings.TrimPrefix(rest[:len(rest)-1], " ")
			return n
		}
	}
	if rest, ok := strings.CutPrefix(m.Text, "last message repeated "); ok {
		if n, rest, _ := strings.Cut(rest, " "); read.IsNumber(n) && strings.HasPrefix(rest, "time") {
			m.Text = ""
			return n
		}
	}
	return ""
}

// Formats is how many formats are known by their content.
func Formats() int {
	n := 0
	for i := range parsers {
		if parsers[i].Recognize != nil {
			n++
		}
	}
	return n
}

// Reads reports whether a parser is for messages of a program, as the header
// names it.
func Reads(program string) bool { return len(byApp[read.AppName(program)]) > 0 }
