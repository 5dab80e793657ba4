package block

import (
	"slices"
	"unicode/utf8"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// maxAsked bounds the tokens that one query asks a filter for.
const maxAsked = 64

// Plan is a query prepared to run over blocks. It never changes and may be
// shared.
type Plan struct {
	query query.Query // its Expr prepared
	match func(*event.Event) bool
	need  need
	asked []Token
}

// NewPlan prepares a query, which must not be changed afterwards.
func NewPlan(q *query.Query) *Plan {
	p := &Plan{query: *q, match: q.Matcher()}
	p.query.Expr = query.Prepare(q.Expr)
	p.need = p.needOf(p.query.Expr)
	if len(p.asked) > maxAsked {
		p.need, p.asked = need{}, nil
	}
	return p
}

// Query returns the query. Do not change it.
func (p *Plan) Query() *query.Query { return &p.query }

// Match reports whether an event fits, as query.Query.Match.
func (p *Plan) Match(ev *event.Event) bool { return p.match(ev) }

// Tokens returns what to ask the filters of blocks for: with the answers,
// MayHold says which blocks are worth opening.
func (p *Plan) Tokens() []Token { return p.asked }

// MayHold reports whether a block may hold an event that fits, where has
// reports whether it may hold the i-th of Tokens.
func (p *Plan) MayHold(has func(i int) bool) bool { return p.need.holds(has) }

// need is what a block must have so that an event of it can fit.
type need struct {
	kind  needKind
	token int // index in Plan.asked
	parts []need
}

type needKind uint8

const (
	needNothing needKind = iota
	needToken
	needAll
	needAny
	needNever // no event fits
)

func (n *need) holds(has func(i int) bool) bool {
	switch n.kind {
	case needToken:
		return has(n.token)
	case needAll:
		for i := range n.parts {
			if !n.parts[i].holds(has) {
				return false
			}
		}
	case needAny:
		for i := range n.parts {
			if n.parts[i].holds(has) {
				return true
			}
		}
		return false
	case needNever:
		return false
	}
	return true
}

func allOf(parts []need) need {
	parts = slices.DeleteFunc(parts, func(n need) bool { return n.kind == needNothing })
	switch {
	case len(parts) == 0:
		return need{}
	case len(parts) == 1:
		return parts[0]
	}
	return need{kind: needAll, parts: parts}
}

func anyOf(parts []need) need {
	if slices.ContainsFunc(parts, func(n need) bool { return n.kind == needNothing }) {
		return need{}
	}
	switch len(parts) {
	case 0:
		return need{kind: needNever}
	case 1:
		return parts[0]
	}
	return need{kind: needAny, parts: parts}
}

func (p *Plan) token(t Token) need {
	i := slices.Index(p.asked, t)
	if i < 0 {
		i = len(p.asked)
		if i > maxAsked {
			return need{} // too many already
		}
		p.asked = append(p.asked, t)
	}
	return need{kind: needToken, token: i}
}

func (p *Plan) needOf(e query.Expr) need {
	var parts []need
	switch n := e.(type) {
	case query.And:
		for _, x := range n {
			parts = append(parts, p.needOf(x))
		}
		return allOf(parts)
	case query.Or:
		for _, x := range n {
			parts = append(parts, p.needOf(x))
		}
		return anyOf(parts)
	case query.Const:
		if !n {
			return need{kind: needNever}
		}
	case query.Is:
		whole := true
		for _, r := range n.Field.Refs {
			if r.Field >= event.NumFields { // computed: in no filter
				return need{}
			}
			whole = whole && !isText(r)
		}
		if len(n.Field.Refs) > 0 {
			return p.needOfTest(n.Test, whole)
		}
	case query.Keyword:
		return p.needOfTest(n.Test, false)
	}
	return need{}
}

// needOfTest returns what the test needs; whole says that the filter knows the
// field's values as a whole, not only their words.
func (p *Plan) needOfTest(t query.Test, whole bool) need {
	switch t := t.(type) {
	case query.Pattern:
		parts := t.Parts()
		if len(parts) == 1 && parts[0].Kind == query.Literal && whole {
			if h, ok := hashOf(parts[0].Text); ok {
				return p.token(h)
			}
		}
		return p.needOfWords(parts)
	case query.Phrase:
		return p.needOfWords(t.Parts())
	case query.CIDR:
		if whole && t.Prefix.IsSingleIP() {
			h, _ := hashOf(t.Prefix.Addr().WithZone("").String())
			return p.token(h)
		}
	case *query.OneOf:
		var parts []need
		for _, one := range t.Tests() {
			if parts = append(parts, p.needOfTest(one, whole)); len(p.asked) > maxAsked {
				return need{}
			}
		}
		return anyOf(parts)
	}
	return need{}
}

// needOfWords returns the need for the whole words within the literals: words
// at the edge of a wildcard may be parts of longer ones.
func (p *Plan) needOfWords(parts []query.Part) need {
	var needs []need
	for i, part := range parts {
		if part.Kind != query.Literal {
			continue
		}
		p.words(part.Text, i > 0, i < len(parts)-1, func(t Token) { needs = append(needs, p.token(t)) })
	}
	return allOf(needs)
}

// words calls add with the tokens that every text containing s has; openLeft
// and openRight say that the first and the last word may go on beyond s.
func (p *Plan) words(s string, openLeft, openRight bool, add func(Token)) {
	type found struct {
		from, to int
		token    Token
		ok       bool
	}
	var all []found
	q := quads{s: s}
	for i := 0; i < len(s); {
		w := wordAt(s, i)
		if w.end > i && !(openLeft && i == 0) && !(openRight && w.end == len(s)) {
			h, ok := hashOf(s[i:w.end])
			all = append(all, found{i, w.end, h, ok})
			if from := q.word(i, w.end, w.number); from >= 0 {
				// The four together say more than each.
				all = slices.DeleteFunc(all, func(f found) bool { return f.from >= from && f.to <= w.end })
				h, ok := hashOf(s[from:w.end])
				all = append(all, found{from, w.end, h, ok})
			}
		}
		i = w.next
	}
	for _, f := range all {
		if f.ok {
			add(f.token)
		}
	}
}

func isText(r event.Ref) bool { return r.Field != event.None && r.Field.Kind() == event.Text }

// placeholder stands for what varies when a template is tested as a whole. It
// is a letter, so it makes no word edge, and literals that contain it are not
// tested this way.
const placeholder = "\uA66E"

// plainParts returns what a test that consists of literals and wildcards looks
// for; false for any other test.
func plainParts(t query.Test) ([]query.Part, bool) {
	var parts []query.Part
	switch t := t.(type) {
	case query.Pattern:
		parts = t.Parts()
	case query.Phrase:
		parts = t.Parts()
	default:
		return nil, false
	}
	return parts, true
}

// run returns the longest run of ASCII word characters, and dots between
// digits, within a literal of the test: it lies whole in one piece of any text
// the test finds (see cleanEdges). It is "" when there is none.
func run(t query.Test) string {
	parts, ok := plainParts(t)
	if !ok {
		return ""
	}
	best := ""
	for _, p := range parts {
		s := p.Text
		digit := func(i int) bool { return class[s[i]]&classDigit != 0 }
		for i := 0; i < len(s); {
			from := i
			for i < len(s) && s[i] < utf8.RuneSelf {
				if class[s[i]]&classWord == 0 && !(s[i] == '.' && i > from && i+1 < len(s) && digit(i-1) && digit(i+1)) {
					break
				}
				i++
			}
			if i-from > len(best) {
				best = s[from:i]
			}
			if i == from {
				i++
			}
		}
	}
	return best
}
