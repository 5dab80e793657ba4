package store

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"
	"time"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// defaultPending bounds the bytes of found events that wait for their turn.
// Late events make searches find things out of order; beyond this, only their
// IDs are remembered and they are read again.
const defaultPending = 32 << 20

// Search calls yield with the events that match, newest event time first (the
// higher ID first among equals), until yield returns false or the query's limit
// is reached. The events may be kept. The result says what could not be
// searched; the error is ctx's or that of a store that cannot be read at all.
func (s *Store) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	if err := s.prepare(ctx); err != nil {
		return query.Result{}, err
	}
	plan := block.NewPlan(&q)
	c := s.newScan(ctx)
	p := pending{c: c, budget: s.pendingBytes, left: math.MaxInt, again: cache{max: int64(s.pendingBytes)}}
	if q.Limit > 0 {
		p.left = q.Limit
	}
	for at, wait := range ahead(c.candidates(plan), func(at candidate) found { return c.find(at, plan) }) {
		if more, err := p.yieldNewer(at.tmax, yield); err != nil || !more {
			return c.result(), err
		}
		found := wait()
		if err := c.skip(at, found.err); err != nil {
			return c.result(), err
		}
		p.push(at, found.hits)
	}
	if err := ctx.Err(); err != nil {
		return c.result(), err
	}
	_, err := p.yieldNewer(math.MinInt64, yield)
	return c.result(), err
}

// prepare begins a reading call.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.usable(ctx, false); err != nil {
		return err
	}
	return s.refresh()
}

// found is a unit's hits for a search, newest first, no more than the query's
// limit.
type found struct {
	hits []hit
	err  error
}

// hit is a found event; ev is nil when it has to be put together or read
// again.
type hit struct {
	time int64
	id   event.ID
	row  int32 // in its block
	own  bool  // nobody else has ev
	ev   *event.Event
}

func newer(a, b hit) int {
	return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.id, a.id))
}

// newest collects hits and keeps only the newest when there is a limit.
type newest struct {
	hits  []hit
	limit int   // 0 means no limit
	from  int64 // older ones are not wanted
}

func (n *newest) add(h hit) {
	if n.limit == 0 || n.from == 0 || h.time >= n.from {
		n.hits = append(n.hits, h)
	}
	if n.limit > 0 && len(n.hits) >= 2*n.limit+256 {
		n.sorted()
	}
}

func (n *newest) sorted() []hit {
	slices.SortFunc(n.hits, newer)
	if n.limit > 0 && len(n.hits) >= n.limit {
		clear(n.hits[n.limit:])
		n.hits = n.hits[:n.limit]
		n.from = n.hits[n.limit-1].time
	}
	return n.hits
}

// find searches a unit.
func (c *scan) find(at candidate, p *block.Plan) found {
	if err := c.ctx.Err(); err != nil {
		return found{err: err}
	}
	top := newest{limit: p.Query().Limit}
	if at.block == 0 {
		err := c.journal(at, func(ev *event.Event, stable bool) bool {
			if p.Match(ev) {
				h := hit{time: ev.Time, id: ev.ID, ev: ev}
				if !stable {
					kept := detach(ev)
					h.ev, h.own = &kept, true
				}
				top.add(h)
			}
			return true
		})
		return found{top.sorted(), err}
	}
	rd, err := c.block(at)
	if err != nil {
		return found{err: err}
	}
	defer c.s.blocks.trim()
	rows := rd.Rows()
	sel := rows.Select(p)
	if !sel.Empty() && rows.Err() == nil {
		if times, seqs := rows.Times(), rows.Seqs(); rows.Err() == nil {
			sel.Each(func(row int) bool {
				top.add(hit{time: times[row], id: event.NewID(at.seg.day, uint64(seqs[row])), row: int32(row)})
				return true
			})
		}
	}
	c.scanned.Add(int64(at.n))
	return found{top.sorted(), rows.Err()}
}

// pending holds found events until no unit left can hold a newer one.
type pending struct {
	c      *scan
	runs   []*run // a heap, the one with the newest hit first
	left   int    // how many the caller still wants
	budget int    // bytes
	again  cache  // journal rows that were read again
}

