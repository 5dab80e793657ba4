package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// fakeEvents is a store in memory.
type fakeEvents struct {
	mu      sync.Mutex
	events  []*event.Event // in the order of storage
	delay   time.Duration  // of every search, cancellable
	err     error
	partial []string
	queries []query.Query
}

func (f *fakeEvents) add(n int, at time.Time, message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for range n {
		ev := &event.Event{ID: event.NewID(20000, uint64(len(f.events)+1)), Time: at.UnixNano(), Received: at.UnixNano()}
		ev.Set(event.Message, message)
		f.events = append(f.events, ev)
		at = at.Add(time.Millisecond)
	}
}

func (f *fakeEvents) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	f.mu.Lock()
	events, delay, err, partial := slices.Clone(f.events), f.delay, f.err, f.partial
	f.queries = append(f.queries, q)
	f.mu.Unlock()
	select {
	case <-ctx.Done():
		return query.Result{}, ctx.Err()
	case <-time.After(delay):
	}
	if err != nil {
		return query.Result{}, err
	}
	slices.SortStableFunc(events, func(a, b *event.Event) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.ID, a.ID))
	})
	n := 0
	for _, ev := range events {
		if !q.Match(ev) {
			continue
		}
		if n++; !yield(ev) || n == q.Limit {
			break
		}
	}
	return query.Result{Scanned: len(events), Partial: partial}, nil
}

func (f *fakeEvents) Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, query.Result{}, f.err
	}
	counts := map[int64]int{}
	for _, ev := range f.events {
		if q.Match(ev) {
			counts[ev.Time/int64(width)*int64(width)]++
		}
	}
	var bins []query.Bin
	for start, n := range counts {
		bins = append(bins, query.Bin{Start: start, Count: n})
	}
	slices.SortFunc(bins, func(a, b query.Bin) int { return cmp.Compare(a.Start, b.Start) })
	return bins, query.Result{}, nil
}

// inBubble runs a test with a started model in a synctest bubble.
func inBubble(t *testing.T, f func(t *testing.T, store *fakeEvents, m *Events)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var work sync.WaitGroup
		store := &fakeEvents{}
		m := NewEvents(store, time.Now, work.Go, func() {})
		m.Start(ctx)
		f(t, store, m)
		m.Stop()
		work.Wait()
	})
}

// settle lets the model finish what it is doing, including the tail.
func settle() {
	time.Sleep(time.Second)
	synctest.Wait()
}

func TestSearchFindsNewestFirst(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(3, time.Now().Add(-time.Minute), "door opened")
		store.add(2, time.Now().Add(-time.Second), "door closed")
		m.Search("closed", Span{Last: time.Hour})
		settle()
		v := m.View()
		if v.Err != nil || !v.Done || v.Running {
			t.Fatalf("err %v, done %v, running %v", v.Err, v.Done, v.Running)
		}
		if len(v.Events) != 2 || v.Events[0].Time < v.Events[1].Time {
			t.Errorf("events: %v", v.Events)
		}
		if !v.Chart.Whole || v.Chart.Total() != 2 {
			t.Errorf("chart: %+v", v.Chart)
		}
	})
}

func TestSearchErrorKeepsTheRows(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(2, time.Now(), "door")
		m.Search("", Live)
		settle()
		m.Search("user.name:(anna", Live)
		settle()
		v := m.View()
		if v.Err == nil || v.Err.Column == 0 || v.Err.Msg == "" {
			t.Fatalf("error: %+v", v.Err)
		}
		if len(v.Events) != 2 || v.Running {
			t.Errorf("%d rows, running %v", len(v.Events), v.Running)
		}
		store.err = errors.New("disk on fire")
		m.Search("", Live)
		settle()
		if v = m.View(); v.Err == nil || v.Err.Column != 0 || !strings.Contains(v.Err.Msg, "disk on fire") {
			t.Errorf("error of the store: %+v", v.Err)
		}
	})
}

func TestSlowSearchSaysSoAndCanBeCancelled(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(1, time.Now(), "door")
		store.delay = 10 * time.Second
		m.Search("", AllTime)
		time.Sleep(slowAfter - time.Millisecond)
		synctest.Wait()
		if v := m.View(); !v.Running || v.Slow {
			t.Errorf("before 300 ms: running %v, slow %v", v.Running, v.Slow)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if v := m.View(); !v.Running || !v.Slow {
			t.Errorf("after 300 ms: running %v, slow %v", v.Running, v.Slow)
		}
		m.Cancel()
		settle()
		if v := m.View(); v.Running || v.Slow || !v.Stopped || v.Err != nil {
			t.Errorf("after cancel: %+v", v)
		}
	})
}

