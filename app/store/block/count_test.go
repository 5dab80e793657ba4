package block

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"porchlight/detect/query"
)

// A block counts as its events do one by one.
func TestCount(t *testing.T) {
	e := newTestEncoder(t)
	stats := []string{"count()", "count() by user.name", "count(), dcount(source.port) by source.ip", "sum(source.bytes), avg(source.bytes), min(source.bytes), max(source.bytes) by event.action",
		"count(user.name), min(@timestamp), max(@timestamp), max(event.ingested) by host.name, bin(1h)", "count() by many, tags", "count() by a, b, c, d, event.action",
		"dcount(message) by bin(1m)", "count() by @timestamp", "count() by _id | head 5", "count() by message, source.ip", "sum(a), count(odd) by user, absent", "count() by src"}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 8))
		events := testEvents(r, 1+r.IntN(400))
		b, order := encode(t, e, events)
		rd := open(t, b)
		for _, text := range stats {
			q, err := query.Parse("* | stats "+text, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			q.Expr = testExpr(r, events, 1)
			want, got := query.NewAccumulator(q.Stats), query.NewAccumulator(q.Stats)
			for _, ev := range order {
				if q.Match(ev) {
					want.Add(ev)
				}
			}
			rows := rd.Rows()
			rows.Count(q.Stats, rows.Select(NewPlan(&q)), got)
			if rows.Err() != nil {
				t.Fatal(rows.Err())
			}
			if g, w := fmt.Sprint(got.Table()), fmt.Sprint(want.Table()); g != w {
				t.Fatalf("seed %d: %s of %s\n got %s\nwant %s", seed, text, query.String(q.Expr), g, w)
			}
		}
	}
}
