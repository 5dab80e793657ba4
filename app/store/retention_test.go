package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func dates(days []Day) []string {
	var out []string
	for _, d := range days {
		out = append(out, d.Date)
	}
	return out
}

func TestRetain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &clock{t: noon}
	s := openStore(t, dir, func(cfg *Config) { cfg.Now = c.now })
	ro := openStore(t, dir, readOnlyConfig)
	ctx := context.Background()
	for day := -5; day <= 0; day++ {
		mustAppend(t, s, newOffice(uint64(day+9), noon.AddDate(0, 0, day)).batch(1000))
	}
	if got, _ := search(t, ro, query.Query{}); len(got) != 6000 {
		t.Fatalf("the reader sees %d events", len(got))
	}
	retain := func(age time.Duration, bytes int64, want ...string) []Day {
		t.Helper()
		got, err := s.Retain(ctx, age, bytes)
		if err != nil || !slices.Equal(dates(got), want) {
			t.Fatalf("dropped %v, %v, want %v", got, err, want)
		}
		return got
	}
	retain(0, 0)
	retain(5*24*time.Hour, 0)
	days := retain(4*24*time.Hour, 0, "2026-11-18")
	if days[0].Events != 1000 || days[0].Bytes < 50_000 {
		t.Errorf("dropped %+v", days[0])
	}
	size, err := s.DiskBytes()
	if err != nil {
		t.Fatal(err)
	}
	retain(0, size)
	retain(0, size-1, "2026-11-19")
	for name, s := range map[string]*Store{"writer": s, "reader": ro} {
		if got, res := search(t, s, query.Query{}); len(got) != 4000 || len(res.Partial) > 0 {
			t.Errorf("%s: %d events, %v", name, len(got), res.Partial)
		}
	}
	retain(time.Nanosecond, 1, "2026-11-20", "2026-11-21", "2026-11-22") // today stays
	if got, _ := search(t, s, query.Query{}); len(got) != 1000 {
		t.Errorf("%d events, want 1000", len(got))
	}
	// A clock that goes back to a dropped day does not give its IDs again.
	batch := []event.Event{numbered(1, noon.AddDate(0, 0, -1))}
	mustAppend(t, s, batch)
	if batch[0].ID.Seq() <= 1000 {
		t.Errorf("number %d is given again", batch[0].ID.Seq())
	}
	// The clock runs ahead of all files: those of today are over then.
	c.set(noon.AddDate(1, 0, 0))
	retain(24*time.Hour, 0, "2026-11-22", "2026-11-23")
}

func TestRetainDuringSearch(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	for day := -2; day <= 0; day++ {
		for i := range 4 {
			mustAppend(t, s, newOffice(uint64(i), noon.AddDate(0, 0, day).Add(time.Duration(i)*time.Minute)).batch(600))
		}
	}
	n := 0
	res, err := s.Search(context.Background(), query.Query{}, func(*event.Event) bool {
		if n++; n == 100 {
			if _, err := s.Retain(context.Background(), time.Nanosecond, 0); err != nil {
				t.Error(err)
			}
		}
		return true
	})
	// What had been found before its day was dropped may still come.
	if err != nil || len(res.Partial) > 0 || n < 2400 || n >= 3*2400 {
		t.Errorf("%d events, %v, %v", n, res.Partial, err)
	}
}
