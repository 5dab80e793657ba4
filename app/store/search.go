package store

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// defaultPending bounds the bytes of found events that wait for their turn. Late
// events make searches find things out of order; beyond this only their IDs
// are remembered and they are read again.
const defaultPending = 32 << 20

// Search calls yield with the events that match, newest event time first
// (the higher ID first among equals), until yield returns false or the
// query's limit is reached. The events may be kept. What could not be
// searched is told in the result; the error is ctx's or that of a store that
// cannot be read at all.
func (s *Store) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	if err := s.prepare(ctx); err != nil {
		return query.Result{}, err
	}
	match := q.Matcher()
	c := s.newScan(ctx)
	rows := c.candidates(&q)
	p := pending{budget: s.pendingBytes, left: math.MaxInt, again: cache{max: int64(s.pendingBytes)}}
	if q.Limit > 0 {
		p.left = q.Limit
	}
	for {
		cand, more := rows.next()
		for len(p.hits) > 0 && (!more || p.hits[0].time > cand.row.tmax) {
			ev, err := p.pop(c)
			if err != nil {
				return c.result(), err
			}
			if ev == nil {
				continue
			}
			p.left--
			if !yield(ev) || p.left == 0 {
				return c.result(), nil
			}
		}
		if !more {
			return c.result(), nil
		}
		err := c.row(cand.seg, cand.row, func(ev *event.Event) bool {
			if match(ev) {
				p.push(cand, ev, c.stable)
			}
			return true
		})
		if err != nil {
			return c.result(), err
		}
		p.trim()
	}
}

// prepare begins a reading call.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.usable(ctx, false); err != nil {
		return err
	}
	return s.refresh()
}

// pending holds found events until no batch left can hold a newer one.
type pending struct {
	hits   []hit // a heap, newest first
	left   int   // how many the caller still wants
	budget int   // bytes
	again  cache // rows that were read again
}

// hit is a found event; ev is nil when it has to be read again.
type hit struct {
	time int64
	id   event.ID
	at   candidate
	ev   *event.Event
	own  bool // ev is nobody else's
	size int
}

func newer(a, b hit) int {
	return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.id, a.id))
}

func (p *pending) Len() int           { return len(p.hits) }
func (p *pending) Less(i, j int) bool { return newer(p.hits[i], p.hits[j]) < 0 }
func (p *pending) Swap(i, j int)      { p.hits[i], p.hits[j] = p.hits[j], p.hits[i] }
func (p *pending) Push(x any)         { p.hits = append(p.hits, x.(hit)) }
func (p *pending) Pop() any {
	n := len(p.hits) - 1
	h := p.hits[n]
	p.hits[n] = hit{}
	p.hits = p.hits[:n]
	return h
}

func (p *pending) push(at candidate, ev *event.Event, stable bool) {
	h := hit{time: ev.Time, id: ev.ID, at: at}
	if size := eventSize(ev); size <= p.budget {
		h.ev, h.size = ev, size
		if !stable {
			kept := detach(ev)
			h.ev, h.own = &kept, true
		}
		p.budget -= size
	}
	heap.Push(p, h)
}

// eventSize estimates the memory of a kept event.
func eventSize(ev *event.Event) int {
	n := 512 + len(ev.Get(event.EventOriginal))
	for _, p := range ev.Extras() {
		n += len(p.Name) + len(p.Value)
	}
	return n
}

// pop takes the newest hit; nil when it cannot be read any more.
func (p *pending) pop(c *scan) (*event.Event, error) {
	h := heap.Pop(p).(hit)
	p.budget += h.size
	if h.own {
		return h.ev, nil
	}
	if h.ev != nil {
		kept := detach(h.ev)
		return &kept, nil
	}
	k := cacheKey{h.at.seg, h.at.row.seq, h.at.row.n}
	events := p.again.get(k)
	if events == nil {
		scanned := c.scanned
		size := int64(0)
		err := c.row(h.at.seg, h.at.row, func(ev *event.Event) bool {
			events = append(events, ev.Clone())
			size += int64(eventSize(ev))
			return true
		})
		if err != nil {
			return nil, err
		}
		c.scanned = scanned // they were counted when they were found
		p.again.put(k, events, size)
	}
	i, ok := slices.BinarySearchFunc(events, h.id, func(ev event.Event, id event.ID) int { return cmp.Compare(ev.ID, id) })
	if !ok {
		return nil, nil
	}
	kept := detach(&events[i])
	return &kept, nil
}

// trim forgets the hits that cannot be among those wanted.
func (p *pending) trim() {
	if p.left > math.MaxInt/4 || len(p.hits) < 2*p.left+1024 {
		return
	}
	slices.SortFunc(p.hits, newer) // sorted is also a heap
	for _, h := range p.hits[p.left:] {
		p.budget += h.size
	}
	clear(p.hits[p.left:])
	p.hits = p.hits[:p.left]
}

