package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// fileService makes the parser of a service on which somebody logs in to work
// with files, whose module has its name.
func fileService(name string, t templates) parser {
	return parser{name: name, apps: []string{name}, parse: func(m *message, ev *event.Event) bool {
		if strings.HasPrefix(m.text, "pam_") {
			return false
		}
		k := keyed{ev: ev, loc: m.loc}
		from(ev, name, name+".log")
		k.fileMessage(t, m.text)
		return true
	}}
}

// fileMessage reads a line of a service on which somebody logs in to work with
// files or a screen: by its templates, else as a sentence.
func (k *keyed) fileMessage(t templates, text string) {
	ev := k.ev
	if t.match("*", text, k) {
		if file := ev.Get(event.FilePath); file != "" {
			setPath(ev, file)
		}
		return
	}
	k.prose(text)
	if !proseLogin(ev, text) {
		switch s := lower(text); {
		case strings.Contains(s, "refused connect") || strings.Contains(s, "denied"):
			classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		case strings.Contains(s, "session opened") || strings.Contains(s, "connect from"):
			classify(ev, catNetwork, connInfo, "connection-started", "")
		default:
			classify(ev, catHost, typeInfo, "server-message", proseOutcome(text))
		}
	}
}
