package model

import (
	"context"
	"slices"
	"sync"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// run finds the events of a search and counts them for the chart.
func (m *Events) run(ctx context.Context, gen int, q query.Query, span Span, now time.Time) {
	start := m.now()
	var newest event.ID
	if span.Live && (q.Expr != nil || q.Since != 0 || q.Until != 0) {
		newest = m.newestID(ctx)
	}
	limited := q
	limited.Limit = EventsPage
	if q.Limit > 0 {
		limited.Limit = min(q.Limit, MaxEvents)
	}
	limited.Progress = m.progress(gen)
	found, res, err := m.collect(ctx, limited, func(soFar []*event.Event) {
		m.publish(gen, func(v *EventsView) {
			v.Events, v.More, v.Full, v.Found = soFar, false, false, len(soFar)
			v.Query, v.Table = q, nil
		})
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
		v.Events, v.More, v.Full = found, q.Limit == 0 && len(found) >= EventsPage, false
		v.Query, v.Table = q, nil
		v.Took, v.Partial, v.Done = took, res.Partial, true
		v.Phase, v.Progress = Counting, query.Progress{}
	})
	m.count(ctx, gen, q, span, found, now)
	m.Kick() // for what arrived meanwhile
}

// tabulate makes the table a search asks for and counts its events for the
// chart.
func (m *Events) tabulate(ctx context.Context, gen int, q query.Query, span Span, now time.Time) {
	start := m.now()
	limited := q
	limited.Progress = m.progress(gen)
	table, res, err := m.src.Stats(ctx, limited)
	if err == nil {
		err = ctx.Err()
	}
	took := m.now().Sub(start)
	m.publish(gen, func(v *EventsView) {
		v.Done = true
		if err != nil {
			v.Running, v.Slow, v.Err = false, false, searchError(err)
			return
		}
		v.Query, v.Table, v.Events, v.More, v.Full = q, NewTable(table, q.Stats), nil, false, false
		v.Took, v.Partial = took, res.Partial
		v.Phase, v.Progress = Counting, query.Progress{}
	})
	if err == nil {
		m.count(ctx, gen, q, span, nil, now)
	}
}

// count counts a search's events for the chart and ends the search.
func (m *Events) count(ctx context.Context, gen int, q query.Query, span Span, found []*event.Event, now time.Time) {
	q.Limit, q.Stats, q.Progress = 0, nil, m.progress(gen)
	chart, partial, err := m.chart(ctx, q, span, found, now)
	m.publish(gen, func(v *EventsView) {
		v.Running, v.Slow = false, false
		v.Partial = joinSentences(v.Partial, partial)
		if err != nil {
			v.Err = searchError(err)
			return
		}
		v.Chart = chart
	})
}

// progress passes on how far a search has got, no more often than anyone can read.
func (m *Events) progress(gen int) func(query.Progress) {
	var mu sync.Mutex
	var last time.Time
	return func(p query.Progress) {
		now := m.now()
		mu.Lock()
		soon := now.Sub(last) < tailGap
		if !soon {
			last = now
		}
		mu.Unlock()
		if !soon {
			m.publish(gen, func(v *EventsView) { v.Progress = p })
		}
	}
}

// collect gathers a search's events and publishes what there is so far five
// times a second, even while nothing is found.
func (m *Events) collect(ctx context.Context, q query.Query, soFar func([]*event.Event)) ([]*event.Event, query.Result, error) {
	var mu sync.Mutex // progress may be called on another goroutine
	var found []*event.Event
	sent, last := 0, m.now()
	hand := func() {
		mu.Lock()
		now := m.now()
		if len(found) == sent || now.Sub(last) < tailGap {
			mu.Unlock()
			return
		}
		sent, last = len(found), now
		have := slices.Clip(found)
		mu.Unlock()
		soFar(have)
	}
	if progress := q.Progress; progress != nil {
		q.Progress = func(p query.Progress) {
			hand()
			progress(p)
		}
	}
	res, err := m.src.Search(ctx, q, func(ev *event.Event) bool {
		mu.Lock()
		found = append(found, ev)
		n := len(found)
		mu.Unlock()
		if n%16 == 0 {
			hand()
		}
		return ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	mu.Lock()
	defer mu.Unlock()
	return found, res, err
}

// joinSentences returns both lists as one, each sentence once.
func joinSentences(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// newestID returns the greatest id among the newest events: what is stored
// after this call has a greater one. It looks at several because clocks run
// ahead: the newest by time need not be the last stored. 0 if there are none.
func (m *Events) newestID(ctx context.Context) (id event.ID) {
	_, err := m.src.Search(ctx, query.Query{Limit: EventsPage}, func(ev *event.Event) bool {
		id = max(id, ev.ID)
		return true
	})
	if err != nil {
		return 0 // the search that follows reports what is wrong
	}
	return id
}

// More fetches the next page of older events.
func (m *Events) More() {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := &m.view
	if m.ctx == nil || v.Table != nil || !v.More || v.Running || v.Loading || len(v.Events) == 0 {
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
	q.Progress = m.progress(m.gen)
	v.Progress = query.Progress{}
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
		v.Partial = joinSentences(v.Partial, res.Partial)
	})
}
