package store

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// errGone means that a day file was dropped while it was searched.
var errGone = errors.New("its day was dropped")

// maxSentences bounds how many damaged rows a search names one by one.
const maxSentences = 20

// scan is one pass over rows on behalf of a search.
type scan struct {
	s       *Store
	ctx     context.Context
	keep    int64 // how many more bytes this scan may put into the cache
	ev      event.Event
	scanned int
	stable  bool // the event f is called with may be kept: it is a cached one, never changed
	partial []string
	skipped int // damaged rows beyond maxSentences
}

func (s *Store) newScan(ctx context.Context) *scan {
	// One long search must not push out what live tail needs.
	return &scan{s: s, ctx: ctx, keep: s.cfg.CacheBytes / 2}
}

// result ends the scan.
func (c *scan) result() query.Result {
	if c.skipped > 0 {
		c.partial = append(c.partial, fmt.Sprintf("%d more damaged batches were skipped", c.skipped))
		c.skipped = 0
	}
	return query.Result{Scanned: c.scanned, Partial: c.partial}
}

// row calls f with each event of an index entry until f returns false. The
// event is valid during the call only. A row that cannot be read is noted and
// skipped; an error means that the whole scan must end.
func (c *scan) row(seg *segment, r row, f func(*event.Event) bool) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	first := event.NewID(seg.day, r.seq)
	last := event.NewID(seg.day, r.last())
	err := c.read(seg, r, func(ev *event.Event) bool {
		// The row may have been merged into a longer one since.
		if ev.ID < first || ev.ID > last {
			return true
		}
		c.scanned++
		return f(ev)
	})
	switch {
	case err == nil, errors.Is(err, errGone):
		return nil
	case errors.Is(err, ErrClosed), c.ctx.Err() != nil:
		return err
	case len(c.partial) < maxSentences:
		c.partial = append(c.partial, fmt.Sprintf("%s: batch %d with %d events from %s to %s was skipped: %v",
			seg.name(), r.seq, r.n, event.FormatTime(r.tmin), event.FormatTime(r.tmax), err))
	default:
		c.skipped++
	}
	return nil
}

func (c *scan) read(seg *segment, r row, f func(*event.Event) bool) error {
	c.stable = true
	if events := c.s.cache.get(cacheKey{seg, r.seq, r.n}); events != nil {
		for i := range events {
			if !f(&events[i]) {
				return nil
			}
		}
		return nil
	}
	d, err := c.s.readRow(seg, r)
	if err != nil {
		return err
	}
	if size := d.cost(); size <= c.keep {
		c.keep -= size
		events := make([]event.Event, 0, d.h.n)
		for d.next(&c.ev) {
			events = append(events, c.ev.Clone())
		}
		if d.err != nil {
			return d.err
		}
		c.s.cache.put(cacheKey{seg, d.h.first, uint32(d.h.n)}, events, size)
		for i := range events {
			if !f(&events[i]) {
				return nil
			}
		}
		return nil
	}
	c.stable = false
	for d.next(&c.ev) {
		if !f(&c.ev) {
			return nil
		}
	}
	return d.err
}

// cost estimates the memory the row's events take when they are kept.
func (d *decoder) cost() int64 {
	const fields = 24 // per event, a usual number
	return int64(d.size) + int64(d.h.n)*int64(unsafe.Sizeof(event.Event{})+fields*unsafe.Sizeof(""))
}

// readRow reads and opens the row that holds the entry's events.
func (s *Store) readRow(seg *segment, r row) (*decoder, error) {
	seg.life.RLock()
	defer seg.life.RUnlock()
	if seg.gone {
		return nil, errGone
	}
	conn, err := s.readers.get(seg)
	if err != nil {
		if s.cfg.ReadOnly && !seg.exists() {
			err = errGone // the writer dropped it
		}
		return nil, err
	}
	seq, n, data, found, err := conn.row(r.seq)
	s.readers.put(conn, err != nil)
	switch {
	case err != nil && s.cfg.ReadOnly && !seg.exists():
		return nil, errGone
	case err != nil:
		return nil, err
	case !found || r.last() >= seq+uint64(n):
		return nil, errors.New("it is missing from the file")
	}
	d, err := newDecoder(seg.day, data)
	if err != nil {
		return nil, err
	}
	if d.h.first != seq || d.h.n != n {
		return nil, errFormat
	}
	return d, nil
}

