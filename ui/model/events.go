package model

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// EventSource is what the Events page reads from.
type EventSource interface {
	// Search yields the matching events, newest first; they may be kept.
	Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error)
	// Histogram returns the non-empty bins, ascending.
	Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error)
}

// Limits and paces of the Events page.
const (
	EventsPage = 500  // rows a search or "more" brings
	MaxEvents  = 5000 // rows kept; beyond, the time range must be narrowed

	slowAfter = 300 * time.Millisecond // then progress and "cancel" appear
	tailGap   = 200 * time.Millisecond // at most five updates a second
	slideGap  = 2 * time.Second        // how often a live chart moves on without events
	floodGap  = 5 * time.Second        // how often a flood makes a live search begin anew
)

// SearchError is a search that cannot run.
type SearchError struct {
	Column int // 1-based column in the search text; 0 when it is not about the text
	Msg    string
}

// EventsView is what the Events page shows. It is a snapshot: its slices are
// never changed after.
type EventsView struct {
	Text string
	Span Span

	Events  []*event.Event // newest first
	More    bool           // older ones may be had with More
	Full    bool           // MaxEvents are held; older ones only by another time range
	Chart   Chart
	Running bool // a search is under way
	Slow    bool // for longer than 300 ms
	Found   int  // by the search under way, so far
	Loading bool // older events are being fetched
	Done    bool // at least one search has come to its end
	Stopped bool // the user cancelled it
	Took    time.Duration
	Err     *SearchError
	Partial []string // what could not be searched, a sentence each

	Paused  bool
	Pending int // events waiting behind the pause
}

// Events runs the searches of the Events page and follows what arrives. All
// methods may be called from any goroutine and none blocks; changed is called
// from any goroutine whenever View has something new.
type Events struct {
	src     EventSource
	now     func() time.Time
	spawn   func(func())
	changed func()
	kicked  chan struct{}

	mu      sync.Mutex
	view    EventsView
	ctx     context.Context // nil while the page is hidden
	stop    context.CancelFunc
	cancel  context.CancelFunc // of the search under way
	gen     int                // counts searches: results of an old one are thrown away
	query   query.Query        // of the search shown
	tail    event.ID           // everything up to here is in the list or does not match
	pending []*event.Event
	anew    time.Time // when a flood last made the search begin anew
}

// NewEvents returns a model at rest; Start wakes it. spawn runs a goroutine
// and is waited on by whoever gives it: all of the model's end soon after
// Stop, or when the context given to Start ends.
func NewEvents(src EventSource, now func() time.Time, spawn func(func()), changed func()) *Events {
	return &Events{src: src, now: now, spawn: spawn, changed: changed, kicked: make(chan struct{}, 1)}
}

// View returns what there is to show.
func (m *Events) View() EventsView {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.view
	v.Pending = len(m.pending)
	return v
}

// Start begins following; the page is visible. Search follows.
func (m *Events) Start(ctx context.Context) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx != nil {
		return
	}
	m.ctx, m.stop = context.WithCancel(ctx)
	run := m.ctx
	m.spawn(func() { m.follow(run) })
}

// Stop cancels everything under way; the page is hidden. What was found
// stays.
func (m *Events) Stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx == nil {
		return
	}
	m.stop()
	m.ctx, m.stop, m.cancel = nil, nil, nil
	m.gen++
	m.view.Running, m.view.Slow, m.view.Loading = false, false, false
}

// Kick tells that the store has something new.
func (m *Events) Kick() {
	select {
	case m.kicked <- struct{}{}:
	default:
	}
}

// Search runs a search, cancelling one under way. A text that cannot be
// understood leaves the rows as they are and sets Err.
func (m *Events) Search(text string, span Span) {
	now := m.now()
	q, err := query.Parse(text, now)
	m.mu.Lock()
	m.cancelLocked()
	m.view.Text, m.view.Span, m.view.Err = text, span, nil
	m.view.Paused, m.pending = false, nil
	m.view.Stopped, m.view.Running, m.view.Slow, m.view.Loading = false, false, false, false
	if err != nil {
		m.view.Err = searchError(err)
		m.mu.Unlock()
		m.changed()
		return
	}
	q = span.Bound(q, now)
	m.query, m.view.Running, m.view.Found = q, true, 0
	if m.ctx != nil {
		ctx, cancel := context.WithCancel(m.ctx)
		m.cancel = cancel
		gen := m.gen
		m.spawn(func() {
			defer cancel()
			m.run(ctx, gen, q, span, now)
		})
	}
	m.mu.Unlock()
	m.changed()
}

// Cancel ends the search under way; what it found so far stays.
func (m *Events) Cancel() {
	m.mu.Lock()
	running := m.view.Running || m.view.Loading
	m.cancelLocked()
	m.view.Running, m.view.Slow, m.view.Loading = false, false, false
	m.view.Stopped, m.view.Done = running, m.view.Done || running
	m.mu.Unlock()
	m.changed()
}

func (m *Events) cancelLocked() {
	m.gen++
	if m.cancel != nil {
		m.cancel()
		m.cancel = nil
	}
}

