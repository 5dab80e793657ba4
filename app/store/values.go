package store

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Bounds on what is offered while somebody types a search.
const (
	newestLooked  = 20_000 // events
	blockLooked   = 2_000  // of them in one block
	maxFieldNames = 5_000  // one sender of JSON can make up any number
	maxValueBytes = 200    // longer ones are sentences, which nobody completes
)

// newest calls f with the newest events, about newestLooked of them, in no
// order.
func (s *Store) newest(ctx context.Context, f func(*event.Event)) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	c := s.newScan(ctx)
	units := c.candidates(block.NewPlan(&query.Query{}))
	for looked := 0; looked < newestLooked; {
		at, more := units.next()
		if !more {
			return nil
		}
		n, err := c.sample(at, newestLooked-looked, f)
		if err = c.skip(at, err); err != nil {
			return err
		}
		looked += n
	}
	return nil
}

// sample calls f with at most limit events of a unit, from all over it if it is
// a block: a block holds one kind of event, and there are others.
func (c *scan) sample(at candidate, limit int, f func(*event.Event)) (n int, err error) {
	if at.block == 0 {
		err = c.journal(at, func(ev *event.Event, _ bool) bool {
			f(ev)
			n++
			return n < limit
		})
		return n, err
	}
	rd, err := c.block(at)
	if err != nil {
		return 0, err
	}
	defer c.s.blocks.trim()
	rows := rd.Rows()
	for row := 0; row < rd.N && n < limit; row += max(1, rd.N/blockLooked) {
		ev := rows.Event(row)
		if rows.Err() != nil {
			break
		}
		f(&ev)
		n++
	}
	return n, rows.Err()
}

// FieldNames returns the names of the fields that the newest events have: the
// ECS names Porchlight knows first, then the others, each sorted.
func (s *Store) FieldNames(ctx context.Context) ([]string, error) {
	var slots [event.NumFields]bool
	others := map[string]bool{}
	seen := false
	err := s.newest(ctx, func(ev *event.Event) {
		seen = true
		for f := event.None + 1; f < event.NumFields; f++ {
			slots[f] = slots[f] || ev.Has(f)
		}
		for _, p := range ev.Extras() {
			if len(others) < maxFieldNames && !others[p.Name] {
				others[strings.Clone(p.Name)] = true
			}
		}
	})
	if err != nil || !seen {
		return nil, err
	}
	names := []string{event.Timestamp.String(), event.EventIngested.String(), event.DocumentID.String()}
	for f, has := range slots {
		if has {
			names = append(names, event.Field(f).String())
		}
	}
	slices.Sort(names)
	extras := make([]string, 0, len(others))
	for name := range others {
		extras = append(extras, name)
	}
	slices.Sort(extras)
	return append(names, extras...), nil
}

// FieldValues returns the values of a field, or of those a short name such as
// user stands for, that begin with prefix in any case: the most frequent in
// the newest events first, at most limit. Empty and very long values, and the
// event's own times and number, are left out.
func (s *Store) FieldValues(ctx context.Context, field, prefix string, limit int) ([]string, error) {
	var refs []event.Ref
	for _, f := range query.Expand(field) {
		for _, r := range f.Refs {
			if r.Field < event.NumFields {
				refs = append(refs, r)
			}
		}
	}
	if len(refs) == 0 || limit <= 0 {
		return nil, nil
	}
	begins := query.NewPattern([]query.Part{{Text: prefix}, {Kind: query.AnyString}}, false)
	counts := map[string]*int{}
	err := s.newest(ctx, func(ev *event.Event) {
		for _, r := range refs {
			text, ok := ev.Lookup(r)
			if !ok {
				continue
			}
			for v := range event.Values(text) {
				if v == "" || len(v) > maxValueBytes {
					continue
				}
				n := counts[v]
				if n == nil {
					n = new(int)
					if !begins.Test(v) {
						*n = math.MinInt // remembered, so that it is tested once
					}
					counts[strings.Clone(v)] = n
				}
				*n++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	var values []string
	for v, n := range counts {
		if *n > 0 {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(*counts[b], *counts[a]), strings.Compare(a, b)) })
	return values[:min(limit, len(values))], nil
}
