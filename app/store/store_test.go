package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func TestAppendAssignsIDsAndKeepsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	var want []event.Event
	for _, batch := range [][]event.Event{oddEvents(), newOffice(1, noon).batch(300), {numbered(1, noon)}} {
		for i := range batch {
			batch[i].Received = noon.UnixNano()
		}
		mustAppend(t, s, batch)
		for i := range batch {
			want = append(want, batch[i].Clone())
		}
	}
	for i := range want {
		if want[i].ID != event.NewID(dayOf(noon.UnixNano()), uint64(i+1)) {
			t.Fatalf("event %d has ID %d", i, want[i].ID)
		}
	}
	if got := s.LastID(); got != want[len(want)-1].ID {
		t.Errorf("LastID %d, want %d", got, want[len(want)-1].ID)
	}
	check := func(s *Store) {
		t.Helper()
		var got []event.Event
		err := s.EachSince(context.Background(), noon, func(ev *event.Event) bool { got = append(got, *ev); return true })
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%d events, want %d", len(got), len(want))
		}
		for i := range want {
			if !same(&got[i], &want[i]) {
				t.Fatalf("event %d:\n got %s\nwant %s", i, dump(&got[i]), dump(&want[i]))
			}
		}
	}
	check(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check(openStore(t, dir))
}

func TestJournalIsDurableWAL(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	want := map[string]any{"journal_mode": "wal", "synchronous": int64(2), "wal_autocheckpoint": int64(4000),
		"journal_size_limit": int64(64 << 20), "busy_timeout": int64(5000), "cache_size": int64(-16384), "user_version": int64(dayVersion)}
	for pragma, value := range want {
		err := withWriter(s, func(w *writer) error {
			return w.conn.query("PRAGMA "+pragma, func(v []driver.Value) error {
				if v[0] != value {
					t.Errorf("%s is %v, want %v", pragma, v[0], value)
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var mode string
	var sync int
	if err := errors.Join(s.main.QueryRow("PRAGMA journal_mode").Scan(&mode), s.main.QueryRow("PRAGMA synchronous").Scan(&sync)); err != nil {
		t.Fatal(err)
	}
	if mode != "wal" || sync != 2 {
		t.Errorf("porchlight.db: journal_mode %s, synchronous %d", mode, sync)
	}
}

// naive is the brute-force reading of a query over all events.
func naive(all []event.Event, q query.Query) []event.Event {
	var out []event.Event
	for i := range all {
		if q.Match(&all[i]) {
			out = append(out, all[i])
		}
	}
	slices.SortFunc(out, func(a, b event.Event) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.ID, a.ID))
	})
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out
}

// TestSearchEqualsBruteForce appends late, early and simultaneous events over
// several days in batches of all sizes and compares every kind of bound.
func TestSearchEqualsBruteForce(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name    string
		cache   int64
		pending int
		queries int
	}{{"cached", 1 << 20, defaultPending, 45}, {"uncached", 1, defaultPending, 30}, {"spilling", 1 << 20, 400 << 10, 9}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 7))
			dir := t.TempDir()
			s := openStore(t, dir, func(c *Config) { c.CacheBytes = size.cache })
			s.pendingBytes = size.pending
			ro := openStore(t, dir, readOnlyConfig)
			var all []event.Event
			now := noon
			for n := 0; len(all) < 4000; {
				batch := make([]event.Event, 1+r.IntN(1+[]int{1, 5, 40, 900}[r.IntN(4)]))
				for i := range batch {
					now = now.Add(time.Duration(r.IntN(40)) * time.Second)
					batch[i] = numbered(n, now)
					n++
					switch r.IntN(12) {
					case 0:
						batch[i].Time -= r.Int64N(3 * dayNanos) // late
					case 1:
						batch[i].Time += r.Int64N(3 * dayNanos) // from the future
					case 2:
						batch[i].Time = noon.UnixNano() // all at once
					}
				}
				mustAppend(t, s, batch)
				for i := range batch {
					all = append(all, batch[i].Clone())
				}
			}
			if len(s.segs) < 2 {
				t.Fatal("the events do not span days")
			}
			for range repeats(size.queries, 4*size.queries) {
				var q query.Query
				at := func() int64 { return all[r.IntN(len(all))].Time }
				if r.IntN(3) == 0 {
					q.Since = at()
				}
				if r.IntN(3) == 0 {
					q.Until = at()
				}
				if r.IntN(3) == 0 {
					q.AfterID = all[r.IntN(len(all))].ID
				}
				if r.IntN(2) == 0 {
					q.Limit = 1 + r.IntN(300)
				}
				if r.IntN(2) == 0 {
					digit := fmt.Sprint(r.IntN(100))
					q.Expr = matchFunc(func(ev *event.Event) bool { return strings.HasSuffix(ev.Get(event.EventCode), digit) })
				}
				want := naive(all, q)
				for name, s := range map[string]*Store{"writer": s, "reader": ro} {
					got, res := search(t, s, q)
					if len(res.Partial) > 0 {
						t.Fatalf("%s: partial: %v", name, res.Partial)
					}
					if !slices.EqualFunc(got, want, func(a, b event.Event) bool { return same(&a, &b) }) {
						t.Fatalf("%s: query %+v: %d events, want %d", name, q, len(got), len(want))
					}
				}
				width := time.Duration(1 + r.Int64N(5*3600e9))
				bins, _, err := s.Histogram(context.Background(), q, width)
				if err != nil {
					t.Fatal(err)
				}
				counts := map[int64]int{}
				q.Limit = 0
				for _, ev := range naive(all, q) {
					counts[floorDiv(ev.Time, int64(width))*int64(width)]++
				}
				var wantBins []query.Bin
				for _, start := range slices.Sorted(maps.Keys(counts)) {
					wantBins = append(wantBins, query.Bin{Start: start, Count: counts[start]})
				}
				if !slices.Equal(bins, wantBins) {
					t.Fatalf("histogram of %+v by %v: %v, want %v", q, width, bins, wantBins)
				}
			}
			// By ID, in any order, with strangers among them.
			var ids []event.ID
			for range 300 {
				ids = append(ids, all[r.IntN(len(all))].ID)
			}
			got, err := s.Events(context.Background(), append([]event.ID{0, 1 << 60, event.NewID(all[0].ID.Day(), 1<<35)}, ids...))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(ids) {
				t.Fatalf("%d events by ID, want %d", len(got), len(ids))
			}
			for i, id := range ids {
				k := slices.IndexFunc(all, func(ev event.Event) bool { return ev.ID == id })
				if !same(&got[i], &all[k]) {
					t.Fatalf("event %d is %s, want %s", id, dump(&got[i]), dump(&all[k]))
				}
			}
		})
	}
}

