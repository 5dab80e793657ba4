package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Histogram counts the events that match per width of event time. Only bins
// with events are returned, oldest first.
func (s *Store) Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	if width <= 0 {
		return nil, query.Result{}, fmt.Errorf("histogram with bins of %v: the width must be positive", width)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, query.Result{}, err
	}
	plan := block.NewPlan(&q)
	c := s.newScan(ctx)
	c.keep.Store(0) // the bars are drawn once: leave the cache to lists
	type counted struct {
		bins tally
		err  error
	}
	total := tally{width: int64(width), counts: map[int64]int{}}
	for at, wait := range ahead(c.candidates(plan), func(at candidate) counted {
		bins := tally{width: int64(width), counts: map[int64]int{}}
		return counted{bins, c.tally(at, plan, &bins)}
	}) {
		got := wait()
		if err := c.skip(at, got.err); err != nil {
			return nil, c.result(), err
		}
		if got.err == nil {
			for b, n := range got.bins.counts {
				total.counts[b] += n
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, c.result(), err
	}
	bins := make([]query.Bin, 0, len(total.counts))
	for b, n := range total.counts {
		bins = append(bins, query.Bin{Start: b * total.width, Count: n})
	}
	slices.SortFunc(bins, func(a, b query.Bin) int { return cmp.Compare(a.Start, b.Start) })
	return bins, c.result(), nil
}

// tally counts events by bins of time.
type tally struct {
	width  int64
	counts map[int64]int

	bin int64 // of the last event: the next is usually in it too
	n   int
}

func (t *tally) add(at int64) {
	if b := floorDiv(at, t.width); b != t.bin {
		t.flush()
		t.bin = b
	}
	t.n++
}

func (t *tally) flush() {
	if t.n > 0 {
		t.counts[t.bin] += t.n
	}
	t.n = 0
}

// tally counts the events of a unit that match.
func (c *scan) tally(at candidate, p *block.Plan, to *tally) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if first := floorDiv(at.tmin, to.width); p.Query().Expr == nil && first == floorDiv(at.tmax, to.width) && within(at, p.Query()) {
		to.counts[first] += int(at.n)
		return nil
	}
	defer to.flush()
	if at.block == 0 {
		return c.journal(at, func(ev *event.Event, _ bool) bool {
			if p.Match(ev) {
				to.add(ev.Time)
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
	if sel := rows.Select(p); rows.Err() == nil && !sel.Empty() {
		if times := rows.Times(); rows.Err() == nil {
			sel.Each(func(row int) bool { to.add(times[row]); return true })
		}
	}
	c.scanned.Add(int64(at.n))
	return rows.Err()
}

// within reports whether all events of a unit are within the query's bounds.
func within(at candidate, q *query.Query) bool {
	return (q.Since == 0 || at.tmin >= q.Since) && (q.Until == 0 || at.tmax < q.Until) &&
		(q.AfterID == 0 || event.NewID(at.seg.day, at.seq) > q.AfterID)
}

func floorDiv(a, b int64) int64 {
	d := a / b
	if a%b < 0 {
		d--
	}
	return d
}
