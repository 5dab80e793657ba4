package sigma

import (
	"slices"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// A bank is the rules of one log source, prepared to be evaluated together.
//
// What rules ask of a field is cut into predicates: a list of alternative
// patterns is one predicate, anything else is one by itself, and what several
// rules ask is one for all of them. Scanners find the predicates that a field's
// value satisfies without trying each. Most rules have a witness: predicates of
// which at least one holds whenever the rule does. Only rules whose witness
// holds, and the few without one, are evaluated.
type bank struct {
	slots  []slot
	preds  []pred
	nodes  []node
	rules  []bankRule
	always []int32  // rules without a witness
	wants  [][]want // by name
	direct []int32  // slots of computed fields
	any    int32    // the slot of keywords, -1 without one
	eager  []int32  // slots with predicates that are witnesses

	// What is known about the current event, valid where the stamp equals now.
	now   uint32
	state []uint32 // by predicate: the stamp, times 4, plus what is known
	seen  []uint32 // by rule: the stamp if it is a candidate
	found []int32
	buf   []byte
	all   *foldedTexts
	mark  func(int32, bool)
}

// bankRule is a rule: its number for whoever asks, and its tree.
type bankRule struct{ id, root int32 }

// slot is a field that predicates read, under one of several names.
type slot struct {
	field   query.Field
	scan    scanner
	stamp   uint32
	rank    int // of the name that value was found under; smaller is better
	value   string
	scanned uint32
}

// want says that a name is one of a slot's.
type want struct {
	slot int32
	rank int
}

// pred is a predicate.
type pred struct {
	kind  predKind
	slot  int32      // of all but predOther
	test  query.Test // of predTest; of predScanned when only the test can decide
	expr  query.Expr // of predOther
	rules []int32    // the rules it is a witness of
	cost  float64    // roughly the share of events it holds for; as a witness
	uses  int        // rules and parts of rules that use it
}

type predKind uint8

const (
	predScanned predKind = iota // the scanner of the slot finds it
	predExists                  // the slot has a value
	predNull                    // it has none
	predTest                    // one of its values passes a test
	predOther                   // the event must be asked
)

// node is a part of a rule's tree.
type node struct {
	op   byte
	pred int32
	kids []int32
}

const (
	opPred byte = iota
	opAnd
	opOr
	opNot
)

// match appends the ids of the rules that match the event. present are the
// event's fields that any rule reads.
func (b *bank) match(ev *event.Event, present []presentField, all *foldedTexts, dst []int32) []int32 {
	b.all = all
	if b.now++; b.now >= 1<<30 { // old stamps would look current
		clear(b.state)
		clear(b.seen)
		for i := range b.slots {
			b.slots[i].stamp, b.slots[i].scanned = 0, 0
		}
		b.now = 1
	}
	b.found = append(b.found[:0], b.always...)
	for _, p := range present {
		if int(p.name) >= len(b.wants) {
			continue
		}
		for _, w := range b.wants[p.name] {
			if s := &b.slots[w.slot]; s.stamp != b.now || w.rank < s.rank {
				s.stamp, s.rank, s.value = b.now, w.rank, p.value
			}
		}
	}
	for _, i := range b.direct {
		s := &b.slots[i]
		if v, ok := s.field.Lookup(ev); ok {
			s.stamp, s.rank, s.value = b.now, 0, v
		}
	}
	for _, i := range b.eager {
		b.scan(i, ev)
	}
	if len(b.found) > len(b.always) {
		slices.Sort(b.found)
	}
	for _, i := range b.found {
		if b.eval(b.rules[i].root, ev) {
			dst = append(dst, b.rules[i].id)
		}
	}
	return dst
}

// scan finds the predicates that a slot's values satisfy.
func (b *bank) scan(i int32, ev *event.Event) {
	s := &b.slots[i]
	if s.scanned == b.now {
		return
	}
	s.scanned = b.now
	if i == b.any {
		list := b.all.of(ev)
		if !s.scan.mayFind(b.all) {
			return
		}
		for _, t := range list {
			s.scan.scan(t.value, t.folded, t.ascii, b.mark)
		}
	} else if s.stamp == b.now {
		b.scanText(s, s.value)
	}
}

func (b *bank) scanText(s *slot, text string) {
	for v := range event.Values(text) {
		folded, ascii := query.AppendFold(b.buf[:0], v)
		b.buf = folded
		s.scan.scan(v, folded, ascii, b.mark)
	}
}

// What is known about a predicate.
const (
	itHolds = 1 + iota
	itDoesNot
	itMay // its test must be made
)

// holds notes that a predicate holds, or may, and that its rules are
// candidates.
func (b *bank) holds(p int32, sure bool) {
	switch b.state[p] {
	case b.now<<2 | itHolds:
		return
	case b.now<<2 | itMay:
		if !sure {
			return
		}
	}
	if b.state[p] = b.now<<2 | itMay; sure {
		b.state[p] = b.now<<2 | itHolds
	}
	for _, r := range b.preds[p].rules {
		if b.seen[r] != b.now {
			b.seen[r] = b.now
			b.found = append(b.found, r)
		}
	}
}

func (b *bank) eval(i int32, ev *event.Event) bool {
	n := &b.nodes[i]
	switch n.op {
	case opAnd:
		for _, k := range n.kids {
			if !b.eval(k, ev) {
				return false
			}
		}
		return true
	case opOr:
		for _, k := range n.kids {
			if b.eval(k, ev) {
				return true
			}
		}
		return false
	case opNot:
		return !b.eval(n.kids[0], ev)
	}
	p := n.pred
	x := &b.preds[p]
	if x.kind == predScanned {
		b.scan(x.slot, ev)
	}
	switch b.state[p] {
	case b.now<<2 | itHolds:
		return true
	case b.now<<2 | itDoesNot:
		return false
	}
	is := false
	switch x.kind {
	case predScanned:
		if b.state[p] != b.now<<2|itMay {
			return false // nothing it needs is there
		}
		if x.slot == b.any {
			for _, t := range b.all.of(ev) {
				is = is || x.test.Test(t.value)
			}
		} else {
			is = query.AnyValue(b.slots[x.slot].value, x.test)
		}
	case predExists:
		return b.slots[x.slot].stamp == b.now
	case predNull:
		return b.slots[x.slot].stamp != b.now
	case predTest:
		s := &b.slots[x.slot]
		is = s.stamp == b.now && query.AnyValue(s.value, x.test)
	default:
		is = x.expr.Match(ev)
	}
	if b.state[p] = b.now<<2 | itDoesNot; is {
		b.state[p] = b.now<<2 | itHolds
	}
	return is
}
