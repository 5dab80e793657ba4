package store

import (
	"context"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// TestProgress checks what a search over more than a few batches tells of
// itself: it goes on only forward in count and back in time, and ends whole.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), func(c *Config) { c.SealEvents, c.BlockEvents = 1<<20, 4096 })
	const n = 3*progressStep + 7
	for from := 0; from < n; from += maxRowEvents {
		batch := make([]event.Event, min(maxRowEvents, n-from))
		for i := range batch {
			batch[i] = numbered(from+i, noon.Add(time.Duration(from+i)*time.Millisecond))
		}
		mustAppend(t, s, batch)
	}
	newest, oldest := noon.Add((n-1)*time.Millisecond).UnixNano(), noon.UnixNano()
	run := map[string]func(q query.Query) error{
		"search": func(q query.Query) error {
			_, err := s.Search(context.Background(), q, func(*event.Event) bool { return true })
			return err
		},
		"histogram": func(q query.Query) error {
			_, _, err := s.Histogram(context.Background(), q, time.Hour)
			return err
		},
		"stats": func(q query.Query) error {
			q.Stats = &query.Stats{Aggs: []query.Agg{{Func: query.Count, Name: "count"}}}
			_, _, err := s.Stats(context.Background(), q)
			return err
		},
	}
	check := func(t *testing.T) {
		for name, f := range run {
			t.Run(name, func(t *testing.T) { testProgress(t, f, n, oldest, newest) })
		}
		// A search by number passes over what it need not read, and counts it.
		var last query.Progress
		err := run["search"](query.Query{Expr: query.ID(event.NewID(dayOf(noon.UnixNano()), 5)), Progress: func(p query.Progress) { last = p }})
		if err != nil || last.Done != n || last.Total != n {
			t.Errorf("search by number: %+v, %v; want all %d passed over", last, err, n)
		}
	}
	t.Run("journal", check)
	sealAll(t, s)
	t.Run("blocks", check)
}

func testProgress(t *testing.T, f func(q query.Query) error, n, oldest, newest int64) {
	var told []query.Progress
	// Filters of blocks cannot tell that there is no such event.
	q, err := query.Parse("*zzz*", noon)
	if err != nil {
		t.Fatal(err)
	}
	err = f(query.Query{Expr: q.Expr, Progress: func(p query.Progress) { told = append(told, p) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(told) < 3 {
		t.Fatalf("told %d times about %d events", len(told), n)
	}
	for i, p := range told {
		switch {
		case p.Total != n || p.Done <= 0 || p.Done > n:
			t.Errorf("report %d: %d of %d events, want a part of %d", i, p.Done, p.Total, n)
		case p.Back < oldest || p.Back > newest:
			t.Errorf("report %d: back to %d, which is outside the events' times", i, p.Back)
		case i > 0 && (p.Done <= told[i-1].Done || p.Back > told[i-1].Back):
			t.Errorf("report %d goes back: %+v after %+v", i, p, told[i-1])
		}
	}
	if last := told[len(told)-1]; last.Done != n {
		t.Errorf("the last report is of %d events, want %d", last.Done, n)
	}
}
