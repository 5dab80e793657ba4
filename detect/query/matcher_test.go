package query

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

// TestMatcherAgainstMatch compares both on trees with long lists.
func TestMatcherAgainstMatch(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	values := []string{"", "a", "B", "\u212aK", "kk", "ſs", "SS", "ß", "ẞ", "�", "\xff", "10.0.0.1", "::ffff:10.0.0.1", "10.0.0.2", "fe80::1%eth0", "FE80::1", strings.Repeat("x", 200)}
	field := func() string { return []string{"source.ip", "user.name", "level", "absent"}[r.IntN(4)] }
	hits := 0
	for range 3000 {
		var tree func(depth int) Expr
		tree = func(depth int) Expr {
			switch k := r.IntN(8); {
			case depth > 0 && k == 0:
				return Not{tree(depth - 1)}
			case depth > 0 && k == 1:
				return And{tree(depth - 1), tree(depth - 1)}
			case depth > 0 && k < 5:
				var n Or
				for range r.IntN(30) {
					n = append(n, tree(depth-1))
				}
				return n
			}
			f, v := Expand(field())[0], values[r.IntN(len(values))]
			if c, ok := ParseCIDR(v); ok && r.IntN(2) == 0 {
				return Is{f, c}
			}
			return Is{f, NewPattern([]Part{{Text: v}}, r.IntN(5) == 0)}
		}
		q := Query{Expr: tree(3)}
		match := q.Matcher()
		for range 10 {
			var pairs []string
			for range r.IntN(4) {
				v := values[r.IntN(len(values))]
				if r.IntN(3) == 0 {
					v += event.Separator + values[r.IntN(len(values))]
				}
				pairs = append(pairs, []string{"source.ip", "user.name", "level", "log.level"}[r.IntN(4)], v)
			}
			e := ev(pairs...)
			want := q.Match(e)
			if got := match(e); got != want {
				t.Fatalf("%s on %q: %v, want %v", String(q.Expr), pairs, got, want)
			}
			if want {
				hits++
			}
		}
	}
	if hits < 3000 {
		t.Errorf("only %d matches: the test tests too little", hits)
	}
	bounds := Query{Since: now.UnixNano() + 1}
	if bounds.Matcher()(ev()) {
		t.Error("the bounds are gone")
	}
}

// longList is a search for so many addresses.
func longList(n int) string {
	var addrs []string
	for i := range n {
		addrs = append(addrs, fmt.Sprintf("10.9.%d.%d", i/250, i%250))
	}
	return strings.Join(addrs, " or ")
}

func TestMatcherDoesNotAllocate(t *testing.T) {
	q, err := Parse("ip:("+longList(3000)+") or user:("+strings.Join(strings.Split(strings.Repeat("Straße", 20), ""), "a or ")+")", now)
	if err != nil {
		t.Fatal(err)
	}
	match, e := q.Matcher(), ev("source.ip", "192.168.1.1", "user.name", "nobody ſ", "destination.ip", "fe80::1")
	if match(e) {
		t.Error("found")
	}
	if !match(ev("destination.ip", "10.9.3.77")) || !match(ev("user.name", "ẞA")) {
		t.Error("not found")
	}
	if n := testing.AllocsPerRun(100, func() { match(e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMatcherLongList(b *testing.B) {
	q, err := Parse("source.ip:("+longList(4500)+")", now)
	if err != nil {
		b.Fatal(err)
	}
	match, e := q.Matcher(), ev("source.ip", "192.168.1.1")
	for b.Loop() {
		match(e)
	}
}
