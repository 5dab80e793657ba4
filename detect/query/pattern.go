package query

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PartKind says what a Part stands for.
type PartKind uint8

// The kinds of parts.
const (
	Literal   PartKind = iota // its Text
	AnyString                 // any number of any characters: *
	AnyChar                   // exactly one character: ?
)

// Part is one piece of a wildcard pattern. How wildcards are written and
// escaped is up to whoever reads them: the search language and Sigma differ.
type Part struct {
	Kind PartKind
	Text string // of a Literal
}

// tidy joins neighbouring literals, drops empty ones, puts each run of
// wildcards into one order (??*) and makes the text valid UTF-8, so that
// equal patterns have equal parts.
func tidy(parts []Part) []Part {
	var out []Part
	star := false
	for i := 0; i < len(parts); i++ {
		switch p := parts[i]; {
		case p.Kind == AnyString:
			star = true
		case p.Kind == AnyChar:
			out = append(out, Part{Kind: AnyChar})
		case p.Text != "":
			if star {
				out, star = append(out, Part{Kind: AnyString}), false
			}
			var text strings.Builder
			text.WriteString(p.Text)
			for i+1 < len(parts) && parts[i+1].Kind == Literal {
				i++
				text.WriteString(parts[i].Text)
			}
			out = append(out, Part{Text: strings.ToValidUTF8(text.String(), string(utf8.RuneError))})
		}
	}
	if star {
		out = append(out, Part{Kind: AnyString})
	}
	return out
}

// segment is what stands between two AnyString: literals and single
// characters, of a fixed length in characters. That length is why taking the
// leftmost occurrence of each segment in turn is right and never backtracks.
type segment struct {
	atoms []atom
	chars int
}

// atom is a number of free characters and the literal (maybe empty) after.
type atom struct {
	skip int
	lit  literal
}

// compile splits tidy parts at AnyString.
func compile(parts []Part, cased bool) []segment {
	var segs []segment
	var cur segment
	skip := 0
	add := func(text string) {
		lit := newLiteral(text, cased)
		cur.atoms = append(cur.atoms, atom{skip, lit})
		cur.chars += skip + lit.chars
		skip = 0
	}
	flush := func() {
		if skip > 0 {
			add("")
		}
		if len(cur.atoms) > 0 {
			segs = append(segs, cur)
		}
		cur = segment{}
	}
	for _, p := range parts {
		switch p.Kind {
		case AnyString:
			flush()
		case AnyChar:
			skip++
		default:
			add(p.Text)
		}
	}
	flush()
	return segs
}

// at returns where the segment ends when s has it at i, else -1.
func (g *segment) at(s string, i int) int {
	for k := range g.atoms {
		a := &g.atoms[k]
		for range a.skip {
			if i >= len(s) {
				return -1
			}
			_, size := decode(s, i)
			i += size
		}
		if a.lit.text == "" {
			continue
		}
		if i = a.lit.at(s, i); i < 0 {
			return -1
		}
	}
	return i
}

// index returns the bounds of the leftmost occurrence at or after from, or
// -1, -1.
func (g *segment) index(s string, from int) (start, end int) {
	first := &g.atoms[0]
	for i := from; i <= len(s); {
		if first.skip == 0 {
			start, end := first.lit.index(s, i)
			if start < 0 || len(g.atoms) == 1 {
				return start, end
			}
			i = start
		}
		if end := g.at(s, i); end >= 0 {
			return i, end
		}
		if i == len(s) {
			break
		}
		_, size := decode(s, i)
		i += size
	}
	return -1, -1
}

// form is a shape of pattern that can be matched without the general algorithm.
type form uint8

const (
	general  form = iota
	equal         // lit
	prefix        // lit*
	suffix        // *lit
	contains      // *lit*
	anything      // *
)

// Pattern is a wildcard test of a whole value. The zero Pattern is passed by
// the empty value only.
type Pattern struct{ p *pattern }

type pattern struct {
	parts []Part
	cased bool
	form  form
	segs  []segment
	head  bool // the value must begin with the first segment
	tail  bool // the value must end with the last segment
}

