package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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