// Histogram counts the events that match per width of event time. Only bins
// with events are returned, oldest first.
func (s *Store) Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	if width <= 0 {
		return nil, query.Result{}, fmt.Errorf("histogram with bins of %v: the width must be positive", width)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, query.Result{}, err
	}
	w := int64(width)
	counts := map[int64]int{}
	var bin int64 // the bin of the last event: the next is mostly in it too
	n := 0
	add := func(t int64, k int) {
		if b := floorDiv(t, w); b != bin {
			if n > 0 {
				counts[bin] += n
			}
			bin, n = b, 0
		}
		n += k
	}
	match := q.Matcher()
	c := s.newScan(ctx)
	c.keep = 0 // the bars are drawn once: leave the cache to lists
	rows := c.candidates(&q)
	for {
		cand, more := rows.next()
		if !more {
			break
		}
		r := cand.row
		if q.Expr == nil && floorDiv(r.tmin, w) == floorDiv(r.tmax, w) && within(cand, &q) {
			add(r.tmin, int(r.n))
			continue
		}
		err := c.row(cand.seg, r, func(ev *event.Event) bool {
			if match(ev) {
				add(ev.Time, 1)
			}
			return true
		})
		if err != nil {
			return nil, c.result(), err
		}
	}
	if n > 0 {
		counts[bin] += n
	}
	bins := make([]query.Bin, 0, len(counts))
	for b, n := range counts {
		bins = append(bins, query.Bin{Start: b * w, Count: n})
	}
	slices.SortFunc(bins, func(a, b query.Bin) int { return cmp.Compare(a.Start, b.Start) })
	return bins, c.result(), nil
}

// within tells whether all events of a row are within the query's bounds.
func within(c candidate, q *query.Query) bool {
	return (q.Since == 0 || c.row.tmin >= q.Since) && (q.Until == 0 || c.row.tmax < q.Until) &&
		(q.AfterID == 0 || event.NewID(c.seg.day, c.row.seq) > q.AfterID)
}

func floorDiv(a, b int64) int64 {
	d := a / b
	if a%b < 0 {
		d--
	}
	return d
}

// Events returns the events with the given IDs in that order. Those that are
// gone with their day, or cannot be read, are left out.
func (s *Store) Events(ctx context.Context, ids []event.ID) ([]event.Event, error) {
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	views := s.snapshot()
	found := make(map[event.ID]event.Event, len(ids))
	wantedIDs := make(map[event.ID]bool, len(ids))
	for _, id := range ids {
		wantedIDs[id] = true
	}
	c := s.newScan(ctx)
	done := map[candidate]bool{}
	for _, id := range ids {
		for _, v := range views {
			if v.seg.day != id.Day() {
				continue
			}
			at, ok := locate(v, id.Seq())
			if !ok || done[at] {
				continue
			}
			done[at] = true
			err := c.row(at.seg, at.row, func(ev *event.Event) bool {
				if wantedIDs[ev.ID] {
					found[ev.ID] = detach(ev)
				}
				return true
			})
			if err != nil {
				return nil, err
			}
		}
	}
	out := make([]event.Event, 0, len(found))
	for _, id := range ids {
		if ev, ok := found[id]; ok {
			out = append(out, ev)
		}
	}
	return out, nil
}

// locate finds the index entry that holds a running number.
func locate(v view, num uint64) (candidate, bool) {
	i, exact := slices.BinarySearchFunc(v.rows, num, func(r row, num uint64) int { return compare(r.seq, num) })
	if !exact {
		i--
	}
	if i < 0 || v.rows[i].last() < num {
		return candidate{}, false
	}
	return candidate{v.seg, v.rows[i]}, true
}

// EachSince calls yield with the events received since a time in the order
// they were stored, day after day, until yield returns false. The events may
// be kept. It is how correlations are warmed up at start; what cannot be read
// is logged and left out.
func (s *Store) EachSince(ctx context.Context, since time.Time, yield func(*event.Event) bool) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	from := since.UnixNano()
	c := s.newScan(ctx)
	c.keep = 0 // everything is wanted once
	defer func() {
		for _, sentence := range c.result().Partial {
			s.cfg.Log.WarnContext(ctx, "replay is not complete", "reason", sentence)
		}
	}()
	for _, v := range s.snapshot() {
		if v.seg.day < dayOf(from) {
			continue
		}
		if v.damage != "" {
			c.partial = append(c.partial, v.damage)
		}
		for _, r := range v.rows {
			if r.rmax < from {
				continue
			}
			stopped := false
			err := c.row(v.seg, r, func(ev *event.Event) bool {
				if ev.Received >= from {
					kept := detach(ev)
					stopped = !yield(&kept)
				}
				return !stopped
			})
			if err != nil || stopped {
				return err
			}
		}
	}
	return nil
}