// NewPattern compiles a pattern. Case is ignored unless cased.
func NewPattern(parts []Part, cased bool) Pattern {
	parts = tidy(parts)
	p := &pattern{parts: parts, cased: cased, segs: compile(parts, cased), form: general}
	p.head = len(parts) == 0 || parts[0].Kind != AnyString
	p.tail = len(parts) == 0 || parts[len(parts)-1].Kind != AnyString
	plain := len(p.segs) == 1 && len(p.segs[0].atoms) == 1 && p.segs[0].atoms[0].skip == 0
	switch {
	case len(p.segs) == 0 && !p.head:
		p.form = anything
	case len(p.segs) == 0:
		p.form, p.segs = equal, []segment{{atoms: []atom{{lit: newLiteral("", cased)}}}}
	case !plain:
	case p.head && p.tail:
		p.form = equal
	case p.head:
		p.form = prefix
	case p.tail:
		p.form = suffix
	default:
		p.form = contains
	}
	return Pattern{p}
}

// Text is the pattern without wildcards that equals s, case ignored.
func Text(s string) Pattern { return NewPattern([]Part{{Text: s}}, false) }

// Parts returns the pattern's parts in their normal form: no two literals
// next to each other, no empty literal, each run of wildcards as ??*. Do not
// change them.
func (p Pattern) Parts() []Part {
	if p.p == nil {
		return nil
	}
	return p.p.parts
}

// Cased reports whether upper and lower case differ.
func (p Pattern) Cased() bool { return p.p != nil && p.p.cased }

// Test implements Test.
func (p Pattern) Test(s string) bool {
	if p.p == nil {
		return s == ""
	}
	switch p.p.form {
	case anything:
		return true
	case equal:
		return p.p.segs[0].atoms[0].lit.at(s, 0) == len(s)
	case prefix:
		return p.p.segs[0].atoms[0].lit.at(s, 0) >= 0
	case suffix:
		return p.p.segs[0].atoms[0].lit.ends(s)
	case contains:
		start, _ := p.p.segs[0].atoms[0].lit.index(s, 0)
		return start >= 0
	}
	return p.p.general(s)
}

func (p *pattern) general(s string) bool {
	segs, pos := p.segs, 0
	if p.head {
		if pos = segs[0].at(s, 0); pos < 0 {
			return false
		}
		if segs = segs[1:]; len(segs) == 0 {
			return !p.tail || pos == len(s)
		}
	}
	last := len(segs)
	if p.tail {
		last--
	}
	for i := range segs[:last] {
		if _, pos = segs[i].index(s, pos); pos < 0 {
			return false
		}
	}
	if !p.tail {
		return true
	}
	start := back(s, segs[last].chars)
	return start >= pos && segs[last].at(s, start) == len(s)
}

// Phrase is a test for words within a text: the parts must occur in it, case
// ignored, beginning and ending where a word does unless the phrase begins
// or ends with AnyString. Words are runs of letters, digits and underscores;
// everything between them counts as written. `fail` does not find "failed",
// `fail*` does, and `10.0.0.5` does not find "10.0.0.50". A phrase without a
// literal or AnyChar is passed by every value.
type Phrase struct{ p *phrase }

type phrase struct {
	parts      []Part
	segs       []segment
	head, tail bool // must begin, end at the edge of a word
}

// NewPhrase compiles a phrase.
func NewPhrase(parts []Part) Phrase {
	parts = tidy(parts)
	p := &phrase{parts: parts, segs: compile(parts, false)}
	p.head = len(parts) > 0 && parts[0].Kind != AnyString
	p.tail = len(parts) > 0 && parts[len(parts)-1].Kind != AnyString
	return Phrase{p}
}

// Parts returns the phrase's parts in the normal form of Pattern.Parts. Do
// not change them.
func (p Phrase) Parts() []Part {
	if p.p == nil {
		return nil
	}
	return p.p.parts
}

// Test implements Test.
func (p Phrase) Test(s string) bool {
	if p.p == nil {
		return true
	}
	pos := 0
	for i := range p.p.segs {
		head := p.p.head && i == 0
		tail := p.p.tail && i == len(p.p.segs)-1
		for {
			start, end := p.p.segs[i].index(s, pos)
			if start < 0 {
				return false
			}
			if (!head || wordEdge(s, start)) && (!tail || wordEdge(s, end)) {
				pos = end
				break
			}
			_, size := decode(s, start)
			pos = start + size
		}
	}
	return true
}

// wordEdge reports whether cutting s at i leaves all words whole.
func wordEdge(s string, i int) bool {
	if i == 0 || i == len(s) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return !isWord(before) || !isWord(after)
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		c := lowerASCII(byte(r))
		return c-'a' < 26 || c-'0' < 10 || c == '_'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// isLiteral reports whether tidy parts hold no wildcard.
func isLiteral(parts []Part) bool {
	return !slices.ContainsFunc(parts, func(p Part) bool { return p.Kind != Literal })
}
