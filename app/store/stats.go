package store

import (
	"context"
	"errors"
	"runtime"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Stats returns the table that q.Stats describes over the events that match.
// Columns and Limit of the query are ignored. The result says what could not be
// searched.
func (s *Store) Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error) {
	if q.Stats == nil {
		return query.Table{}, query.Result{}, errors.New("statistics: the query asks for no table")
	}
	if err := s.prepare(ctx); err != nil {
		return query.Table{}, query.Result{}, err
	}
	plan := block.NewPlan(&q)
	c := s.newScan(ctx)
	c.keep.Store(0) // everything is read once: leave the cache to lists

	// Whoever works on a unit takes one of these and returns it.
	free := make(chan *query.Accumulator, runtime.GOMAXPROCS(0))
	free <- query.NewAccumulator(q.Stats)
	made := make(chan struct{}, cap(free)-1)
	take := func() *query.Accumulator {
		select {
		case a := <-free:
			return a
		case made <- struct{}{}:
			return query.NewAccumulator(q.Stats)
		}
	}
	for at, wait := range ahead(c.candidates(plan), func(at candidate) error {
		a := take()
		defer func() { free <- a }()
		return c.count(at, plan, a)
	}) {
		if err := c.skip(at, wait()); err != nil {
			return query.Table{}, c.result(), err
		}
	}
	if err := ctx.Err(); err != nil {
		return query.Table{}, c.result(), err
	}
	total := <-free
	for range len(made) {
		total.Merge(<-free)
	}
	return total.Table(), c.result(), nil
}

// count adds the events of a unit that match.
func (c *scan) count(at candidate, p *block.Plan, a *query.Accumulator) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if at.block == 0 {
		return c.journal(at, func(ev *event.Event, _ bool) bool {
			if p.Match(ev) {
				a.Add(ev)
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
	if sel := rows.Select(p); rows.Err() == nil {
		rows.Count(p.Query().Stats, sel, a)
	}
	c.scanned.Add(int64(at.n))
	return rows.Err()
}
