package normalize

import "porchlight/ingest/event"

// Trace records which formats were asked about a message and what they said,
// to answer "why did this not parse?". Formats whose messages begin with another
// character are not asked.
type Trace struct {
	Steps []Step
}

// Step is one format that was asked.
type Step struct {
	Parser     string
	Program    bool // asked because the header names a program that logs so, not for the content
	Recognized bool // the content has the format's marks
	Understood bool // it was read
	Inside     bool // about a message found inside of another one
}

func (t *Trace) step(p *parser, program, recognized, understood, inside bool) {
	if t != nil {
		t.Steps = append(t.Steps, Step{p.name, program, recognized, understood, inside})
	}
}

// pack records that the packs of the admin were asked.
func (t *Trace) pack(ev *event.Event, understood bool) {
	if t != nil && understood {
		t.Steps = append(t.Steps, Step{Parser: "pack " + ev.Get(event.EventModule), Recognized: true, Understood: true})
	}
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