// run is the hits of one unit that wait.
type run struct {
	at   candidate
	hits []hit // newest first
	rows *block.Rows
}

func (p *pending) Len() int           { return len(p.runs) }
func (p *pending) Less(i, j int) bool { return newer(p.runs[i].hits[0], p.runs[j].hits[0]) < 0 }
func (p *pending) Swap(i, j int)      { p.runs[i], p.runs[j] = p.runs[j], p.runs[i] }
func (p *pending) Push(x any)         { p.runs = append(p.runs, x.(*run)) }
func (p *pending) Pop() any {
	n := len(p.runs) - 1
	r := p.runs[n]
	p.runs[n] = nil
	p.runs = p.runs[:n]
	return r
}

func (p *pending) push(at candidate, hits []hit) {
	if len(hits) == 0 {
		return
	}
	for i := range hits {
		h := &hits[i]
		if h.ev == nil {
			continue
		}
		if size := eventSize(h.ev); size <= p.budget {
			p.budget -= size
		} else {
			h.ev, h.own = nil, false
		}
	}
	heap.Push(p, &run{at: at, hits: hits})
}

// eventSize estimates the memory of a kept event.
func eventSize(ev *event.Event) int {
	n := 512 + len(ev.Get(event.EventOriginal))
	for _, p := range ev.Extras() {
		n += len(p.Name) + len(p.Value)
	}
	return n
}

// yieldNewer yields the hits that are newer than a time; false when the
// caller wants no more.
func (p *pending) yieldNewer(than int64, yield func(*event.Event) bool) (more bool, err error) {
	for len(p.runs) > 0 && (p.runs[0].hits[0].time > than || than == math.MinInt64) {
		r := p.runs[0]
		h := r.hits[0]
		r.hits[0] = hit{}
		if r.hits = r.hits[1:]; len(r.hits) == 0 {
			heap.Pop(p)
		} else {
			heap.Fix(p, 0)
		}
		if err := p.c.ctx.Err(); err != nil {
			return false, err
		}
		ev, err := p.event(r, h)
		if err != nil {
			return false, err
		}
		if ev == nil {
			continue
		}
		p.left--
		if !yield(ev) || p.left == 0 {
			return false, nil
		}
	}
	return true, nil
}

// event returns the event of a hit; nil when it cannot be read any more.
func (p *pending) event(r *run, h hit) (*event.Event, error) {
	switch {
	case h.ev != nil:
		p.budget += eventSize(h.ev)
		if h.own {
			return h.ev, nil
		}
		kept := detach(h.ev)
		return &kept, nil
	case r.at.block != 0:
		return p.fromBlock(r, h)
	}
	k := cacheKey{r.at.seg, r.at.seq, r.at.n}
	events := p.again.get(k)
	if events == nil {
		scanned := p.c.scanned.Load()
		size := int64(0)
		err := p.c.each(r.at, func(ev *event.Event, stable bool) bool {
			if stable {
				events = append(events, *ev)
			} else {
				events = append(events, detach(ev))
			}
			size += int64(eventSize(ev))
			return true
		})
		if err != nil {
			return nil, err
		}
		p.c.scanned.Store(scanned) // they were counted when they were found
		p.again.put(k, events, size)
	}
	i, ok := slices.BinarySearchFunc(events, h.id, func(ev event.Event, id event.ID) int { return cmp.Compare(ev.ID, id) })
	if !ok {
		return nil, nil
	}
	kept := detach(&events[i])
	return &kept, nil
}

// fromBlock puts an event together. The run keeps its block open only while one
// hit follows another: a late event may have to wait for a long time.
func (p *pending) fromBlock(r *run, h hit) (*event.Event, error) {
	if r.rows == nil {
		rd, err := p.c.block(r.at)
		if err != nil {
			return nil, p.c.skip(r.at, err)
		}
		r.rows = rd.Rows()
	}
	ev := r.rows.Event(int(h.row))
	if err := r.rows.Err(); err != nil {
		return nil, p.c.skip(r.at, err)
	}
	if len(p.runs) == 0 || p.runs[0] != r {
		r.rows = nil
		p.c.s.blocks.trim()
	}
	return &ev, nil
}

