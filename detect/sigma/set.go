package sigma

import (
	"slices"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Set is rules ready to be matched against events. It keeps scratch memory:
// one goroutine at a time may use it.
type Set struct {
	rules  []*Rule
	routes []query.Expr // distinct log sources
	route  []int        // of each rule

	index  []refIndex
	always []int32 // rules without a witness: candidates for every event

	// What is known about the current event, valid where the stamp is now.
	now        uint32
	candidate  []uint32 // per rule: stamp
	routeStamp []uint32 // per route: stamp
	routeHolds []bool
	found      []int32
}

// refIndex finds rules by the value of one field.
type refIndex struct {
	ref     event.Ref
	longest int                // bytes of the longest value
	byValue map[string][]int32 // lower case -> rules
	all     []int32            // every rule of the index
}

// NewSet takes the detection rules that are loaded; the others are left out.
func NewSet(rules []*Rule) *Set {
	s := &Set{}
	routes := map[LogSource]int{}
	indexes := map[event.Ref]int{}
	for _, r := range rules {
		if r.State != Loaded || r.Expr == nil {
			continue
		}
		n := int32(len(s.rules))
		at, known := routes[r.LogSource]
		if !known {
			at = len(s.routes)
			routes[r.LogSource] = at
			s.routes = append(s.routes, r.LogSource.Route())
		}
		s.rules = append(s.rules, r)
		s.route = append(s.route, at)
		w, ok := findWitness(query.And{s.routes[at], r.Expr})
		if !ok {
			s.always = append(s.always, n)
			continue
		}
		for _, f := range w.facts {
			i, known := indexes[f.ref]
			if !known {
				i = len(s.index)
				indexes[f.ref] = i
				s.index = append(s.index, refIndex{ref: f.ref, byValue: map[string][]int32{}})
			}
			x := &s.index[i]
			x.longest = max(x.longest, len(f.value))
			if have := x.byValue[f.value]; len(have) == 0 || have[len(have)-1] != n {
				x.byValue[f.value] = append(have, n)
			}
			if k := len(x.all); k == 0 || x.all[k-1] != n {
				x.all = append(x.all, n)
			}
		}
	}
	s.candidate = make([]uint32, len(s.rules))
	s.routeStamp = make([]uint32, len(s.routes))
	s.routeHolds = make([]bool, len(s.routes))
	return s
}

// Rules returns the rules of the set in their order. The slice is the set's.
func (s *Set) Rules() []*Rule { return s.rules }

// Match appends the positions in Rules of those that fit the event, in
// order. It does not allocate but for dst.
func (s *Set) Match(ev *event.Event, dst []int32) []int32 {
	if s.now++; s.now == 0 { // stamps of long ago would look current
		clear(s.candidate)
		clear(s.routeStamp)
		s.now = 1
	}
	s.found = append(s.found[:0], s.always...)
	sorted := true
	add := func(rules []int32) {
		for _, n := range rules {
			if s.candidate[n] == s.now {
				continue
			}
			s.candidate[n] = s.now
			sorted = sorted && (len(s.found) == 0 || s.found[len(s.found)-1] < n)
			s.found = append(s.found, n)
		}
	}
	for i := range s.index {
		x := &s.index[i]
		if text, ok := ev.Lookup(x.ref); ok {
			for v := range event.Values(text) {
				add(x.find(v))
			}
		}
	}
	if !sorted {
		slices.Sort(s.found)
	}
	for _, n := range s.found {
		at := s.route[n]
		if s.routeStamp[at] != s.now {
			s.routeStamp[at], s.routeHolds[at] = s.now, s.routes[at].Match(ev)
		}
		if s.routeHolds[at] && s.rules[n].Expr.Match(ev) {
			dst = append(dst, n)
		}
	}
	return dst
}

// find returns the rules that a value of the field makes candidates.
func (x *refIndex) find(v string) []int32 {
	var buf [128]byte
	if len(v) > len(buf) || len(v) > x.longest {
		// A longer value can only be equal when it has characters outside
		// ASCII that fold into it.
		if isASCII(v) && x.longest <= len(buf) {
			return nil
		}
		return x.all
	}
	for i := range len(v) {
		c := v[i]
		if c >= 0x80 {
			return x.all
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return x.byValue[string(buf[:len(v)])]
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fact is "the field has this value, case ignored".
type fact struct {
	ref   event.Ref
	value string // lower case, ASCII
}

// witness is facts of which every event that fits a tree has at least one.
type witness struct {
	facts []fact
	cost  int // the smaller, the fewer events have one
}

// common are fields whose values do not tell events apart well.
var common = map[string]int{
	"event.category": 4, "event.outcome": 4, "event.module": 8, "event.dataset": 8, "event.kind": 20, "product": 8,
	"Channel": 4, "winlog.channel": 4, "Provider_Name": 4, "winlog.provider_name": 4, "event.provider": 4, "network.transport": 10,
}

// maxFacts bounds a witness: looking for one out of hundreds of values is no
// gain over asking the rule.
const maxFacts = 400

// findWitness reads a witness off a tree.
func findWitness(x query.Expr) (witness, bool) {
	switch x := x.(type) {
	case query.Is:
		p, ok := x.Test.(query.Pattern)
		if !ok {
			return witness{}, false
		}
		v, ok := plain(p.Parts())
		if !ok || !isASCII(v) {
			return witness{}, false
		}
		var w witness
		for _, r := range x.Field.Refs {
			w.facts = append(w.facts, fact{r, lowerASCII(v)})
		}
		w.cost = 1 + common[x.Field.Refs[0].Name]
		return w, true
	case query.And:
		var best witness
		found := false
		for _, part := range x {
			if w, ok := findWitness(part); ok && (!found || w.cost < best.cost) {
				best, found = w, true
			}
		}
		return best, found
	case query.Or:
		var sum witness
		for _, part := range x {
			w, ok := findWitness(part)
			if !ok || len(sum.facts)+len(w.facts) > maxFacts {
				return witness{}, false
			}
			sum.facts = append(sum.facts, w.facts...)
			sum.cost += w.cost
		}
		return sum, len(x) > 0
	}
	return witness{}, false
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
