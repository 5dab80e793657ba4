package normalize

// What readers of sentences of several makers have in common.

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

// deviceMessage reads a sentence of what manages a machine or its power: by
// its templates, else by its words.
func (k *keyed) deviceMessage(t templates, text string) {
	if t.match("*", text, k) {
		return
	}
	k.prose(text)
	if !proseLogin(k.ev, text) {
		s := lower(text)
		switch {
		case strings.Contains(s, "no longer on battery") || strings.Contains(s, "utility power"):
			classify(k.ev, catHost, typeChange, "power-restored", success)
		case strings.Contains(s, "on battery") || strings.Contains(s, "battery power"):
			classify(k.ev, catHost, typeChange, "power-on-battery", "")
		case strings.Contains(s, "configuration") && strings.Contains(s, "chang"):
			classify(k.ev, catConfiguration, typeChange, actionConfigChanged, "")
		default:
			classify(k.ev, catHost, typeInfo, "device-message", proseOutcome(text))
		}
	}
	k.ev.Set(event.EventReason, text)
}

// ban reads a sentence of a program that shuts addresses out.
func (k *keyed) ban(t templates, text string) {
	if t.match("*", text, k) {
		if rule := k.ev.Get(event.RuleName); rule != "" {
			k.ev.Set(event.RuleName, strings.TrimSpace(rule))
		}
		return
	}
	k.prose(text)
	classify(k.ev, catHost, typeInfo, "service-message", proseOutcome(text))
}
