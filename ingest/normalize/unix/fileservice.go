package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// fileService makes the parser of a service that people log in to for files,
// whose module has its name.
func fileService(name string, t read.Templates) read.Parser {
	return read.Parser{Name: name, Apps: []string{name}, Parse: func(m *read.Message, ev *event.Event) bool {
		if strings.HasPrefix(m.Text, "pam_") {
			return false
		}
		k := read.Keyed{Event: ev, Location: m.Location}
		read.From(ev, name, name+".log")
		fileMessage(&k, t, m.Text)
		return true
	}}
}

// fileMessage reads a line of a service that people log in to for files or a
// screen: by its templates, else as a sentence.
func fileMessage(k *read.Keyed, t read.Templates, text string) {
	ev := k.Event
	if t.Match("*", text, k) {
		if file := ev.Get(event.FilePath); file != "" {
			read.SetPath(ev, file)
		}
		return
	}
	k.Prose(text)
	if !read.ProseLogin(ev, text) {
		switch s := read.Lower(text); {
		case strings.Contains(s, "refused connect") || strings.Contains(s, "denied"):
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		case strings.Contains(s, "session opened") || strings.Contains(s, "connect from"):
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "connection-started", "")
		default:
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(text))
		}
	}
}
