package query

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// Matcher returns Match made ready for many events: long lists of values of
// one field (a list of 5,000 addresses to look for) are looked up instead of
// gone through. The query must not be changed while it is in use.
//
// This is not done in Or.Match, which has no place to keep what it prepares,
// nor by Parse as a node of its own, which every other reader of the tree
// (Sigma's, the store's, String) would have to know. The tree stays as it is
// written; the prepared one never leaves this function.
func (q *Query) Matcher() func(*event.Event) bool {
	prepared := *q
	prepared.Expr = prepare(q.Expr)
	return prepared.Match
}

// minSet is from how many values on a set is faster than trying each.
const minSet = 8

func prepare(e Expr) Expr {
	switch n := e.(type) {
	case And:
		out := make(And, len(n))
		for i, x := range n {
			out[i] = prepare(x)
		}
		return out
	case Not:
		return Not{prepare(n.X)}
	case Or:
		return prepareOr(n)
	}
	return e
}

func prepareOr(n Or) Expr {
	var out Or
	var sets []*oneOf
	var gather func(Or)
	gather = func(n Or) {
		for _, x := range n {
			switch x := x.(type) {
			case Or:
				gather(x)
				continue
			case Is:
				if isSingle(x.Test) {
					i := slices.IndexFunc(sets, func(s *oneOf) bool { return slices.Equal(s.field.Refs, x.Field.Refs) })
					if i < 0 {
						i = len(sets)
						sets = append(sets, &oneOf{field: x.Field, texts: map[string]bool{}, addrs: map[netip.Addr]bool{}})
					}
					sets[i].add(x)
					continue
				}
			}
			out = append(out, prepare(x))
		}
	}
	gather(n)
	for _, s := range sets {
		if len(s.all) < minSet {
			out = append(out, s.all...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// isSingle tells whether a test is for one text or one address.
func isSingle(t Test) bool {
	switch t := t.(type) {
	case Pattern:
		parts := t.Parts()
		return !t.Cased() && isLiteral(parts) && utf8.ValidString(literalText(parts))
	case CIDR:
		return t.Prefix.IsSingleIP()
	}
	return false
}

// oneOf is an Or of tests of one field for single texts and addresses.
type oneOf struct {
	field   Field
	all     []Expr
	texts   map[string]bool // folded
	longest int             // bytes, of texts
	addrs   map[netip.Addr]bool
}

func (n *oneOf) add(x Is) {
	n.all = append(n.all, x)
	switch t := x.Test.(type) {
	case Pattern:
		s := foldText(literalText(t.Parts()))
		n.texts[s] = true
		n.longest = max(n.longest, len(s))
	case CIDR:
		n.addrs[t.Prefix.Addr()] = true
	}
}

// Match implements Expr.
func (n *oneOf) Match(ev *event.Event) bool {
	v, ok := n.field.Lookup(ev)
	for more := ok; more; {
		var one string
		one, v, more = strings.Cut(v, event.Separator)
		if n.has(one) {
			return true
		}
	}
	return false
}

func (n *oneOf) has(v string) bool {
	if len(n.addrs) > 0 {
		if a, ok := parseAddr(v); ok && n.addrs[a] {
			return true
		}
	}
	if len(n.texts) == 0 || len(v) > utf8.UTFMax*n.longest {
		return false
	}
	var buf [128]byte
	folded := buf[:0]
	for i := 0; i < len(v); {
		r, size := decode(v, i)
		if r >= badByte { // equals only itself, and no text has it
			return false
		}
		folded = utf8.AppendRune(folded, fold(r))
		i += size
	}
	return n.texts[string(folded)]
}
