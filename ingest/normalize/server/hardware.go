package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// deviceMessage reads a sentence from something that manages a machine or its
// power: by its templates, else by its words.
func deviceMessage(k *read.Keyed, t read.Templates, text string) {
	if t.Match("*", text, k) {
		return
	}
	k.Prose(text)
	if !read.ProseLogin(k.Event, text) {
		s := read.Lower(text)
		switch {
		case strings.Contains(s, "no longer on battery") || strings.Contains(s, "utility power"):
			read.Classify(k.Event, read.CategoryHost, read.TypeChange, "power-restored", read.Success)
		case strings.Contains(s, "on battery") || strings.Contains(s, "battery power"):
			read.Classify(k.Event, read.CategoryHost, read.TypeChange, "power-on-battery", "")
		case strings.Contains(s, "configuration") && strings.Contains(s, "chang"):
			read.Classify(k.Event, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, "")
		default:
			read.Classify(k.Event, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(text))
		}
	}
	k.Event.Set(event.EventReason, text)
}