func TestNewSearchReplacesOneUnderWay(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(1, time.Now(), "door")
		store.add(1, time.Now(), "window")
		store.delay = time.Second
		m.Search("door", AllTime)
		time.Sleep(500 * time.Millisecond)
		m.Search("window", AllTime)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		v := m.View()
		if len(v.Events) != 1 || v.Events[0].Get(event.Message) != "window" || v.Running {
			t.Errorf("view: %+v", v)
		}
	})
}

func TestLiveTail(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(3, time.Now().Add(-time.Minute), "door")
		m.Search("door", Live)
		settle()
		total := m.View().Chart.Total()
		store.add(2, time.Now(), "door")
		store.add(5, time.Now(), "window")
		m.Kick()
		settle()
		v := m.View()
		if len(v.Events) != 5 {
			t.Fatalf("%d rows, want the 3 old and the 2 new that match", len(v.Events))
		}
		if v.Chart.Total() != total+2 {
			t.Errorf("the chart counts %d, want %d", v.Chart.Total(), total+2)
		}
		ids := map[event.ID]bool{}
		for _, ev := range v.Events {
			if ids[ev.ID] {
				t.Errorf("event %s twice", ev.ID)
			}
			ids[ev.ID] = true
		}
		store.mu.Lock()
		last := store.queries[len(store.queries)-1]
		store.mu.Unlock()
		if last.AfterID == 0 {
			t.Error("the tail read the whole store again")
		}
		// One whose clock is an hour late still appears at the top.
		store.add(1, time.Now().Add(-time.Hour), "door of the late")
		m.Kick()
		settle()
		if v = m.View(); v.Events[0].Get(event.Message) != "door of the late" {
			t.Errorf("top row: %s", v.Events[0].Get(event.Message))
		}
	})
}

func TestTailStartsInAnEmptyStore(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		m.Search("", Live)
		settle()
		store.add(1, time.Now(), "the first message")
		m.Kick()
		settle()
		if v := m.View(); len(v.Events) != 1 || v.Chart.Total() != 1 {
			t.Errorf("%d rows, chart %d", len(v.Events), v.Chart.Total())
		}
	})
}

func TestTailIsBatched(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		m.Search("", Live)
		settle()
		before := len(store.queries)
		for range 100 { // for one second
			store.add(1, time.Now(), "x")
			m.Kick()
			time.Sleep(10 * time.Millisecond)
		}
		settle()
		if n := len(store.queries) - before; n > 7 {
			t.Errorf("%d fetches in a second of messages, want about 5", n)
		}
		if n := len(m.View().Events); n != 100 {
			t.Errorf("%d rows, want 100", n)
		}
	})
}

func TestPause(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(1, time.Now(), "old")
		m.Search("", Live)
		settle()
		m.Pause(true)
		store.add(2, time.Now(), "new")
		m.Kick()
		settle()
		store.add(1, time.Now(), "newest")
		m.Kick()
		settle()
		if v := m.View(); len(v.Events) != 1 || v.Pending != 3 || !v.Paused {
			t.Fatalf("paused: %d rows, %d pending", len(v.Events), v.Pending)
		}
		m.Pause(false)
		v := m.View()
		if len(v.Events) != 4 || v.Pending != 0 || v.Events[0].Get(event.Message) != "newest" {
			t.Errorf("resumed: %d rows, %d pending, first %q", len(v.Events), v.Pending, v.Events[0].Get(event.Message))
		}
		m.Search("", Span{Last: time.Hour})
		settle()
		m.Pause(true)
		if m.View().Paused {
			t.Error("only a live search can be paused")
		}
	})
}

func TestMore(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		at := time.Now().Add(-time.Hour)
		store.add(EventsPage, at, "old")
		for range 700 { // all of one time: a page boundary within them
			store.add(1, at.Add(time.Minute), "same")
		}
		m.Search("", AllTime)
		settle()
		if v := m.View(); len(v.Events) != EventsPage || !v.More {
			t.Fatalf("%d rows, more %v", len(v.Events), v.More)
		}
		for range 3 {
			m.More()
			settle()
		}
		v := m.View()
		if len(v.Events) != EventsPage+700 || v.More || v.Full {
			t.Fatalf("%d rows, more %v, full %v", len(v.Events), v.More, v.Full)
		}
		seen := map[event.ID]bool{}
		for _, ev := range v.Events {
			seen[ev.ID] = true
		}
		if len(seen) != len(v.Events) {
			t.Errorf("%d rows are double", len(v.Events)-len(seen))
		}
	})
}

func TestRowsAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(MaxEvents+EventsPage, time.Now().Add(-time.Hour), "x")
		m.Search("", Live)
		settle()
		for range 2 * MaxEvents / EventsPage {
			m.More()
			settle()
		}
		if v := m.View(); len(v.Events) != MaxEvents || v.More || !v.Full {
			t.Errorf("%d rows, more %v, full %v", len(v.Events), v.More, v.Full)
		}
		store.add(10, time.Now(), "new")
		m.Kick()
		settle()
		if v := m.View(); len(v.Events) != MaxEvents || v.Events[0].Get(event.Message) != "new" {
			t.Errorf("%d rows, first %q", len(v.Events), v.Events[0].Get(event.Message))
		}
		// A burst larger than the list: start over; nothing in between is lost unnoticed.
		store.add(2*MaxEvents, time.Now(), "burst")
		m.Kick()
		settle()
		if v := m.View(); len(v.Events) != EventsPage || !v.More || v.Events[0].Get(event.Message) != "burst" {
			t.Errorf("after a burst: %d rows, more %v", len(v.Events), v.More)
		}
	})
}

func TestPartialIsShown(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.partial = []string{"2026-11-20 is damaged"}
		m.Search("", AllTime)
		settle()
		if v := m.View(); !slices.Equal(v.Partial, store.partial) {
			t.Errorf("partial: %q", v.Partial)
		}
	})
}

func TestHiddenPageIsQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		m.Search("", Live)
		settle()
		m.Stop()
		settle()
		before := len(store.queries)
		store.add(1, time.Now(), "x")
		m.Kick()
		settle()
		if len(store.queries) != before {
			t.Error("a hidden page reads the store")
		}
	})
}

func TestLiveChartSlides(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(1, time.Now(), "x")
		m.Search("", Live)
		settle()
		c := m.View().Chart
		if got := time.Duration(c.Until - c.Since); got < 15*time.Minute || got > 16*time.Minute {
			t.Errorf("a live chart of fresh events covers %v", got)
		}
		if c.Total() != 1 {
			t.Errorf("total %d", c.Total())
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		later := m.View().Chart
		if later.Total() != 0 || later.Until <= c.Until || later.Until-later.Since != c.Until-c.Since {
			t.Errorf("after 20 minutes: %+v", later)
		}
	})
}

func TestChartOfAllTime(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		m.Search("", AllTime)
		settle()
		if c := m.View().Chart; c.Width == 0 || len(c.Bins) != 0 {
			t.Errorf("empty store: %+v", c)
		}
		store.add(1, time.Now().Add(-90*24*time.Hour), "x")
		store.add(1, time.Now(), "x")
		m.Search("", AllTime)
		settle()
		c := m.View().Chart
		if c.Total() != 2 || c.Width != 24*time.Hour {
			t.Errorf("90 days: %d in bars of %v", c.Total(), c.Width)
		}
		if bars := (c.Until - c.Since) / int64(c.Width); bars > maxBars+1 {
			t.Errorf("%d bars", bars)
		}
	})
}

func TestTimeInTheTextWins(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	q := Span{Last: time.Hour}.Bound(query.Query{Since: 5}, now)
	if q.Since != 5 {
		t.Errorf("since %d", q.Since)
	}
	q = Span{Last: time.Hour}.Bound(query.Query{}, now)
	if q.Since != now.Add(-time.Hour).UnixNano() || q.Until != 0 {
		t.Errorf("bounds %d %d", q.Since, q.Until)
	}
}

func TestSpanRoutes(t *testing.T) {
	spans := append(slices.Clone(Spans), Span{Since: 10, Until: 20}, Span{Since: 10}, Span{Until: 20})
	for _, s := range spans {
		if got := EventsRoute("x", s).Span(); got != s {
			t.Errorf("%s: came back as %+v", fmt.Sprint(s), got)
		}
	}
	if (Route{Page: PageEvents}).Span() != Live {
		t.Error("a bare route is live")
	}
}

// A device whose clock ran ahead for a while left events that stay the newest
// by time for days. They must not make the tail reread everything.
func TestTailWithClocksAhead(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(3, time.Now().Add(30*24*time.Hour), "from the future")
		store.add(2*MaxEvents, time.Now().Add(-time.Hour), "x")
		m.Search("future", Live)
		settle()
		for range 20 {
			store.add(1, time.Now(), "x")
			m.Kick()
			settle()
		}
		if v := m.View(); len(v.Events) != 3 || v.Running {
			t.Errorf("%d rows, running %v", len(v.Events), v.Running)
		}
		searches := 0
		for _, q := range store.queries {
			if q.AfterID == 0 {
				searches++
			}
		}
		if searches > 4 {
			t.Errorf("%d searches of the whole store for 20 events", searches)
		}
	})
}
