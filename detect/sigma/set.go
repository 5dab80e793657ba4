package sigma

import (
	"slices"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Set is rules ready to be matched against events. It keeps scratch memory:
// one goroutine at a time may use it.
//
// An event is first routed: a bank of the conditions of all log sources says
// which ones it belongs to. Then the banks of those log sources are evaluated.
type Set struct {
	rules  []*Rule
	routes []query.Expr // distinct log sources
	route  []int        // of each rule

	names  names
	router *bank
	banks  []*bank // by route

	present []presentField
	texts   foldedTexts
	open    []int32
}

// presentField is a field of the current event that rules read.
type presentField struct {
	name  int32
	value string
}

// NewSet takes the detection rules that are loaded and leaves out the others.
func NewSet(rules []*Rule) *Set {
	s := &Set{names: names{extras: map[string]int32{}}}
	known := map[LogSource]int{}
	var trees [][]query.Expr
	var ids [][]int32
	for _, r := range rules {
		if r.State != Loaded || r.Expr == nil {
			continue
		}
		at, ok := known[r.LogSource]
		if !ok {
			at = len(s.routes)
			known[r.LogSource] = at
			s.routes = append(s.routes, r.LogSource.Route())
			trees, ids = append(trees, nil), append(ids, nil)
		}
		n := int32(len(s.rules))
		s.rules = append(s.rules, r)
		s.route = append(s.route, at)
		trees[at], ids[at] = append(trees[at], r.Expr), append(ids[at], n)
	}
	numbers := make([]int32, len(s.routes))
	for i := range numbers {
		numbers[i] = int32(i)
	}
	s.router = newBank(&s.names, s.routes, numbers)
	for i := range trees {
		s.banks = append(s.banks, newBank(&s.names, trees[i], ids[i]))
	}
	return s
}

// Rules returns the rules of the set in their order. The slice is the set's.
func (s *Set) Rules() []*Rule { return s.rules }

// Match appends the positions in Rules of those that match the event, in order.
// It allocates only to grow dst.
func (s *Set) Match(ev *event.Event, dst []int32) []int32 {
	s.present = s.present[:0]
	for r, v := range ev.Each() {
		if r.Field != event.None {
			if n := s.names.slots[r.Field]; n != 0 {
				s.present = append(s.present, presentField{n - 1, v})
			}
		} else if n, ok := s.names.extras[r.Name]; ok {
			s.present = append(s.present, presentField{n, v})
		}
	}
	s.texts.known = false
	s.open = s.router.match(ev, s.present, &s.texts, s.open[:0])
	from := len(dst)
	for _, at := range s.open {
		dst = s.banks[at].match(ev, s.present, &s.texts, dst)
	}
	if len(s.open) > 1 {
		slices.Sort(dst[from:])
	}
	return dst
}
