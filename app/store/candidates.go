package store

import (
	"cmp"
	"container/heap"
	"database/sql/driver"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// candidates hands out the index entries that the bounds of a query and the
// filters of blocks leave, the one with the newest event first. Days are opened
// one by one.
type candidates struct {
	c     *scan
	ids   ids
	plan  *block.Plan
	q     *query.Query
	heads []head // a heap: the newest first

	opening  int            // days that are looked into next, at once
	progress query.Progress // of the entries done so far
	last     int64          // events in the current entry
	told     int64          // progress.Done when it was last told
}

// progressStep is how many events are passed over between two reports of a
// search's progress: well below a tenth of a second's work.
const progressStep = 1 << 15

// passed notes that n more events are done and that back is the newest time
// left, and reports progress from time to time.
func (c *candidates) passed(n, back int64) {
	p := &c.progress
	p.Done, p.Back = p.Done+n, back
	if c.q.Progress != nil && (p.Done-c.told >= progressStep || p.Done == p.Total && p.Done > c.told) {
		c.told = p.Done
		c.q.Progress(*p)
	}
}

// head is the rest of one day's entries, by tmax, newest first. Until the day
// has been looked into, view.tmax stands in for it.
type head struct {
	view   view
	opened bool
	units  []unit
}

func (h *head) tmax() int64 {
	if !h.opened {
		return h.view.tmax
	}
	return h.units[0].tmax
}

func (c *candidates) Len() int           { return len(c.heads) }
func (c *candidates) Less(i, j int) bool { return c.heads[i].tmax() > c.heads[j].tmax() }
func (c *candidates) Swap(i, j int)      { c.heads[i], c.heads[j] = c.heads[j], c.heads[i] }
func (c *candidates) Push(x any)         { c.heads = append(c.heads, x.(head)) }
func (c *candidates) Pop() any {
	h := c.heads[len(c.heads)-1]
	c.heads = c.heads[:len(c.heads)-1]
	return h
}

// candidates begins a search and notes what is known to be unreadable.
func (c *scan) candidates(p *block.Plan) *candidates {
	q := p.Query()
	out := &candidates{c: c, q: q, plan: p, ids: idBounds(q.Expr)}
	for _, v := range c.s.snapshot() {
		if q.AfterID != 0 && v.seg.day < q.AfterID.Day() {
			continue
		}
		if v.damage != "" && dayOverlaps(v.seg.day, q) {
			c.partial = append(c.partial, v.damage)
		}
		if !v.empty() && timesOverlap(v.tmin, v.tmax, q) {
			out.heads = append(out.heads, head{view: v})
			for u := range v.units() {
				if wanted(v.seg.day, u, q) {
					out.progress.Total += int64(u.n)
				}
			}
		}
	}
	heap.Init(out)
	return out
}

// ids is the event numbers a query is restricted to, sorted; nil when it is
// not.
type ids []event.ID

// idBounds returns the only events that can fit the tree. `_id:` searches, as
// alerts make them for their evidence, read just the batches of these.
func idBounds(e query.Expr) ids {
	switch e := e.(type) {
	case query.ID:
		return ids{event.ID(e)}
	case query.And:
		for _, x := range e {
			if b := idBounds(x); b != nil {
				return b
			}
		}
	case query.Or:
		var all ids
		for _, x := range e {
			b := idBounds(x)
			if b == nil {
				return nil
			}
			all = append(all, b...)
		}
		slices.Sort(all)
		return all
	}
	return nil
}

// reach reports whether one of the numbers is in the index entry.
func (i ids) reach(day int, u unit) bool {
	if i == nil {
		return true
	}
	at, _ := slices.BinarySearch(i, event.NewID(day, u.seq))
	return at < len(i) && i[at] <= event.NewID(day, u.last)
}

func timesOverlap(tmin, tmax int64, q *query.Query) bool {
	return (q.Since == 0 || tmax >= q.Since) && (q.Until == 0 || tmin < q.Until)
}

func dayOverlaps(day int, q *query.Query) bool {
	start := int64(day) * dayNanos
	return timesOverlap(start, start+dayNanos-1, q)
}

// wanted reports whether an entry may hold events within the query's bounds.
func wanted(day int, u unit, q *query.Query) bool {
	return timesOverlap(u.tmin, u.tmax, q) && (q.AfterID == 0 || event.NewID(day, u.last) > q.AfterID)
}

// next returns the entry with the newest tmax left.
func (c *candidates) next() (candidate, bool) {
	for len(c.heads) > 0 {
		h := &c.heads[0]
		if !h.opened {
			c.openNext()
			continue
		}
		out := candidate{h.view.seg, h.units[0]}
		if h.units = h.units[1:]; len(h.units) == 0 {
			heap.Pop(c)
		} else {
			heap.Fix(c, 0)
		}
		return out, true
	}
	return candidate{}, false
}

// maxOpening is how many days, or parts of a day, are looked into at once.
// Their filters lie in many places of a file: the disk does better with several
// requests at once than with one after the other.
const maxOpening = 4

// fewFilters are read from one place.
const fewFilters = 24

// openNext looks into the newest days that have not been looked into: first
// one, because most searches end with it, then several at once.
func (c *candidates) openNext() {
	var closed []*head
	for i := range c.heads {
		if h := &c.heads[i]; !h.opened {
			closed = append(closed, h)
		}
	}
	slices.SortFunc(closed, func(a, b *head) int { return cmp.Compare(b.tmax(), a.tmax()) })
	c.opening = min(max(1, 2*c.opening), maxOpening)
	closed = closed[:min(len(closed), c.opening)]
	passed := make([]int64, len(closed))
	var group sync.WaitGroup
	for i, h := range closed[1:] {
		group.Go(func() { passed[i+1] = c.open(h, maxOpening/len(closed)) })
	}
	passed[0] = c.open(closed[0], maxOpening/len(closed))
	group.Wait()
	for _, n := range passed {
		c.progress.Done += n
	}
	c.heads = slices.DeleteFunc(c.heads, func(h head) bool { return h.opened && len(h.units) == 0 })
	heap.Init(c)
}

// open looks into a day. It returns how many events need not be looked at.
func (c *candidates) open(h *head, atOnce int) (passed int64) {
	h.opened = true
	day := h.view.seg.day
	for u := range h.view.units() {
		switch {
		case !wanted(day, u, c.q):
		case c.ids.reach(day, u):
			h.units = append(h.units, u)
		default:
			passed += int64(u.n)
		}
	}
	if left := c.filter(h.view.seg, h.units, atOnce); len(left) < len(h.units) {
		for _, u := range h.units {
			passed += int64(u.n)
		}
		for _, u := range left {
			passed -= int64(u.n)
		}
		h.units = left
	}
	slices.SortFunc(h.units, func(a, b unit) int {
		return cmp.Or(cmp.Compare(b.tmax, a.tmax), cmp.Compare(b.seq, a.seq), cmp.Compare(b.block, a.block))
	})
	return passed
}

// filter leaves out the blocks that cannot hold what is sought, going by their
// filters, which are read from that many places at once. A filter that cannot
// be read rules nothing out: the blocks will tell.
func (c *candidates) filter(seg *segment, units []unit, atOnce int) []unit {
	tokens := c.plan.Tokens()
	low, high := int64(1)<<62, int64(0)
	for _, u := range units {
		if u.block != 0 {
			low, high = min(low, u.block), max(high, u.block)
		}
	}
	if len(tokens) == 0 && c.plan.MayHold(func(int) bool { return true }) || high == 0 {
		return units
	}
	denied := make([][]bool, len(tokens)) // by token, then block - low
	asked := map[int]bool{}
	for i, t := range tokens {
		denied[i] = make([]bool, high-low+1)
		asked[t.Shard()] = true
	}
	read := func(low2, high2 int64) error {
		return c.c.s.withReader(seg, func(r *reader) error {
			for shard := range asked {
				err := r.conn.query("SELECT id, data FROM bloom WHERE id BETWEEN ? AND ?", func(v []driver.Value) error {
					id, _ := v[0].(int64)
					data, _ := v[1].([]byte)
					for i, t := range tokens {
						if t.Shard() == shard {
							denied[i][id-shardID(low, shard)] = !block.MayHold(data, t)
						}
					}
					return nil
				}, shardID(low2, shard), shardID(high2, shard))
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	var group errgroup.Group
	step := max((high-low)/int64(atOnce)+1, fewFilters)
	for from := low; from <= high; from += step {
		group.Go(func() error { return read(from, min(high, from+step-1)) })
	}
	if group.Wait() != nil {
		return units
	}
	var left []unit
	for _, u := range units {
		if u.block == 0 || c.plan.MayHold(func(i int) bool { return !denied[i][u.block-low] }) {
			left = append(left, u)
		}
	}
	return left
}

// ahead works on the candidates on all processors, some ahead of the one to be
// yielded next, and yields them in order, each with a function that waits for
// its result. It begins with one: most lists end with the first few.
func ahead[T any](c *candidates, work func(candidate) T) iter.Seq2[candidate, func() T] {
	return func(yield func(candidate, func() T) bool) {
		type job struct {
			at   candidate
			done chan T
		}
		workers := min(runtime.GOMAXPROCS(0), 4)
		jobs := make(chan job, 2*workers)
		var stop atomic.Bool
		var group sync.WaitGroup
		defer group.Wait()
		defer close(jobs)
		defer stop.Store(true)
		for range workers {
			group.Go(func() {
				for j := range jobs {
					if !stop.Load() {
						j.done <- work(j.at)
					}
				}
			})
		}
		var queue []job
		for depth := 1; ; depth = min(2*depth, 2*workers) {
			for len(queue) < depth {
				at, more := c.next()
				if !more {
					break
				}
				j := job{at, make(chan T, 1)}
				queue = append(queue, j)
				jobs <- j
			}
			if len(queue) == 0 {
				c.passed(c.last, c.progress.Back)
				c.last = 0
				return
			}
			j := queue[0]
			queue = queue[1:]
			c.passed(c.last, j.at.tmax)
			c.last = int64(j.at.n)
			if !yield(j.at, func() T { return <-j.done }) {
				return
			}
		}
	}
}

// String names the unit in messages.
func (u unit) String() string {
	if u.block != 0 {
		return fmt.Sprintf("block %d with %d events", u.block, u.n)
	}
	return fmt.Sprintf("batch %d with %d events", u.seq, u.n)
}
