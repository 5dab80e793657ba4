package block

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

var fields = []string{"message", "event.original", "user.name", "source.ip", "destination.ip", "source.port", "source.bytes", "event.action", "host.name",
	"vendor.rule", "copy", "many", "a", "b", "tags", "odd\nname", "@timestamp", "event.ingested", "_id", "absent", "event.module", "log.syslog.priority"}

func testField(r *rand.Rand) query.Field {
	f := query.NewField(pick(r, fields))
	for r.IntN(6) == 0 {
		f.Refs = append(f.Refs, event.Resolve(pick(r, fields)))
	}
	return f
}

// fragment takes a piece of something that may be in an event.
func fragment(r *rand.Rand, events []event.Event) string {
	var s string
	switch r.IntN(4) {
	case 0:
		s = pick(r, words)
	case 1:
		s = pick(r, []string{"Failed password", "port", "ssh2", "fw: ", "from 10.", "->", "sshd[", "", "10.1.2.3", "accept"})
	default:
		var all []string
		for _, v := range events[r.IntN(len(events))].Each() {
			all = append(all, v)
		}
		if len(all) == 0 {
			return "x"
		}
		s = pick(r, all)
		if len(s) > 300 {
			s = s[:300]
		}
	}
	if len(s) > 0 && r.IntN(2) == 0 {
		from := r.IntN(len(s))
		s = s[from : from+1+r.IntN(len(s)-from)]
	}
	if r.IntN(3) == 0 {
		s = query.Fold(s)
	}
	return s
}

func testParts(r *rand.Rand, events []event.Event) []query.Part {
	var parts []query.Part
	wild := func() {
		if r.IntN(3) == 0 {
			parts = append(parts, query.Part{Kind: query.AnyString})
		}
		if r.IntN(10) == 0 {
			parts = append(parts, query.Part{Kind: query.AnyChar})
		}
	}
	wild()
	for range 1 + r.IntN(2) {
		parts = append(parts, query.Part{Text: fragment(r, events)})
		wild()
	}
	return parts
}

func testTest(r *rand.Rand, events []event.Event) query.Test {
	switch r.IntN(12) {
	case 0:
		n, _ := query.ParseNumber(pick(r, []string{"0", "42", "20000", "50000.5", "-1", "1e3", "99999999999999999999"}))
		return query.Compare{Op: query.Op(r.IntN(6)), Number: n}
	case 1:
		return query.TimeCompare{Op: query.Op(r.IntN(6)), At: events[r.IntN(len(events))].Time}
	case 2:
		re, err := query.NewRegexp(pick(r, []string{"(?i)failed", `10\.0\.\d`, "^fw", "port [0-9]{4} ", "2$", "x*"}))
		if err != nil {
			panic(err)
		}
		return re
	case 3:
		return query.NewCIDR(netip.MustParsePrefix(pick(r, []string{"10.0.0.0/8", "10.0.1.0/24", "10.0.0.5/32", "::ffff:10.0.0.5/128", "2001:db8::/32", "2001:db8::1/128", "fe80::1/128"})))
	case 4, 5, 6, 7:
		return query.NewPhrase(testParts(r, events))
	}
	return query.NewPattern(testParts(r, events), r.IntN(4) == 0)
}

func testExpr(r *rand.Rand, events []event.Event, depth int) query.Expr {
	n := 10
	if depth == 0 {
		n = 7
	}
	switch r.IntN(n) {
	case 0:
		return query.Exists{Field: testField(r)}
	case 1:
		return query.Null{Field: testField(r)}
	case 2:
		if r.IntN(4) == 0 {
			return query.ID(events[r.IntN(len(events))].ID)
		}
		if r.IntN(4) == 0 {
			return query.Same{Field: testField(r), Other: testField(r), Op: query.SameOp(r.IntN(4)), Cased: r.IntN(2) == 0}
		}
		fallthrough
	case 3, 4:
		return query.Is{Field: testField(r), Test: testTest(r, events)}
	case 5, 6:
		return query.Keyword{Test: testTest(r, events)}
	case 7:
		return query.Not{X: testExpr(r, events, depth-1)}
	case 8:
		var list query.And
		for range r.IntN(4) {
			list = append(list, testExpr(r, events, depth-1))
		}
		return list
	}
	var list query.Or
	if f := testField(r); r.IntN(4) == 0 { // long enough to become one test
		for range 12 {
			list = append(list, query.Is{Field: f, Test: query.NewPattern([]query.Part{{Text: fragment(r, events)}}, false)})
		}
	}
	for range r.IntN(4) {
		list = append(list, testExpr(r, events, depth-1))
	}
	return list
}

// What a block selects is what the query matches event by event, and its
// filter never denies a block that has any.
func TestSelect(t *testing.T) {
	e := newTestEncoder(t)
	blocks, queries := uint64(60), 120
	if testing.Short() {
		blocks = 15
	}
	hits, denied := 0, 0
	for seed := range blocks {
		r := rand.New(rand.NewPCG(seed, 5))
		events := testEvents(r, 1+r.IntN(300))
		b, order := encode(t, e, events)
		rd := open(t, b)
		for k := range queries {
			q := query.Query{Expr: testExpr(r, events, 3)}
			if r.IntN(5) == 0 {
				q.Since = events[r.IntN(len(events))].Time
				q.Until = q.Since + int64(r.IntN(100))*1e9
			}
			if r.IntN(5) == 0 {
				q.AfterID = events[r.IntN(len(events))].ID
			}
			p := NewPlan(&q)
			rows := rd.Rows()
			got := rows.Select(p)
			if rows.Err() != nil {
				t.Fatal(rows.Err())
			}
			count := 0
			for i, ev := range order {
				want := q.Match(ev)
				if want {
					count++
				}
				if want != got.Has(i) {
					t.Fatalf("seed %d, query %d: %s selects %v, matches %v: %s", seed, k, query.String(q.Expr), got.Has(i), want, text(ev))
				}
			}
			hits += count
			tokens := p.Tokens()
			may := p.MayHold(func(i int) bool { return MayHold(b.Bloom[tokens[i].Shard()], tokens[i]) })
			if count > 0 && !may {
				t.Fatalf("seed %d, query %d: the filter denies %s, which %d events match", seed, k, query.String(q.Expr), count)
			}
			if !may {
				denied++
			}
		}
	}
	t.Logf("%d hits, the filter denied %d of %d", hits, denied, int(blocks)*queries)
	if hits == 0 || denied == 0 {
		t.Error("nothing was put to the test")
	}
}
