package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// TestClockJumps stores events while the clock jumps ahead by a year, back by
// two, over midnight and over New Year: every event keeps a number of its own,
// all are found newest first, and sealing and retention go by the days of
// receipt.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &clock{t: noon}
	s := openStore(t, dir, func(cfg *Config) { cfg.Now, cfg.BlockEvents = c.now, 64 })
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	var all []event.Event
	for i, at := range []time.Time{
		noon, noon.AddDate(1, 0, 0), noon, noon.AddDate(-1, 0, 0), noon.Add(-time.Second),
		time.Date(2026, 11, 23, 23, 59, 59, 999999999, time.UTC), time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC),
		newYear.Add(-1), newYear, newYear.Add(-time.Hour),
		time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC), noon,
	} {
		c.set(at)
		batch := newOffice(uint64(i), at).batch(150)
		for k := range batch {
			batch[k].Received = 0 // the present
			if k%20 == 0 {
				batch[k].Time = at.AddDate(-1, 0, 0).UnixNano()
			}
		}
		mustAppend(t, s, batch)
		all = append(all, batch...)
		if i%3 == 2 {
			sealAll(t, s)
		}
	}
	seen := map[event.ID]bool{}
	for i := range all {
		if seen[all[i].ID] || all[i].ID.Day() != dayOf(all[i].Received) {
			t.Fatalf("event %d has number %d, received %s", i, all[i].ID, event.FormatTime(all[i].Received))
		}
		seen[all[i].ID] = true
	}
	slices.SortFunc(all, func(a, b event.Event) int {
		return newer(hit{time: a.Time, id: a.ID}, hit{time: b.Time, id: b.ID})
	})
	check := func(s *Store, what string) {
		t.Helper()
		got, res := search(t, s, query.Query{})
		if len(got) != len(all) || len(res.Partial) > 0 {
			t.Fatalf("%s: %d events of %d, %v", what, len(got), len(all), res.Partial)
		}
		for i := range got {
			if !same(&got[i], &all[i]) {
				t.Fatalf("%s: event %d is %s, want %s", what, i, dump(&got[i]), dump(&all[i]))
			}
		}
		// The hour before New Year by the events' own times.
		q := query.Query{Since: newYear.Add(-time.Hour).UnixNano(), Until: newYear.UnixNano()}
		want := 0
		for i := range all {
			if q.Match(&all[i]) {
				want++
			}
		}
		if got, _ := search(t, s, q); len(got) != want || want == 0 {
			t.Errorf("%s: %d events before New Year, want %d", what, len(got), want)
		}
		bins, _, err := s.Histogram(context.Background(), query.Query{}, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for i, b := range bins {
			if sum += b.Count; i > 0 && b.Start <= bins[i-1].Start {
				t.Errorf("%s: bin %d begins before its predecessor", what, i)
			}
		}
		if sum != len(all) {
			t.Errorf("%s: %d events in the histogram, want %d", what, sum, len(all))
		}
	}
	check(s, "writer")
	check(openStore(t, dir, readOnlyConfig), "reader")
	c.set(noon)
	if err := s.sealDue(endedDays); err != nil {
		t.Fatal(err)
	}
	check(s, "with ended days sealed")

	// Days that are in the future by the clock stay, whatever it says.
	if _, err := s.Retain(context.Background(), time.Nanosecond, 0); err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(ev event.Event) bool { return ev.ID.Day() < dayOf(noon.UnixNano()) })
	check(s, "after the past was dropped")
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
}