// candidate is an index entry that may hold what a search looks for.
type candidate struct {
	seg *segment
	row row
}

// candidates hands out the index entries that the bounds of a query leave,
// the one with the newest event first. Days are opened up one by one.
type candidates struct {
	ids   ids
	q     *query.Query
	heads []head // a heap: the newest first

	progress query.Progress // of the entries handed out before the last one
	last     int64          // events in the last one
	told     int64          // progress.Done when it was last told
}

// progressStep is how many events are passed over between two reports of a
// search's progress: well below a tenth of a second's work.
const progressStep = 1 << 15

// passed notes that n more events are done with and that back is the newest
// time that is left, and tells whoever wants to know from time to time.
func (c *candidates) passed(n, back int64) {
	p := &c.progress
	p.Done, p.Back = p.Done+n, back
	if c.q.Progress != nil && (p.Done-c.told >= progressStep || p.Done == p.Total && p.Done > c.told) {
		c.told = p.Done
		c.q.Progress(*p)
	}
}

// head is the rest of one day's entries, by tmax, newest first. While rows is
// nil the day has not been looked into and view.tmax stands for it.
type head struct {
	view view
	rows []row
}

func (h *head) tmax() int64 {
	if h.rows == nil {
		return h.view.tmax
	}
	return h.rows[0].tmax
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

// candidates begins a search: it notes what is known to be unreadable.
func (c *scan) candidates(q *query.Query) *candidates {
	out := &candidates{q: q, ids: idBounds(q.Expr)}
	for _, v := range c.s.snapshot() {
		if q.AfterID != 0 && v.seg.day < q.AfterID.Day() {
			continue
		}
		if v.damage != "" && dayOverlaps(v.seg.day, q) {
			c.partial = append(c.partial, v.damage)
		}
		if len(v.rows) > 0 && timesOverlap(v.tmin, v.tmax, q) {
			out.heads = append(out.heads, head{view: v})
			for _, r := range v.rows {
				if wanted(v.seg.day, r, q) {
					out.progress.Total += int64(r.n)
				}
			}
		}
	}
	heap.Init(out)
	return out
}

// ids is the numbers a query restricts itself to, sorted; nil when it does
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

// reach tells whether one of the numbers is in the index entry.
func (i ids) reach(day int, r row) bool {
	if i == nil {
		return true
	}
	at, _ := slices.BinarySearch(i, event.NewID(day, r.seq))
	return at < len(i) && i[at] <= event.NewID(day, r.last())
}

func timesOverlap(tmin, tmax int64, q *query.Query) bool {
	return (q.Since == 0 || tmax >= q.Since) && (q.Until == 0 || tmin < q.Until)
}

func dayOverlaps(day int, q *query.Query) bool {
	start := int64(day) * dayNanos
	return timesOverlap(start, start+dayNanos-1, q)
}

// wanted tells whether an entry may hold events within the query's bounds.
func wanted(day int, r row, q *query.Query) bool {
	return timesOverlap(r.tmin, r.tmax, q) && (q.AfterID == 0 || event.NewID(day, r.last()) > q.AfterID)
}

// next returns the entry with the newest tmax left.
func (c *candidates) next() (candidate, bool) {
	for len(c.heads) > 0 {
		h := &c.heads[0]
		if h.rows == nil {
			for _, r := range h.view.rows {
				switch {
				case !wanted(h.view.seg.day, r, c.q):
				case c.ids.reach(h.view.seg.day, r):
					h.rows = append(h.rows, r)
				default:
					c.progress.Done += int64(r.n)
				}
			}
			if h.rows == nil {
				heap.Pop(c)
				continue
			}
			slices.SortFunc(h.rows, func(a, b row) int {
				switch {
				case a.tmax > b.tmax:
					return -1
				case a.tmax < b.tmax:
					return 1
				}
				return compare(b.seq, a.seq)
			})
			heap.Fix(c, 0)
			continue
		}
		out := candidate{h.view.seg, h.rows[0]}
		if h.rows = h.rows[1:]; len(h.rows) == 0 {
			heap.Pop(c)
		} else {
			heap.Fix(c, 0)
		}
		c.passed(c.last, out.row.tmax)
		c.last = int64(out.row.n)
		return out, true
	}
	c.passed(c.last, c.progress.Back)
	c.last = 0
	return candidate{}, false
}
