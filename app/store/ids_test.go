package store

import (
	"slices"
	"testing"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// TestIDSearchReadsOnlyItsBatches: the evidence of an alert is found without
// reading everything.
func TestIDSearchReadsOnlyItsBatches(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	var all []event.ID
	for i := range 50 {
		batch := make([]event.Event, 300) // more than is merged into a neighbour
		for j := range batch {
			batch[j].Received = int64(1_700_000_000_000_000_000 + i)
			batch[j].Time = batch[j].Received
			batch[j].Set(event.Message, "x")
		}
		if err := s.Append(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		for j := range batch {
			all = append(all, batch[j].ID)
		}
	}
	for name, e := range map[string]query.Expr{
		"one":       query.ID(all[7]),
		"several":   query.Or{query.ID(all[7000]), query.ID(all[7])},
		"and":       query.And{query.Const(true), query.Or{query.ID(all[7]), query.ID(all[8])}},
		"none":      query.ID(1),
		"or others": query.Or{query.ID(all[7]), query.Const(false)},
		"not":       query.Not{X: query.ID(all[7])},
	} {
		t.Run(name, func(t *testing.T) {
			var got []event.ID
			res, err := s.Search(t.Context(), query.Query{Expr: e}, func(ev *event.Event) bool { got = append(got, ev.ID); return true })
			if err != nil {
				t.Fatal(err)
			}
			var want []event.ID
			for _, id := range all {
				if e.Match(&event.Event{ID: id}) {
					want = append(want, id)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("found %d events, want %d", len(got), len(want))
			}
			if idBounds(e) != nil && res.Scanned > len(all)/4 {
				t.Errorf("%d events were read for %d", res.Scanned, len(want))
			}
		})
	}
}

// TestAppendAgainStoresOnce: a batch that was stored in part is passed again.
func TestAppendAgainStoresOnce(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	batch := make([]event.Event, 3)
	for i := range batch {
		batch[i].Received, batch[i].Time = 1_700_000_000_000_000_000, 1
	}
	if err := s.Append(t.Context(), batch[:2]); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	n := 0
	if _, err := s.Search(t.Context(), query.Query{}, func(*event.Event) bool { n++; return true }); err != nil {
		t.Fatal(err)
	}
	if n != 3 || batch[2].ID == 0 {
		t.Errorf("%d events stored, want 3; last id %v", n, batch[2].ID)
	}
}
