package sigma

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// craft makes an event that a rule may fit, or nearly: for the fields that its
// tree and its log source ask for, values put together from what they want.
func craft(rng *rand.Rand, r *Rule) *event.Event {
	values := map[string][]string{}
	query.Walk(query.And{r.LogSource.Route(), r.Expr}, func(x query.Expr) bool {
		switch x := x.(type) {
		case query.Not:
			return rng.IntN(6) == 0
		case query.Or: // one of its parts, most often
			if len(x) > 1 && rng.IntN(8) > 0 {
				one := x[rng.IntN(len(x))]
				query.Walk(one, func(y query.Expr) bool { add(rng, values, y); return true })
				return false
			}
		default:
			add(rng, values, x)
		}
		return true
	})
	ev := &event.Event{}
	for name, list := range values {
		if rng.IntN(30) == 0 {
			continue // left out
		}
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		sep := []string{"", " ", "x", event.Separator}[rng.IntN(4)]
		ev.SetName(name, mutate(rng, strings.Join(list[:min(len(list), 4)], sep)))
	}
	return ev
}

func add(rng *rand.Rand, values map[string][]string, x query.Expr) {
	set := func(f query.Field, v string) {
		ref := f.Refs[0]
		if len(f.Refs) > 1 && rng.IntN(5) == 0 {
			ref = f.Refs[rng.IntN(len(f.Refs))]
		}
		if ref.Field < event.NumFields {
			values[ref.Name] = append(values[ref.Name], v)
		}
	}
	text := func(t query.Test) string {
		p, ok := t.(query.Pattern)
		if !ok {
			return []string{"10.0.0.1", "fe80::1", "4711", "abc", t.String()}[rng.IntN(5)]
		}
		var b strings.Builder
		for _, part := range p.Parts() {
			switch part.Kind {
			case query.AnyChar:
				b.WriteString([]string{"q", "é", ""}[rng.IntN(3)])
			case query.AnyString:
				b.WriteString([]string{"", "", "zz", " "}[rng.IntN(4)])
			default:
				b.WriteString(part.Text)
			}
		}
		return b.String()
	}
	switch x := x.(type) {
	case query.Is:
		set(x.Field, text(x.Test))
	case query.Exists:
		set(x.Field, "there")
	case query.Keyword:
		values["message"] = append(values["message"], text(x.Test))
	case query.Same:
		set(x.Field, "same")
		set(x.Other, "SAME")
	}
}

// mutate changes a text in a way that matters to somebody.
func mutate(rng *rand.Rand, s string) string {
	if s == "" {
		return s
	}
	at := rng.IntN(len(s))
	switch rng.IntN(12) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return s[:at] + s[at+1:]
	case 2:
		return strings.ReplaceAll(s, "-", []string{"/", "\u2013", "\u2015"}[rng.IntN(3)])
	case 3:
		return strings.ReplaceAll(s, "k", "\u212a") // the Kelvin sign, which folds to k
	case 4:
		return s[:at] + "\xff" + s[at:]
	case 5:
		return s + "\u017f" // the long s
	case 6:
		return strings.ReplaceAll(s, "\\", "/")
	case 7:
		return s[:at] + strings.ToUpper(s[at:])
	}
	return s
}

// The set and the trees agree about events made for the rules of the public
// corpus, and about many more that nearly fit.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	set := NewSet(corpusRules(t))
	n := 1500
	if testing.Short() {
		n = 200
	}
	nearMisses(t, set, n)
}

func nearMisses(t *testing.T, set *Set, n int) {
	rng := rand.New(rand.NewPCG(8, 9))
	fits, matches := 0, 0
	for range n {
		i := rng.IntN(len(set.rules))
		ev := craft(rng, set.rules[i])
		got := set.Match(ev, nil)
		// All rules of the log sources that the event is of.
		var want []int32
		holds := make([]bool, len(set.routes))
		for k, x := range set.routes {
			holds[k] = x.Match(ev)
		}
		for k, r := range set.rules {
			if holds[set.route[k]] && r.Expr.Match(ev) {
				want = append(want, int32(k))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("rule %s: set %v, trees %v on %s", set.rules[i].Path, got, want, ev.AppendJSON(nil))
		}
		if slices.Contains(got, int32(i)) {
			fits++
		}
		matches += len(got)
	}
	t.Logf("%d events, of which %d fit the rule they were made for; %d matches", n, fits, matches)
	if fits < n/5 {
		t.Errorf("only %d of %d events fit the rule they were made for: the test tests little", fits, n)
	}
}