func TestSearchStopsEarly(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	for i := range 40 {
		mustAppend(t, s, newOffice(uint64(i), noon.Add(time.Duration(i)*time.Minute)).batch(600))
	}
	got, res := search(t, s, query.Query{Limit: 10})
	if len(got) != 10 || res.Scanned > 1200 {
		t.Errorf("the newest %d took a look at %d events", len(got), res.Scanned)
	}
	n := 0
	res, err := s.Search(context.Background(), query.Query{}, func(*event.Event) bool { n++; return n < 3 })
	if err != nil || n != 3 || res.Scanned > 1200 {
		t.Errorf("stopped after %d events, %d looked at, %v", n, res.Scanned, err)
	}
	_, res = search(t, s, query.Query{AfterID: s.LastID() - 5})
	if res.Scanned > 600 {
		t.Errorf("live tail took a look at %d events", res.Scanned)
	}
}

func TestSearchIsCancellable(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	for i := range 20 {
		mustAppend(t, s, newOffice(uint64(i), noon).batch(512))
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err := s.Search(ctx, query.Query{Expr: matchFunc(func(*event.Event) bool {
		n++
		cancel()
		return false
	})}, func(*event.Event) bool { return true })
	if !errors.Is(err, context.Canceled) || n > 512 {
		t.Errorf("%v after %d events", err, n)
	}
	if err := s.Append(ctx, []event.Event{numbered(1, noon)}); !errors.Is(err, context.Canceled) {
		t.Errorf("Append: %v", err)
	}
}

func TestSmallBatchesAreMerged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	ro := openStore(t, dir, readOnlyConfig)
	const n = 2*mergeRows + 100 // two merges of the run, and more
	for i := range n {
		mustAppend(t, s, []event.Event{numbered(i, noon.Add(time.Duration(i)*time.Second))})
		if i%97 == 0 {
			if got, _ := search(t, ro, query.Query{}); len(got) != i+1 {
				t.Fatalf("the reader sees %d events of %d", len(got), i+1)
			}
		}
	}
	mustAppend(t, s, newOffice(1, noon.Add(time.Hour)).batch(smallBatch)) // ends the run
	if rows := len(s.segs[0].rows); rows > n/mergeRows+mergeRows/16+2 {
		t.Errorf("%d rows for %d single events", rows, n)
	}
	for name, s := range map[string]*Store{"writer": s, "reader": ro, "late reader": openStore(t, dir, readOnlyConfig)} {
		got, res := search(t, s, query.Query{Expr: matchFunc(func(ev *event.Event) bool { return ev.Has(event.EventCode) })})
		if len(got) != n || len(res.Partial) > 0 {
			t.Fatalf("%s: %d events, want %d; %v", name, len(got), n, res.Partial)
		}
		for i, ev := range got {
			if ev.Get(event.EventCode) != fmt.Sprint(n-1-i) {
				t.Fatalf("%s: place %d has number %s", name, i, ev.Get(event.EventCode))
			}
		}
	}
}

