package model

import (
	"context"
	"slices"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Pause holds back what arrives, or releases what was held back.
func (m *Events) Pause(on bool) {
	m.mu.Lock()
	if !m.view.Span.Live || m.view.Paused == on {
		m.mu.Unlock()
		return
	}
	m.view.Paused = on
	if !on {
		m.view.prepend(m.pending)
		m.pending = nil
	}
	m.mu.Unlock()
	m.changed()
}

// follow keeps a live search up to date until ctx ends.
func (m *Events) follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.kicked:
			m.fetch(ctx)
		case <-time.After(slideGap):
			m.slide()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tailGap):
		}
	}
}

// fetch adds what was stored since the last call. It reads all new events and
// matches them itself, so that each is read once even when the search finds
// little.
func (m *Events) fetch(ctx context.Context) {
	m.mu.Lock()
	v, q, gen, tail := m.view, m.query, m.gen, m.tail
	m.mu.Unlock()
	if !v.Span.Live || v.Running || v.Stopped || v.Err != nil || !v.Done || v.Table != nil {
		return
	}
	next := tail
	var fresh []*event.Event
	seen := 0
	res, err := m.src.Search(ctx, query.Query{AfterID: tail, Limit: MaxEvents}, func(ev *event.Event) bool {
		seen++
		next = max(next, ev.ID)
		if q.Match(ev) {
			fresh = append(fresh, ev)
		}
		return true
	})
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		m.publish(gen, func(v *EventsView) { v.Err = searchError(err) })
		return
	}
	m.mu.Lock()
	if gen != m.gen {
		m.mu.Unlock()
		return
	}
	m.tail = next
	if now := m.now(); seen >= MaxEvents && !v.Paused && now.Sub(m.anew) >= floodGap {
		m.anew = now
		m.mu.Unlock()
		m.Search(v.Text, v.Span) // more arrived than was read: start over
		return
	}
	fresh = m.unknownLocked(fresh, tail)
	if len(fresh) == 0 && len(res.Partial) == 0 {
		m.mu.Unlock()
		return
	}
	m.view.Chart = m.view.Chart.at(m.now()).with(fresh)
	if m.view.Paused {
		m.pending = joined(fresh, m.pending)
	} else {
		m.view.prepend(fresh)
	}
	m.mu.Unlock()
	m.changed()
}

// unknownLocked leaves out what the list already holds: the first fetch after a
// search reads a little twice.
func (m *Events) unknownLocked(fresh []*event.Event, after event.ID) []*event.Event {
	have := map[event.ID]bool{}
	for _, list := range [][]*event.Event{m.view.Events, m.pending} {
		for _, ev := range list {
			if ev.ID > after {
				have[ev.ID] = true
			}
		}
	}
	return slices.DeleteFunc(fresh, func(ev *event.Event) bool { return have[ev.ID] })
}

// slide advances the window of a live chart when nothing arrives.
func (m *Events) slide() {
	m.mu.Lock()
	c := m.view.Chart.at(m.now())
	moved := m.view.Span.Live && m.view.Table == nil && c.Since != m.view.Chart.Since
	if moved {
		m.view.Chart = c
	}
	m.mu.Unlock()
	if moved {
		m.changed()
	}
}

func (v *EventsView) prepend(fresh []*event.Event) {
	if len(v.Events)+len(fresh) > MaxEvents {
		v.More, v.Full = false, true
	}
	v.Events = joined(fresh, v.Events)
	if n := v.Query.Limit; n > 0 && len(v.Events) > n { // `| head 20`
		v.Events = v.Events[:n]
	}
}

// joined returns a new list of at most MaxEvents.
func joined(a, b []*event.Event) []*event.Event {
	all := slices.Concat(a, b)
	return all[:min(len(all), MaxEvents)]
}
