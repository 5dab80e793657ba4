package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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