// publish changes the view unless the search it belongs to is an old one.
func (m *Events) publish(gen int, change func(v *EventsView)) {
	m.mu.Lock()
	if gen != m.gen {
		m.mu.Unlock()
		return
	}
	change(&m.view)
	m.mu.Unlock()
	m.changed()
}

func (m *Events) run(ctx context.Context, gen int, q query.Query, span Span, now time.Time) {
	slow := time.AfterFunc(slowAfter, func() {
		m.publish(gen, func(v *EventsView) { v.Slow = v.Running })
	})
	defer slow.Stop()
	start := m.now()
	var newest event.ID
	if span.Live && (q.Expr != nil || q.Since != 0 || q.Until != 0) {
		newest = m.newestID(ctx)
	}
	limited := q
	limited.Limit = EventsPage
	found, res, err := m.collect(ctx, limited, func(soFar []*event.Event) {
		m.publish(gen, func(v *EventsView) { v.Events, v.More, v.Full, v.Found = soFar, false, false, len(soFar) })
	})
	took := m.now().Sub(start)
	if err != nil {
		m.publish(gen, func(v *EventsView) {
			v.Running, v.Slow, v.Done, v.Err = false, false, true, searchError(err)
		})
		return
	}
	for _, ev := range found {
		newest = max(newest, ev.ID)
	}
	m.mu.Lock()
	if gen == m.gen {
		m.tail = newest
	}
	m.mu.Unlock()
	m.publish(gen, func(v *EventsView) {
		v.Events, v.More, v.Full = found, len(found) >= EventsPage, false
		v.Took, v.Partial, v.Done = took, res.Partial, true
	})
	chart, err := m.chart(ctx, q, span, found, now)
	m.publish(gen, func(v *EventsView) {
		v.Running, v.Slow = false, false
		if err != nil {
			v.Err = searchError(err)
			return
		}
		v.Chart = chart
	})
	m.Kick() // for what arrived meanwhile
}

// collect gathers a search's events and hands out what there is so far five
// times a second.
func (m *Events) collect(ctx context.Context, q query.Query, soFar func([]*event.Event)) ([]*event.Event, query.Result, error) {
	var found []*event.Event
	last := m.now()
	res, err := m.src.Search(ctx, q, func(ev *event.Event) bool {
		found = append(found, ev)
		if len(found)%64 == 0 && m.now().Sub(last) >= tailGap {
			last = m.now()
			soFar(slices.Clip(found))
		}
		return ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	return found, res, err
}

// newestID returns the greatest id among the newest events: what is stored
// after this call has a greater one. It looks at several because the newest
// by time need not be the last stored: clocks run ahead. 0 when there is none.
func (m *Events) newestID(ctx context.Context) (id event.ID) {
	_, err := m.src.Search(ctx, query.Query{Limit: EventsPage}, func(ev *event.Event) bool {
		id = max(id, ev.ID)
		return true
	})
	if err != nil {
		return 0 // the search that follows says what is wrong
	}
	return id
}

// More fetches the next page of older events.
func (m *Events) More() {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := &m.view
	if m.ctx == nil || !v.More || v.Running || v.Loading || len(v.Events) == 0 {
		return
	}
	v.Loading = true
	q := m.query
	oldest := v.Events[len(v.Events)-1].Time
	for _, ev := range v.Events { // senders' clocks differ: the last row need not be the oldest
		oldest = min(oldest, ev.Time)
	}
	same := 0
	for _, ev := range v.Events {
		if ev.Time == oldest {
			same++
		}
	}
	q.Until, q.Limit = oldest+1, EventsPage+same
	gen := m.gen
	ctx, cancel := context.WithCancel(m.ctx)
	m.cancel = cancel
	m.spawn(func() {
		defer cancel()
		m.older(ctx, gen, q)
	})
}

func (m *Events) older(ctx context.Context, gen int, q query.Query) {
	found, res, err := m.collect(ctx, q, func([]*event.Event) {})
	m.publish(gen, func(v *EventsView) {
		v.Loading = false
		if err != nil {
			v.Err = searchError(err)
			return
		}
		have := make(map[event.ID]bool, len(v.Events))
		for _, ev := range v.Events {
			have[ev.ID] = true
		}
		all := slices.Clone(v.Events)
		for _, ev := range found {
			if !have[ev.ID] {
				all = append(all, ev)
			}
		}
		v.More = len(found) >= q.Limit && len(all) < MaxEvents
		v.Full = len(found) >= q.Limit && len(all) >= MaxEvents
		v.Events = all[:min(len(all), MaxEvents)]
		v.Partial = append(slices.Clone(v.Partial), res.Partial...)
		slices.Sort(v.Partial)
		v.Partial = slices.Compact(v.Partial)
	})
}

func searchError(err error) *SearchError {
	var e *query.Error
	if errors.As(err, &e) {
		return &SearchError{Column: e.Column, Msg: e.Msg}
	}
	if errors.Is(err, context.Canceled) {
		return &SearchError{Msg: "the search was cancelled"}
	}
	return &SearchError{Msg: err.Error()}
}