// Events returns the events with the given IDs in that order. Those that went
// with their day, or cannot be read, are left out.
func (s *Store) Events(ctx context.Context, ids []event.ID) ([]event.Event, error) {
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	byUnit := map[candidate][]event.ID{}
	for _, v := range s.snapshot() {
		for _, id := range ids {
			if v.seg.day != id.Day() {
				continue
			}
			for _, at := range v.locate(id.Seq()) {
				byUnit[at] = append(byUnit[at], id)
			}
		}
	}
	found := make(map[event.ID]event.Event, len(ids))
	c := s.newScan(ctx)
	for at, wanted := range byUnit {
		slices.Sort(wanted)
		if err := c.skip(at, c.pick(at, wanted, found)); err != nil {
			return nil, err
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

// locate returns the units that may hold a running number.
func (v view) locate(num uint64) (out []candidate) {
	for u := range v.units() {
		if u.seq <= num && num <= u.last {
			out = append(out, candidate{v.seg, u})
		}
	}
	return out
}

// pick reads the events with the given IDs, sorted, out of a unit.
func (c *scan) pick(at candidate, ids []event.ID, to map[event.ID]event.Event) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if at.block == 0 {
		return c.journal(at, func(ev *event.Event, _ bool) bool {
			if _, ok := slices.BinarySearch(ids, ev.ID); ok {
				to[ev.ID] = detach(ev)
			}
			return true
		})
	}
	rd, err := c.block(at)
	if err != nil {
		return err
	}
	defer c.s.blocks.trim()
	rows := rd.Rows()
	for row, seq := range rows.Seqs() {
		id := event.NewID(at.seg.day, uint64(seq))
		if _, ok := slices.BinarySearch(ids, id); ok {
			to[id] = rows.Event(row)
			if rows.Err() != nil {
				delete(to, id)
				break
			}
		}
	}
	return rows.Err()
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
	c.keep.Store(0) // everything is read once
	defer func() {
		for _, sentence := range c.result().Partial {
			s.cfg.Log.WarnContext(ctx, "replay is not complete", "reason", sentence)
		}
	}()
	more := true
	for _, v := range s.snapshot() {
		if v.seg.day < dayOf(from) {
			continue
		}
		if v.damage != "" {
			c.partial = append(c.partial, v.damage)
		}
		for _, list := range v.inOrder() {
			if !slices.ContainsFunc(list, func(at candidate) bool { return at.rmax >= from }) {
				continue
			}
			if err := c.all(list, func(ev *event.Event) bool {
				if ev.Received >= from {
					more = yield(ev)
				}
				return more
			}); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// inOrder returns the units in the order of their numbers; those that share a
// range of numbers, as blocks sealed together do, in one list.
func (v view) inOrder() (lists [][]candidate) {
	var all []candidate
	for u := range v.units() {
		all = append(all, candidate{v.seg, u})
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.seq, b.seq) })
	last := uint64(0)
	for _, at := range all {
		if n := len(lists); n > 0 && at.seq <= last && at.block != 0 {
			lists[n-1] = append(lists[n-1], at)
		} else {
			lists = append(lists, []candidate{at})
		}
		last = max(last, at.last)
	}
	return lists
}

// all calls f with the events of units as inOrder lists them. They may be kept.
// Blocks that cannot be read are noted and left out.
func (c *scan) all(list []candidate, f func(*event.Event) bool) error {
	if list[0].block == 0 {
		return c.each(list[0], func(ev *event.Event, _ bool) bool {
			kept := detach(ev)
			return f(&kept)
		})
	}
	started := false
	for len(list) > 0 {
		at, err := c.blocks(list, 0, math.MaxUint64, func(ev *event.Event) bool {
			started = true
			c.scanned.Add(1)
			return f(ev)
		})
		if err == nil {
			return nil
		}
		if err := c.skip(at, err); err != nil || started { // some were handed out already: they must not be again
			return err
		}
		list = slices.DeleteFunc(slices.Clone(list), func(x candidate) bool { return x == at })
	}
	return nil
}
