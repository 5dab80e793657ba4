package query

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// Matcher returns Match prepared for many events: long lists of values of one
// field (a list of 5,000 addresses to look for) are looked up instead of gone
// through. The query must not be changed while it is in use.
//
// This is not done in Or.Match, which has no place to keep what it prepares,
// nor by Parse as a node of its own, which every other reader of the tree
// (Sigma's, the store's, String) would have to know. The tree stays as it is
// written; the prepared one is for those who run it.
func (q *Query) Matcher() func(*event.Event) bool {
	prepared := *q
	prepared.Expr = Prepare(q.Expr)
	return prepared.Match
}

// Prepare returns the tree as Matcher uses it: equal to e, with long lists of
// values of one field as one test, a *OneOf.
func Prepare(e Expr) Expr {
	if e == nil {
		return nil
	}
	return prepare(e)
}

// minSet is the number of values from which a set is faster than trying each.
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
	var sets []*OneOf
	var gather func(Or)
	gather = func(n Or) {
		for _, x := range n {
			switch x := x.(type) {
			case Or:
				gather(x)
				continue
			case Is:
				if isSingle(x.Test) {
					i := slices.IndexFunc(sets, func(s *OneOf) bool { return slices.Equal(s.field.Refs, x.Field.Refs) })
					if i < 0 {
						i = len(sets)
						sets = append(sets, &OneOf{field: x.Field, texts: map[string]bool{}, addrs: map[netip.Addr]bool{}})
					}
					sets[i].add(x.Test)
					continue
				}
			}
			out = append(out, prepare(x))
		}
	}
	gather(n)
	for _, s := range sets {
		if len(s.all) < minSet {
			for _, t := range s.all {
				out = append(out, Is{s.field, t})
			}
		} else {
			out = append(out, Is{s.field, s})
		}
	}
	return out
}

// isSingle reports whether a test is for one text or one address.
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

// OneOf is a Test that one of many tests for single texts and addresses
// passes. Only Prepare makes it.
type OneOf struct {
	field   Field
	all     []Test
	texts   map[string]bool // folded
	longest int             // bytes, of texts
	addrs   map[netip.Addr]bool
}

func (o *OneOf) add(t Test) {
	o.all = append(o.all, t)
	switch t := t.(type) {
	case Pattern:
		s := foldText(literalText(t.Parts()))
		o.texts[s] = true
		o.longest = max(o.longest, len(s))
	case CIDR:
		o.addrs[t.Prefix.Addr()] = true
	}
}

// Tests returns the tests of which one must be passed. Do not change them.
func (o *OneOf) Tests() []Test { return o.all }

// String implements Test.
func (o *OneOf) String() string {
	var b strings.Builder
	for i, t := range o.all {
		if i > 0 {
			b.WriteString(" or ")
		}
		b.WriteString(t.String())
	}
	return "(" + b.String() + ")"
}

// Test implements Test.
func (o *OneOf) Test(v string) bool {
	if len(o.addrs) > 0 {
		if a, ok := parseAddr(v); ok && o.addrs[a] {
			return true
		}
	}
	if len(o.texts) == 0 || len(v) > utf8.UTFMax*o.longest {
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
	return o.texts[string(folded)]
}
