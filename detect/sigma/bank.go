package sigma

import (
	"fmt"
	"slices"
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// A bank is the rules of one log source, made ready to be asked together.
//
// What rules ask of a field is cut into predicates: a list of patterns of which
// one must fit is one, whatever else is asked is one by itself. The same
// predicate of several rules is the same here. Scanners find the predicates
// that a field's value fits without asking each. Most rules have a witness:
// predicates of which one holds whenever the rule does. Only rules with a
// witness that holds, and the few without one, are evaluated.
type bank struct {
	slots  []slot
	preds  []pred
	nodes  []node
	rules  []bankRule
	always []int32  // rules without a witness
	wants  [][]want // by name
	direct []int32  // slots of computed fields
	any    int32    // the slot of keywords, -1 without one
	uses   bool     // there is something to look for in the fields

	// What is known about the event at hand, valid where the stamp is now.
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
	eager   bool // it has predicates that are witnesses
	stamp   uint32
	rank    int // of the name that value was found under, the smaller the better
	value   string
	scanned uint32
}

// want tells that a name is one of a slot's.
type want struct {
	slot int32
	rank int
}

// pred is a predicate.
type pred struct {
	kind  predKind
	slot  int32      // of all but predOther
	test  query.Test // of predTest; of predScanned when only it is sure
	expr  query.Expr // of predOther
	rules []int32    // it is a witness of
	cost  float64    // how many events it holds for, about; as a witness
	uses  int        // rules and parts of rules that ask for it
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

// banker builds a bank.
type banker struct {
	b     *bank
	names *names
	slots map[string]int32
	preds map[string]int32
}

// names numbers the names of fields that are looked for.
type names struct {
	slots  [event.NumFields]int32 // 1 + number
	extras map[string]int32
	n      int32
}

func (n *names) number(r event.Ref) int32 {
	if r.Field != event.None {
		if n.slots[r.Field] == 0 {
			n.n++
			n.slots[r.Field] = n.n
		}
		return n.slots[r.Field] - 1
	}
	i, ok := n.extras[r.Name]
	if !ok {
		i = n.n
		n.n++
		n.extras[r.Name] = i
	}
	return i
}

// newBank makes a bank of trees; ids are what they are known by.
func newBank(n *names, trees []query.Expr, ids []int32) *bank {
	b := &bank{any: -1}
	c := banker{b: b, names: n, slots: map[string]int32{}, preds: map[string]int32{}}
	for i, x := range trees {
		b.rules = append(b.rules, bankRule{ids[i], c.node(x)})
	}
	for i := range b.preds {
		b.preds[i].cost += 0.002 * float64(b.preds[i].uses)
	}
	for i := range b.rules {
		w, ok := b.witness(b.rules[i].root)
		if !ok {
			b.always = append(b.always, int32(i))
			continue
		}
		slices.Sort(w.preds)
		for _, p := range slices.Compact(w.preds) {
			b.preds[p].rules = append(b.preds[p].rules, int32(i))
			b.slots[b.preds[p].slot].eager = true
		}
	}
	for i := range b.slots {
		s := &b.slots[i]
		s.scan.build()
		b.uses = b.uses || s.eager
	}
	b.state = make([]uint32, len(b.preds))
	b.seen = make([]uint32, len(b.rules))
	b.mark = b.holds
	return b
}

func fieldKey(f query.Field) string {
	var b strings.Builder
	for _, r := range f.Refs {
		b.WriteString(r.Name)
		b.WriteByte(0)
	}
	return b.String()
}

// slot returns the number of a field's slot.
func (c *banker) slot(f query.Field) int32 {
	key := fieldKey(f)
	if i, ok := c.slots[key]; ok {
		return i
	}
	i := int32(len(c.b.slots))
	c.slots[key] = i
	c.b.slots = append(c.b.slots, slot{field: f})
	for rank, r := range f.Refs {
		if r.Field >= event.NumFields { // made of other things when asked for
			c.b.direct = append(c.b.direct, i)
			break
		}
		n := c.names.number(r)
		for int(n) >= len(c.b.wants) {
			c.b.wants = append(c.b.wants, nil)
		}
		c.b.wants[n] = append(c.b.wants[n], want{i, rank})
	}
	return i
}

// keywords returns the number of the slot that stands for all fields.
func (c *banker) keywords() int32 {
	if c.b.any < 0 {
		c.b.any = int32(len(c.b.slots))
		c.b.slots = append(c.b.slots, slot{})
	}
	return c.b.any
}

// node compiles a tree.
func (c *banker) node(x query.Expr) int32 {
	switch x := x.(type) {
	case query.And:
		kids := make([]int32, 0, len(x))
		for _, part := range x {
			kids = append(kids, c.node(part))
		}
		slices.SortStableFunc(kids, func(i, j int32) int { return c.b.effort(i) - c.b.effort(j) })
		return c.add(node{op: opAnd, kids: kids})
	case query.Or:
		return c.or(x)
	case query.Not:
		return c.add(node{op: opNot, kids: []int32{c.node(x.X)}})
	}
	return c.leaf([]query.Expr{x})
}

func (c *banker) add(n node) int32 {
	if n.op != opPred && n.op != opNot && len(n.kids) == 1 {
		return n.kids[0]
	}
	c.b.nodes = append(c.b.nodes, n)
	return int32(len(c.b.nodes) - 1)
}

// effort ranks what it takes to evaluate a node.
func (b *bank) effort(i int32) int {
	n := &b.nodes[i]
	switch {
	case n.op != opPred:
		return 1
	case b.preds[n.pred].kind <= predNull:
		return 0
	}
	return 2
}

// or compiles alternatives: those that are patterns of the same field become
// one predicate.
func (c *banker) or(x query.Or) int32 {
	var kids []int32
	lists := map[string][]query.Expr{}
	var order []string
	var gather func(query.Or)
	gather = func(x query.Or) {
		for _, part := range x {
			if inner, ok := part.(query.Or); ok {
				gather(inner)
				continue
			}
			key := ""
			switch p := part.(type) {
			case query.Is:
				if isPattern(p.Test) && scannable(p.Test) {
					key = "is\x00" + fieldKey(p.Field)
				}
			case query.Keyword:
				if isPattern(p.Test) && scannable(p.Test) {
					key = "keyword"
				}
			}
			if key == "" {
				kids = append(kids, c.node(part))
				continue
			}
			if lists[key] == nil {
				order = append(order, key)
			}
			lists[key] = append(lists[key], part)
		}
	}
	gather(x)
	for _, key := range order {
		kids = append(kids, c.leaf(lists[key]))
	}
	slices.SortStableFunc(kids, func(i, j int32) int { return c.b.effort(i) - c.b.effort(j) })
	return c.add(node{op: opOr, kids: kids})
}

// scannable tells whether a scanner can find the values that pass a test.
func scannable(t query.Test) bool {
	texts, _, _ := needs(t)
	return len(texts) > 0
}

func isPattern(t query.Test) bool {
	_, ok := t.(query.Pattern)
	return ok
}

// leaf compiles what is asked of one field: alternatives that a scanner finds,
// or one expression of whatever kind.
func (c *banker) leaf(all []query.Expr) int32 {
	var key strings.Builder
	tests := make([]query.Test, 0, len(all))
	n := pred{kind: predOther, slot: -1}
	for _, x := range all {
		var test query.Test
		switch x := x.(type) {
		case query.Is:
			test = x.Test
			fmt.Fprintf(&key, "is\x00%s\x00%T", fieldKey(x.Field), test)
			switch _, ofEvent := test.(query.TimeCompare); {
			case scannable(test):
				n.kind, n.slot, n.test = predScanned, c.slot(x.Field), test
			case !ofEvent:
				n.kind, n.slot, n.test = predTest, c.slot(x.Field), test
			}
		case query.Keyword:
			test = x.Test
			fmt.Fprintf(&key, "keyword\x00%T", test)
			if scannable(test) {
				n.kind, n.slot, n.test = predScanned, c.keywords(), test
			}
		case query.Exists:
			fmt.Fprintf(&key, "exists\x00%s", fieldKey(x.Field))
			n.kind, n.slot = predExists, c.slot(x.Field)
		case query.Null:
			fmt.Fprintf(&key, "null\x00%s", fieldKey(x.Field))
			n.kind, n.slot = predNull, c.slot(x.Field)
		default:
			fmt.Fprintf(&key, "%d", len(c.b.preds)) // the only one of its kind
		}
		tests = append(tests, test)
		switch t := test.(type) {
		case nil:
		case query.Pattern:
			fmt.Fprintf(&key, "%v%q", t.Cased(), t.Parts())
		case query.Regexp:
			key.WriteString(t.Source())
		default:
			key.WriteString(t.String())
		}
	}
	p, known := c.preds[key.String()]
	if !known {
		p = int32(len(c.b.preds))
		c.preds[key.String()] = p
		switch n.kind {
		case predOther:
			n.expr = or(all)
		case predScanned:
			s := &c.b.slots[n.slot]
			for _, t := range tests {
				s.scan.add(p, t)
				n.cost += frequency(t, s.field)
			}
		}
		c.b.preds = append(c.b.preds, n)
	}
	c.b.preds[p].uses++
	return c.add(node{op: opPred, pred: p})
}

// match appends the ids of the rules that fit the event. present are the
// fields of the event that any rule looks for.
func (b *bank) match(ev *event.Event, present []presentField, all *foldedTexts, dst []int32) []int32 {
	b.all = all
	if b.now++; b.now >= 1<<30 { // stamps of long ago would look current
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
	if b.uses {
		for i := range b.slots {
			if b.slots[i].eager {
				b.scan(int32(i), ev)
			}
		}
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

// scan finds the predicates that a slot's values fit.
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
	for more := true; more; {
		v := text
		at := strings.IndexByte(text, event.Separator[0])
		if more = at >= 0; more {
			v, text = text[:at], text[at+1:]
		}
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
