package correlate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"porchlight/detect/sigma"
)

// slow is the definition read literally: is there a window that ends at an
// event, reaches one timespan back, holds the new event, and satisfies.
func slow(kind string, rules int, bounds []sigma.Bound, span int64, all []shot, at int) bool {
	t := all[at].time
	if kind == sigma.TemporalOrdered {
		// any choice of one event per rule in order of time; of the same time
		// in the order of the rules
		var try func(rule, from int, first int64, has bool) bool
		sorted := slices.Clone(all)
		slices.SortStableFunc(sorted, func(a, b shot) int { return cmp.Or(cmp.Compare(a.time, b.time), a.rule-b.rule) })
		try = func(rule, from int, first int64, has bool) bool {
			if rule == rules {
				return has
			}
			for i := from; i < len(sorted); i++ {
				s := sorted[i]
				if s.rule != rule {
					continue
				}
				f := first
				if rule == 0 {
					f = s.time
				}
				if s.time-f <= span && try(rule+1, i+1, f, has || s.seq == all[at].seq) {
					return true
				}
			}
			return false
		}
		return try(0, 0, 0, false)
	}
	for _, end := range all {
		if end.time < t || end.time-span > t {
			continue
		}
		n, values, seen := 0, map[string]bool{}, map[int]bool{}
		for _, s := range all {
			if s.time <= end.time && s.time >= end.time-span {
				n++
				values[s.value] = true
				seen[s.rule] = true
			}
		}
		switch kind {
		case sigma.ValueCount:
			n = len(values)
		case sigma.Temporal:
			if len(seen) == rules {
				return true
			}
			continue
		}
		if !slices.ContainsFunc(bounds, func(b sigma.Bound) bool { return !b.Holds(n) }) {
			return true
		}
	}
	return false
}

type shot struct {
	time  int64
	rule  int
	value string
	seq   int
}

func TestRandomAgainstDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	fired := 0
	for round := range 400 {
		kind := []string{sigma.EventCount, sigma.ValueCount, sigma.Temporal, sigma.TemporalOrdered}[round%4]
		text, n := "", 1
		switch kind {
		case sigma.EventCount:
			text = fmt.Sprintf("rules: [a], condition: {%s}", []string{"gte: 3", "gt: 1, lte: 3", "eq: 2", "lt: 3", "neq: 1"}[rng.IntN(5)])
		case sigma.ValueCount:
			text = "rules: [a], condition: {field: v, gte: 3}"
		default:
			text, n = "rules: [a, b, c]", 3
		}
		b := setup(t, "title: x\nid: x\ncorrelation: {type: "+kind+", timespan: 10s, "+text+"}\n", Config{Tolerance: 1000 * time.Hour})
		bounds := b.rule("x").Correlation.Bounds
		var all []shot
		now := int64(0)
		for seq := range 40 {
			now += int64(rng.IntN(8))
			s := shot{max(0, now-int64(rng.IntN(2)*rng.IntN(15))) * 1e9, rng.IntN(n), fmt.Sprint(rng.IntN(4)), seq}
			all = append(all, s)
			ev := b.at(float64(s.time)/1e9, "v", s.value)
			before := len(b.out)
			b.feed([]string{"a", "b", "c"}[s.rule], ev)
			if got, want := len(b.out) > before, slow(kind, n, bounds, 10e9, all, seq); got != want {
				t.Fatalf("%s %s: event %d of %v: fired %v, want %v", kind, text, seq, all, got, want)
			} else if got {
				fired++
			}
		}
	}
	if fired < 1000 {
		t.Errorf("only %d firings: the test tests little", fired)
	}
}
