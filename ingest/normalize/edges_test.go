package normalize

import (
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// TestEdgesOfHeads gives every parser messages that end or change where their
// heads are split.
func TestEdgesOfHeads(t *testing.T) {
	for n := 1; n < 520; n++ {
		for _, tail := range []string{": ", ": x", " [", " - [", "(", "%", "=", "]: ", ";"} {
			for _, fill := range []string{"a", "1", "a.", "["} {
				var ev event.Event
				ev.Set(event.Message, strings.Repeat(fill, n)[:n]+tail)
				Apply(&ev, Context{Location: time.UTC})
			}
		}
	}
}

// TestTakenForAnother has lines that look like a format but are not.
func TestTakenForAnother(t *testing.T) {
	for line, not := range map[string]string{
		"2026-03-01 10:00:00 worker-123456-01 started job 5 for anna":                                       "exim",
		"2026-03-01 10:00:00 worker-1234-abcd ** heartbeat":                                                 "exim",
		"Warning: Delivery of job ID 12 failed":                                                             "cisco_esa",
		"2026-03-01T10:00:00.123Z [ERROR] agent.http: Request error: method=GET":                            "mysql",
		"01-Mar-2026 10:00:00.123 info: client @0x7f 192.0.2.1#5353 (example.com): query: example.com IN A": "app",
	} {
		var ev event.Event
		ev.Set(event.Message, line)
		Apply(&ev, Context{Location: time.UTC})
		if got := ev.Get(event.EventModule); got == not {
			t.Errorf("%s: read as %s", line, got)
		}
	}
	for line, want := range map[string]bool{
		"Administrator unlocked user anna, password reset by bert": false,
		"An attempt was made to authenticate the locked user anna": true,
	} {
		var ev event.Event
		if got := read.ProseLogin(&ev, line); got != want {
			t.Errorf("%s: a login: %v", line, got)
		}
	}
}
