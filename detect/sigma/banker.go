package sigma

import (
	"fmt"
	"slices"
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/event"
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

// newBank builds a bank from trees, which ids identify.
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
			b.eager = append(b.eager, b.preds[p].slot)
		}
	}
	slices.Sort(b.eager)
	b.eager = slices.Compact(b.eager)
	for i := range b.slots {
		b.slots[i].scan.build()
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
		if r.Field >= event.NumFields { // computed on demand
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
	slices.SortStableFunc(n.kids, func(i, j int32) int { return c.b.effort(i) - c.b.effort(j) })
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
				if isPlain(p.Test) {
					key = "is\x00" + fieldKey(p.Field)
				}
			case query.Keyword:
				if isPlain(p.Test) {
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
	return c.add(node{op: opOr, kids: kids})
}

// isPlain reports whether a test is a pattern that a scanner can find.
func isPlain(t query.Test) bool {
	p, ok := t.(query.Pattern)
	return ok && (len(p.Parts()) == 0 || longestLiteral(p.Parts()) >= 0)
}

// leaf compiles what is asked of one field: alternatives that a scanner finds,
// or one expression of whatever kind.
func (c *banker) leaf(all []query.Expr) int32 {
	var key strings.Builder
	tests, needed := make([]query.Test, 0, len(all)), make([]need, 0, len(all))
	n := pred{kind: predOther, slot: -1}
	for _, x := range all {
		var test query.Test
		var has need
		switch x := x.(type) {
		case query.Is:
			test, has = x.Test, needOf(x.Test)
			fmt.Fprintf(&key, "is\x00%s\x00%T", fieldKey(x.Field), test)
			switch _, ofEvent := test.(query.TimeCompare); {
			case has.texts != nil:
				n.kind, n.slot, n.test = predScanned, c.slot(x.Field), test
			case !ofEvent:
				n.kind, n.slot, n.test = predTest, c.slot(x.Field), test
			}
		case query.Keyword:
			test, has = x.Test, needOf(x.Test)
			fmt.Fprintf(&key, "keyword\x00%T", test)
			if has.texts != nil {
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
		tests, needed = append(tests, test), append(needed, has)
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
			for i, t := range tests {
				s.scan.add(p, t, needed[i])
				n.cost += frequency(needed[i], s.field)
			}
		}
		c.b.preds = append(c.b.preds, n)
	}
	c.b.preds[p].uses++
	return c.add(node{op: opPred, pred: p})
}
