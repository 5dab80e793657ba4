package model

import (
	"context"
	"errors"
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
	// Stats returns the table that q.Stats asks for.
	Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error)
}

// Limits and paces of the Events page.
const (
	EventsPage = 500  // rows a search or "more" brings
	MaxEvents  = 5000 // rows kept; for more the time range must be narrowed

	slowAfter = 300 * time.Millisecond // after this, progress and "cancel" appear
	tailGap   = 200 * time.Millisecond // at most five updates a second
	slideGap  = 2 * time.Second        // how often a live chart advances without events
	floodGap  = 5 * time.Second        // how often a flood makes a live search start over
)

// SearchError is a search that cannot run.
type SearchError struct {
	Column int // 1-based column in the search text; 0 when it is not about the text
	Msg    string
}

// EventsView is what the Events page shows. It is a snapshot: its slices never
// change.
type EventsView struct {
	Text string
	Span Span

	Events   []*event.Event // newest first
	More     bool           // More fetches older ones
	Full     bool           // MaxEvents are held; older ones need another time range
	Chart    Chart
	Running  bool // a search is under way
	Slow     bool // for longer than 300 ms
	Found    int  // by the search under way, so far
	Phase    Phase
	Progress query.Progress // of the phase
	Query    query.Query    // of what is shown: its Stats and its Columns
	Table    *Table         // what a search with stats found; nil for events
	Loading  bool           // older events are being fetched
	Done     bool           // at least one search has finished
	Stopped  bool           // the user cancelled it
	Took     time.Duration
	Err      *SearchError
	Partial  []string // what could not be searched, one sentence each

	Paused  bool
	Pending int // events held back by the pause
}

// Phase is what a running search is doing.
type Phase uint8

// The phases of a search.
const (
	Finding  Phase = iota // looking for events, or making the table
	Counting              // the events are there; the chart is being made
)

// Events runs the searches of the Events page and follows what arrives. All
// methods may be called from any goroutine and never block; changed is called
// from any goroutine whenever View has something new.
type Events struct {
	src     EventSource
	now     func() time.Time
	spawn   func(func())
	changed func()
	kicked  chan struct{}
	parse   func(text string, now time.Time) (query.Query, error)

	mu      sync.Mutex
	view    EventsView
	ctx     context.Context // nil while the page is hidden
	stop    context.CancelFunc
	cancel  context.CancelFunc // of the search under way
	gen     int                // counts searches: results of an old one are discarded
	query   query.Query        // of the search shown
	tail    event.ID           // everything up to here is in the list or does not match
	pending []*event.Event
	anew    time.Time // when a flood last made the search start over
}

// NewEvents returns a model at rest; Start wakes it. spawn runs a goroutine,
// and its owner waits for them: all of the model's end soon after Stop, or when
// the context given to Start ends.
func NewEvents(src EventSource, now func() time.Time, spawn func(func()), changed func()) *Events {
	return &Events{src: src, now: now, spawn: spawn, changed: changed, kicked: make(chan struct{}, 1), parse: query.Parse}
}

// View returns what to show.
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

// Kick says that the store has something new.
func (m *Events) Kick() {
	select {
	case m.kicked <- struct{}{}:
	default:
	}
}

// Search runs a search, cancelling one under way. A text that cannot be parsed
// leaves the rows as they are and sets Err.
func (m *Events) Search(text string, span Span) {
	now := m.now()
	q, err := m.parse(text, now)
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
	m.view.Phase, m.view.Progress = Finding, query.Progress{}
	if m.ctx != nil {
		ctx, cancel := context.WithCancel(m.ctx)
		m.cancel = cancel
		gen := m.gen
		m.spawn(func() {
			defer cancel()
			slow := time.AfterFunc(slowAfter, func() {
				m.publish(gen, func(v *EventsView) { v.Slow = v.Running })
			})
			defer slow.Stop()
			if q.Stats != nil {
				m.tabulate(ctx, gen, q, span, now)
			} else {
				m.run(ctx, gen, q, span, now)
			}
		})
	}
	m.mu.Unlock()
	m.changed()
}

// SpanFor returns the span to search a text over when one is requested: a table
// is computed once and cannot follow what arrives.
func (m *Events) SpanFor(text string, span Span) Span {
	if !span.Live {
		return span
	}
	if q, err := m.parse(text, m.now()); err == nil && q.Stats != nil {
		return Span{Last: 24 * time.Hour}
	}
	return span
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

// publish changes the view unless it belongs to an old search.
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
