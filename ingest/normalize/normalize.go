// Package normalize reads what a message says and sets its ECS fields: who did
// what, from where, and how it ended. Each message's format is recognized;
// nothing is configured.
//
// The package defines the order in which parsers are tried (parsers.go). The
// parsers are in families of makers (firewall, network, unix, windows, mail,
// web, server, cloud, identity, endpoint) and are written with the engine in
// package read. Families know the engine but not each other.
//
// A format is one file in a family, one line in the list parsers, and two
// fixture files: testdata/<name>.log with one line per message,
// "app<TAB>message" (app is the program named in the syslog header, empty for
// none), and testdata/<name>.json with the expected events, written by
//
//	go test ./ingest/normalize -update
//
// Read the new expectations before you commit them.
package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/network"
	"porchlight/ingest/normalize/read"
)

// Context is what a parser needs to know beyond the message.
type Context struct {
	Location *time.Location // zone for times without one; nil means UTC
	Packs    read.Packs     // tried on what nothing else understood
	Trace    *read.Trace    // where to record what was tried; nil for nowhere
}

var messages = read.NewPool(func() *read.Message { return new(read.Message) })

// ApplyBare reads a line from a file in a format that has no syslog header:
// what looks like one is the format's own. It sets what the line says and
// reports whether the line has such a format.
func ApplyBare(ev *event.Event, body string, ctx Context) bool {
	if body == "" {
		return false
	}
	m := read.Message{Text: body, Location: ctx.Location, Trace: ctx.Trace}
	if m.Location == nil {
		m.Location = time.UTC
	}
	asked := bareByContent[body[0]]
	if read.LooksLikeHeader(body) { // it is a real header
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

// Apply reads the event's message (event.Message, log.syslog.appname), sets
// what it says and reports whether a parser understood it.
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

// parseInside reads a message found inside another.
func parseInside(app, text string, outer *read.Message, ev *event.Event) bool {
	m := read.Message{App: read.AppName(app), Text: text, Location: outer.Location, Trace: outer.Trace}
	return parse(&m, ev)
}

// parse tries the parsers for the message's program, then those for its first
// byte.
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
// format's marker taken for a program's name.
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
// text]" and returns the count, "" if there is none. For BSD's "last message
// repeated 5 times" no text is left.
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

// Formats is how many formats are recognized by their content.
func Formats() int {
	n := 0
	for i := range parsers {
		if parsers[i].Recognize != nil {
			n++
		}
	}
	return n
}

// Reads reports whether there is a parser for a program's messages, by the
// name in the header.
func Reads(program string) bool { return len(byApp[read.AppName(program)]) > 0 }
