package correlate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

// slow is the definition read literally: is there a window that ends at an
// event, reaches one timespan back, holds the new event, and satisfies.
func slow(kind string, rules int, bounds []sigma.Bound, span int64, all []shot, at int) bool {
	t := all[at].time
	if kind == sigma.TemporalOrdered && len(bounds) == 0 {
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
		values, seen := map[string]bool{}, map[int]bool{}
		var in []shot
		var numbers []float64
		sum, same := 0.0, 0.0
		for _, s := range all {
			if s.time <= end.time && s.time >= end.time-span {
				in = append(in, s)
				values[s.value] = true
				seen[s.rule] = true
				x, _ := strconv.ParseFloat(s.value, 64)
				sum += x
				numbers = append(numbers, x)
				if s.value == all[at].value {
					same++
				}
			}
		}
		n := float64(len(in))
		slices.Sort(numbers)
		switch kind {
		case sigma.ValueCount:
			n = float64(len(values))
		case sigma.ValueSum:
			n = sum
		case sigma.ValueAvg:
			n = sum / n
		case sigma.ValueMedian:
			n = numbers[(len(numbers)-1)/2]
		case "value_percentile, percentile: 90":
			n = numbers[(9*len(numbers)+9)/10-1]
		case sigma.ValuePercentile:
			n = 100 * same / n
		case sigma.Temporal:
			if n = float64(len(seen)); len(bounds) == 0 {
				if len(seen) == rules {
					return true
				}
				continue
			}
		case sigma.TemporalOrdered:
			n = float64(longestRun(in))
		}
		if !slices.ContainsFunc(bounds, func(b sigma.Bound) bool { return !b.Holds(n) }) {
			return true
		}
	}
	return false
}

// longestRun is the most events of different rules in the order of the rules.
func longestRun(in []shot) int {
	in = slices.Clone(in)
	slices.SortStableFunc(in, func(a, b shot) int { return cmp.Or(cmp.Compare(a.time, b.time), a.rule-b.rule) })
	longest := make([]int, len(in))
	most := 0
	for i := range in {
		longest[i] = 1
		for j := range i {
			if in[j].rule < in[i].rule {
				longest[i] = max(longest[i], longest[j]+1)
			}
		}
		most = max(most, longest[i])
	}
	return most
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
	for round := range 1200 {
		kind := []string{sigma.EventCount, sigma.ValueCount, sigma.Temporal, sigma.TemporalOrdered, sigma.ValueSum, sigma.ValueAvg,
			sigma.ValueMedian, sigma.ValuePercentile, "value_percentile, percentile: 90", sigma.Temporal, sigma.TemporalOrdered}[round%11]
		text, n := "", 1
		switch {
		case kind == sigma.EventCount:
			text = fmt.Sprintf("type: event_count, rules: [a], condition: {%s}", []string{"gte: 3", "gt: 1, lte: 3", "eq: 2", "lt: 3", "neq: 1"}[rng.IntN(5)])
		case round%11 >= 9:
			text, n = fmt.Sprintf("type: %s, rules: [a, b, c], condition: {%s}", kind, []string{"gte: 2", "eq: 2", "gt: 1, lte: 2", "lt: 2"}[rng.IntN(4)]), 3
		case kind == sigma.Temporal || kind == sigma.TemporalOrdered:
			text, n = "type: "+kind+", rules: [a, b, c]", 3
		default:
			kind, percentile, _ := strings.Cut(kind, ", ")
			bound := map[string][]string{sigma.ValueCount: {"gte: 3", "eq: 2"}, sigma.ValueSum: {"gt: 4", "gte: 3.5, lt: 9"}, sigma.ValueAvg: {"gte: 1.5", "lt: 1", "eq: 2"},
				sigma.ValueMedian: {"gte: 2", "lt: 1"}, sigma.ValuePercentile: {"lte: 33", "gte: 3", "gt: 50"}}[kind]
			text = fmt.Sprintf("type: %s, rules: [a], condition: {field: v, %s, %s}", kind, bound[rng.IntN(len(bound))], percentile)
			text = strings.ReplaceAll(text, ", }", "}")
		}
		b := setup(t, "title: x\nid: x\ncorrelation: {timespan: 10s, "+text+"}\n", Config{Tolerance: 1000 * time.Hour})
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
	if fired < 3000 {
		t.Errorf("only %d firings: the test tests little", fired)
	}
}

// A correlator that is told the history of its window at some point goes on as
// one that was there all the time: nothing is lost and nothing told twice,
// also by rules that build on others.
func TestRandomRestart(t *testing.T) {
	const rules = `
title: many
id: many
name: many
correlation: {type: event_count, rules: [a], group-by: [user.name], timespan: 10s, condition: {gte: 3}}
---
title: then
id: then
name: then
correlation: {type: temporal_ordered, rules: [many, b], group-by: [user.name], timespan: 15s}
---
title: values
id: values
correlation: {type: value_count, rules: [a, b], group-by: [user.name], timespan: 8s, condition: {field: v, gte: 3}}
---
title: sum
id: sum
correlation: {type: value_sum, rules: [c], group-by: [user.name], timespan: 12s, condition: {field: v, gte: 6}}
---
title: twice
id: twice
correlation: {type: event_count, rules: [then], group-by: [user.name], timespan: 60s, condition: {gte: 2}}
`
	rng := rand.New(rand.NewPCG(11, 12))
	told := 0
	for round := range 200 {
		var all []*event.Event
		var kinds []string
		maker := setup(t, rules, Config{})
		now := 1000.0
		for range 120 {
			now += float64(rng.IntN(4))
			at := now
			if rng.IntN(5) == 0 {
				at -= float64(rng.IntN(20)) // late, within the tolerance
			}
			ev := maker.at(at, "user.name", []string{"anna", "bob"}[rng.IntN(2)], "v", fmt.Sprint(rng.IntN(4)))
			all, kinds = append(all, ev), append(kinds, []string{"a", "a", "b", "c"}[rng.IntN(4)])
		}
		restart := rng.IntN(len(all))
		whole, second := setup(t, rules, Config{}), setup(t, rules, Config{})
		var want, got []string
		for i, ev := range all {
			if out := whole.feed(kinds[i], ev); i >= restart {
				want = append(want, out...)
			}
		}
		// What the store has of the window, in the order of arrival.
		newest := int64(0)
		for _, ev := range all[:restart] {
			newest = max(newest, ev.Time)
		}
		for i, ev := range all[:restart] {
			if ev.Time >= newest-int64(second.c.Window()) {
				second.c.Observe(second.rule(kinds[i]), ev, func(alert.Finding) {})
			}
		}
		for i, ev := range all[restart:] {
			got = append(got, second.feed(kinds[restart+i], ev)...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("round %d, restart at %d:\n%s\nwant\n%s", round, restart, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		told += len(want)
	}
	if told < 1000 {
		t.Errorf("only %d findings: the test tests little", told)
	}
}
