package store

import (
	"context"
	"errors"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Stats returns the table that q.Stats describes over the events that match.
// Columns and Limit of the query play no part. What could not be searched is
// told in the result.
func (s *Store) Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error) {
	if q.Stats == nil {
		return query.Table{}, query.Result{}, errors.New("statistics: the query asks for no table")
	}
	if err := s.prepare(ctx); err != nil {
		return query.Table{}, query.Result{}, err
	}
	a := query.NewAccumulator(q.Stats)
	match := q.Matcher()
	c := s.newScan(ctx)
	c.keep = 0 // everything is looked at once: leave the cache to lists
	rows := c.candidates(&q)
	for cand, more := rows.next(); more; cand, more = rows.next() {
		err := c.row(cand.seg, cand.row, func(ev *event.Event) bool {
			if match(ev) {
				a.Add(ev)
			}
			return true
		})
		if err != nil {
			return query.Table{}, c.result(), err
		}
	}
	return a.Table(), c.result(), nil
}
