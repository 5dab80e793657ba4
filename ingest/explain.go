package ingest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize"
	"porchlight/ingest/normalize/read"
	"porchlight/ingest/place"
	"porchlight/ingest/syslog"
)

// Explanation says how a message was read, and why it was not.
type Explanation struct {
	Event  event.Event
	Header syslog.Header // the zero value if the format has no syslog header
	Bare   bool          // a line of a file in a format that has no syslog header
	Trace  read.Trace
	Places []place.Place
	zone   string
}

// Explain parses a message as Parse does and records how.
func (p Parser) Explain(raw *event.Raw) Explanation {
	x := Explanation{zone: zoneName(p.ctx.Location)}
	p.ctx.Trace = &x.Trace
	p.Parse(raw, &x.Event)
	x.Bare = len(x.Trace.Steps) > 0 && x.Trace.Steps[0].Understood && !x.Trace.Steps[0].Program && !x.Event.Has(event.LogSyslogPriority) && x.Event.Get(event.Message) == raw.Body
	if !x.Bare {
		syslog.ParseHeader(raw.Body, raw.Received, p.ctx.Location, &x.Header)
	}
	x.Places = place.Find(&x.Event, raw.Body)
	return x
}

// zoneName is the name of a zone as people know it.
func zoneName(loc *time.Location) string {
	if loc != time.Local {
		return loc.String()
	}
	name, _ := time.Now().Zone()
	return name + ", this computer's time zone"
}

// Parser returns the format that read the message, "" if none did.
func (x *Explanation) Parser() string {
	for _, s := range slices.Backward(x.Trace.Steps) {
		if s.Understood && !s.Inside {
			return s.Parser
		}
	}
	return ""
}

// Lines explains it in sentences, for people.
func (x *Explanation) Lines() []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	h := &x.Header
	switch {
	case x.Bare:
		add("Header: none; the format has its own.")
	case h.Format == syslog.None:
		add("Header: no syslog header; the whole line is the message.")
	default:
		parts := []string{}
		if h.Priority >= 0 {
			parts = append(parts, fmt.Sprintf("priority %d (facility %d, severity %d)", h.Priority, h.Facility(), h.Severity()))
		}
		for _, p := range [...][2]string{{"host", h.Hostname}, {"program", h.AppName}, {"process", h.ProcID}, {"message id", h.MsgID}} {
			if p[1] != "" {
				parts = append(parts, p[0]+" "+p[1])
			}
		}
		if h.StructuredData != "" {
			parts = append(parts, "structured data")
		}
		add("Header: %s%s.", h.Format, prefixed(": ", strings.Join(parts, ", ")))
	}
	if h.Err != nil {
		add("Header: malformed. %s.", strings.TrimSuffix(h.Err.Error(), "."))
	}
	switch own := x.Event.Time != x.Event.Received; {
	case own:
		add("Time: %s. Times without a zone are read as %s.", time.Unix(0, x.Event.Time).Format(time.RFC3339Nano), x.zone)
	case strings.Contains(x.Event.Get(event.Tags), event.TagTimeAhead):
		add("Time: the message claims a time more than a day ahead; the time of receipt is used instead.")
	default:
		add("Time: no time could be read from the message; the time of receipt is used instead.")
	}
	x.asked(add)
	if name := x.Parser(); name != "" {
		add("Read by: %s.", name)
		ev := &x.Event
		what := ev.Get(event.EventCategory)
		if what == "" {
			add("What happened: the message does not say; its fields are set, but event.category is not.")
		} else {
			add("What happened: %s%s%s.", strings.Join(slices.Collect(event.Values(what)), ", "), prefixed(", ", ev.Get(event.EventAction)), prefixed(", ", ev.Get(event.EventOutcome)))
		}
	} else {
		add("Read by: no format. The line is stored as received, and its words can be searched.")
		add("What helps: many devices offer a choice of formats. CEF, LEEF, JSON and key=value are understood from any maker.")
	}
	if err := x.Event.Get(event.ErrorMessage); err != "" && x.Header.Err == nil {
		add("Problem: %s.", err)
	}
	fields := 0
	for range x.Event.Each() {
		fields++
	}
	add("Fields: %d.", fields)
	return out
}

// asked says which formats were tried.
func (x *Explanation) asked(add func(string, ...any)) {
	var not, half []string
	for _, s := range x.Trace.Steps {
		where := ""
		if s.Inside {
			where = " (for the message inside)"
		}
		switch {
		case s.Understood:
		case s.Program:
			half = append(half, fmt.Sprintf("%s is for this program, but does not know this message%s", s.Parser, where))
		case s.Recognized:
			half = append(half, fmt.Sprintf("%s: the message begins like one, but is broken or of another version%s", s.Parser, where))
		case !s.Inside:
			not = append(not, s.Parser)
		}
	}
	if app := x.Header.AppName; app != "" && !normalize.Reads(app) {
		add("Program: nothing specific is known about messages from %q.", app)
	}
	for _, h := range half {
		add("Tried: %s.", h)
	}
	if x.Parser() == "" && len(not) > 0 {
		add("Tried: %d of %d formats can begin like this, but their marks are missing: %s.", len(not), normalize.Formats(), strings.Join(slices.Compact(not), ", "))
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// Show prints the message, width columns at a time, with a line below that
// marks where its fields are, and their names.
func (x *Explanation) Show(body string, width int) []string {
	marks := []byte(strings.Repeat(" ", len(body)))
	for i, p := range x.Places {
		for at := p.Start; at < p.End; at++ {
			marks[at] = "^~"[i%2]
		}
	}
	var out []string
	for from := 0; from < len(body); {
		to := min(from+width, len(body))
		for to < len(body) && body[to]&0xc0 == 0x80 {
			to++
		}
		out = append(out, visible(body[from:to]))
		if line := strings.TrimRight(alignMarks(body[from:to], marks[from:to]), " "); line != "" {
			out = append(out, line)
		}
		from = to
	}
	return out
}

// alignMarks leaves one mark per character.
func alignMarks(text string, marks []byte) string {
	var b strings.Builder
	for i := range text {
		b.WriteByte(marks[i])
	}
	return b.String()
}

func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '·'
		}
		return r
	}, s)
}

// ExplainStored parses the original message of a stored event again. body is
// "" for events that were not read from a line.
func (p Parser) ExplainStored(ev *event.Event) (body string, x Explanation) {
	if body = ev.Get(event.EventOriginal); body != "" {
		x = p.Explain(&event.Raw{Origin: &event.Origin{Input: "explain"}, Received: ev.Received, Body: body})
	}
	return body, x
}
