package query

import (
	"testing"
	"time"
	_ "time/tzdata" // the computer may have no zones

	"porchlight/ingest/event"
)

// TestDaylightSaving bounds searches by days on which the clock is changed:
// they have 25 and 23 hours.
func TestDaylightSaving(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text         string
		now          time.Time
		since, until string // UTC, "" for none
	}{
		{"since:2026-10-25 until:2026-10-25", time.Date(2026, 11, 1, 12, 0, 0, 0, berlin), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"since:2026-03-29 until:2026-03-29", time.Date(2026, 4, 1, 12, 0, 0, 0, berlin), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"since:yesterday until:yesterday", time.Date(2026, 10, 26, 0, 30, 0, 0, berlin), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"since:today", time.Date(2026, 10, 25, 23, 30, 0, 0, berlin), "2026-10-24T22:00:00Z", ""},
		{"since:2026-10-25T03:00", time.Date(2026, 10, 25, 12, 0, 0, 0, berlin), "2026-10-25T02:00:00Z", ""},
		{"since:2026-03-29T03:00", time.Date(2026, 4, 1, 12, 0, 0, 0, berlin), "2026-03-29T01:00:00Z", ""},
		{"since:2026-12-31 until:2026-12-31", time.Date(2027, 1, 1, 0, 30, 0, 0, berlin), "2026-12-30T23:00:00Z", "2026-12-31T23:00:00Z"},
		{"last 24h", time.Date(2026, 10, 25, 12, 0, 0, 0, berlin), "2026-10-24T11:00:00Z", ""}, // hours, not a day
	} {
		q, err := Parse(c.text, c.now)
		if err != nil {
			t.Fatal(err)
		}
		bound := func(ns int64) string {
			if ns == 0 {
				return ""
			}
			return event.FormatTime(ns)
		}
		if since, until := bound(q.Since), bound(q.Until); since != c.since || until != c.until {
			t.Errorf("%s at %s: from %s to %s, want %s to %s", c.text, c.now, since, until, c.since, c.until)
		}
	}
}