// TestMergeDuringSearch merges rows that a running search has still to visit.
func TestMergeDuringSearch(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	const n = mergeRows - 10
	for i := range n {
		mustAppend(t, s, []event.Event{numbered(i, noon.Add(time.Duration(i)*time.Second))})
	}
	var got []string
	res, err := s.Search(context.Background(), query.Query{}, func(ev *event.Event) bool {
		if len(got) == 5 {
			for i := range mergeRows {
				mustAppend(t, s, []event.Event{numbered(n+i, noon.Add(time.Hour))})
			}
		}
		got = append(got, ev.Get(event.EventCode))
		return true
	})
	if err != nil || len(res.Partial) > 0 {
		t.Fatal(err, res.Partial)
	}
	if len(s.segs[0].rows) > mergeRows {
		t.Fatal("nothing was merged")
	}
	if len(got) != n {
		t.Fatalf("%d events, want %d", len(got), n)
	}
	for i := range got {
		if got[i] != fmt.Sprint(n-1-i) {
			t.Fatalf("place %d has number %s", i, got[i])
		}
	}
}

func TestBatchOverMidnight(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	var batch []event.Event
	for i := range 10 { // workers deliver out of order
		batch = append(batch, numbered(i, midnight.Add(time.Duration(i%2*2-1)*time.Millisecond)))
	}
	mustAppend(t, s, batch)
	for i := range batch {
		if want := event.NewID(dayOf(midnight.UnixNano())-1+i%2, uint64(i/2+1)); batch[i].ID != want {
			t.Errorf("event %d has ID %d, want %d", i, batch[i].ID, want)
		}
	}
	// The clock goes back, and forth again.
	again := []event.Event{numbered(10, midnight.Add(-time.Hour))}
	mustAppend(t, s, again)
	if want := event.NewID(dayOf(midnight.UnixNano())-1, 6); again[0].ID != want {
		t.Errorf("after the clock went back: ID %d, want %d", again[0].ID, want)
	}
	mustAppend(t, s, []event.Event{numbered(11, midnight.Add(-48*time.Hour))})
	mustAppend(t, s, []event.Event{numbered(12, midnight.Add(time.Hour))})
	got, _ := search(t, s, query.Query{})
	seen := map[event.ID]bool{}
	for _, ev := range got {
		seen[ev.ID] = true
	}
	if len(got) != 13 || len(seen) != 13 {
		t.Errorf("%d events with %d IDs, want 13", len(got), len(seen))
	}
	names, err := filepath.Glob(filepath.Join(s.cfg.Dir, "events-*.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	if want := []string{"events-2026-11-22.db", "events-2026-11-23.db", "events-2026-11-24.db"}; !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
}

func TestEventsWithoutReceiveTimeGetThePresent(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	batch := make([]event.Event, 1)
	mustAppend(t, s, batch)
	if batch[0].Received != noon.UnixNano() || batch[0].ID.Day() != dayOf(noon.UnixNano()) {
		t.Errorf("received %d, ID %d", batch[0].Received, batch[0].ID)
	}
}

func TestLargeBatchIsOneTransactionOfSeveralRows(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	batch := newOffice(1, noon).batch(2*maxRowEvents + 10)
	mustAppend(t, s, batch)
	if n := len(s.segs[0].rows); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
	got, _ := search(t, s, query.Query{})
	if len(got) != len(batch) {
		t.Errorf("%d events, want %d", len(got), len(batch))
	}
	// One that is too large takes none of its batch with it into the store.
	big := newOffice(2, noon).batch(maxRowEvents + 1)
	big[maxRowEvents].Set(event.EventOriginal, strings.Repeat("x", maxBodyBytes+1))
	if err := s.Append(context.Background(), big); !errors.Is(err, errTooLarge) || big[0].ID != 0 {
		t.Errorf("%v, first ID %d", err, big[0].ID)
	}
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	if got, _ := search(t, s, query.Query{}); len(got) != len(batch)+1 {
		t.Errorf("%d events, want %d", len(got), len(batch)+1)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), func(c *Config) { c.CacheBytes = 2 << 20 })
	for i := range 30 {
		mustAppend(t, s, newOffice(uint64(i), noon.Add(time.Duration(i)*time.Minute)).batch(600))
	}
	for range 3 {
		if got, _ := search(t, s, query.Query{}); len(got) != 30*600 {
			t.Fatalf("%d events", len(got))
		}
		search(t, s, query.Query{Since: noon.UnixNano(), Until: noon.Add(10 * time.Minute).UnixNano()})
	}
	sum := int64(0)
	for e := s.cache.order.Front(); e != nil; e = e.Next() {
		sum += e.Value.(*cached).size
	}
	if sum != s.cache.size || sum > s.cache.max || sum == 0 || len(s.cache.rows) != s.cache.order.Len() {
		t.Errorf("the cache holds %d bytes, says %d of %d", sum, s.cache.size, s.cache.max)
	}
}
