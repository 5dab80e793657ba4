package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// ban reads a sentence of a program that bans addresses.
func ban(k *read.Keyed, t read.Templates, text string) {
	if t.Match("*", text, k) {
		if rule := k.Event.Get(event.RuleName); rule != "" {
			k.Event.Set(event.RuleName, strings.TrimSpace(rule))
		}
		return
	}
	k.Prose(text)
	read.Classify(k.Event, read.CategoryHost, read.TypeInfo, "service-message", read.ProseOutcome(text))
}
