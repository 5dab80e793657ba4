package sigma

import (
	"encoding/binary"
	"math/bits"

	"porchlight/detect/query"
)

// A scanner finds in one pass over a text all literals out of thousands that
// are in it. Of each literal it knows one gram, four bytes that few others
// have; the text is looked at four bytes at a time, and only where a gram is
// met are the literals that have it compared. Literals of fewer bytes have
// shorter grams.
//
// An automaton of all literals would look at each byte once, but it takes
// hundreds of bytes a state: the tables here stay in the processor's cache.
type scanner struct {
	entries []entry
	grams   [len(widths)]grams
	exact   map[string][]int32 // whole texts, folded: entries

	serial uint32   // of the text at hand
	tested []uint32 // by entry: the last text its test was made on
}

// widths of grams in bytes.
var widths = [...]int{4, 2, 1}

// entry is a literal of a pattern, folded, and where it must be.
type entry struct {
	text   string
	at     int // of its gram
	pred   int32
	anchor anchor
	test   query.Test // tells for sure
}

type anchor uint8

const (
	anywhere anchor = iota
	atStart
	atEnd
	unsure // the literal is not all there is to the pattern
)

// grams finds entries by the gram at a place of a text.
type grams struct {
	seen  []uint64 // a bit for each hash
	first []int32  // by hash: the first entry, -1 without one
	next  []int32  // by entry: another of the same hash
	shift int
}

// add adds the literals of a pattern and tells whether the scanner will find
// all values that it fits. Those of a pattern without a literal it cannot.
func (s *scanner) add(pred int32, p query.Pattern) bool {
	parts := p.Parts()
	longest := -1
	for i, part := range parts {
		if part.Kind == query.Literal && (longest < 0 || len(part.Text) > len(parts[longest].Text)) {
			longest = i
		}
	}
	if len(parts) == 0 { // the empty text
		s.addExact(pred, "", p)
		return true
	}
	if longest < 0 {
		return false
	}
	text := query.Fold(parts[longest].Text)
	if len(parts) == 1 {
		s.addExact(pred, text, p)
		return true
	}
	e := entry{text: text, pred: pred, test: p, anchor: unsure}
	any := func(i int) bool { return parts[i].Kind == query.AnyString }
	switch {
	case p.Cased():
	case len(parts) == 2 && longest == 0 && any(1):
		e.anchor = atStart
	case len(parts) == 2 && longest == 1 && any(0):
		e.anchor = atEnd
	case len(parts) == 3 && longest == 1 && any(0) && any(2):
		e.anchor = anywhere
	}
	s.entries = append(s.entries, e)
	return true
}

func (s *scanner) addExact(pred int32, text string, p query.Pattern) {
	if s.exact == nil {
		s.exact = map[string][]int32{}
	}
	e := entry{text: text, pred: pred, test: p, anchor: anywhere}
	if p.Cased() {
		e.anchor = unsure
	}
	s.exact[text] = append(s.exact[text], int32(len(s.entries)))
	s.entries = append(s.entries, e)
}

// build makes the tables.
func (s *scanner) build() {
	whole := make([]bool, len(s.entries))
	for _, list := range s.exact {
		for _, i := range list {
			whole[i] = true
		}
	}
	s.tested = make([]uint32, len(s.entries))
	lists := [len(widths)][]int32{}
	for i := range s.entries {
		if whole[i] {
			continue
		}
		for k, w := range widths {
			if len(s.entries[i].text) >= w {
				lists[k] = append(lists[k], int32(i))
				break
			}
		}
	}
	for k, list := range lists {
		if len(list) > 0 {
			s.grams[k].build(s.entries, list, widths[k])
		}
	}
}

func (g *grams) build(entries []entry, list []int32, width int) {
	uses := map[uint32]int{}
	for _, i := range list {
		for at := 0; at+width <= len(entries[i].text); at++ {
			uses[gram(entries[i].text[at:], width)]++
		}
	}
	size := max(6, min(16, bits.Len(uint(8*len(list)))))
	g.shift = 32 - size
	g.seen = make([]uint64, 1<<size/64)
	g.first = make([]int32, 1<<size)
	g.next = make([]int32, len(entries))
	for h := range g.first {
		g.first[h] = -1
	}
	for _, i := range list {
		e := &entries[i]
		best := 0
		for at := 0; at+width <= len(e.text); at++ {
			n := uses[gram(e.text[at:], width)]*8 + usual(e.text[at:at+width])
			if at == 0 || n < best {
				e.at, best = at, n
			}
		}
		h := g.hash(gram(e.text[e.at:], width))
		g.seen[h>>6] |= 1 << (h & 63)
		g.next[i], g.first[h] = g.first[h], i
	}
}

// usual tells how usual characters are in command lines and paths: the more,
// the larger.
func usual(s string) int {
	n := 0
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z' || c == ' ' || c == '\\' || c == '.':
			n += 2
		case '0' <= c && c <= '9' || c == '-' || c == '/' || c == ':' || c == '"':
			n++
		}
	}
	return n
}

func gram(s string, width int) uint32 {
	switch width {
	case 4:
		return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	case 2:
		return uint32(s[0]) | uint32(s[1])<<8
	}
	return uint32(s[0])
}

func (g *grams) hash(gram uint32) uint32 { return gram * 0x9e3779b1 >> g.shift }

// scan calls found with the predicate of every pattern that a value fits.
// folded is the value folded; ascii tells that there is nothing in it that
// folding may have changed the meaning of.
func (s *scanner) scan(value string, folded []byte, ascii bool, found func(pred int32)) {
	if s.serial++; s.serial == 0 {
		clear(s.tested)
		s.serial = 1
	}
	for _, i := range s.exact[string(folded)] {
		if e := &s.entries[i]; ascii && e.anchor != unsure || e.test.Test(value) {
			found(e.pred)
		}
	}
	if g := &s.grams[0]; g.first != nil {
		for i := 0; i+4 <= len(folded); i++ {
			if h := g.hash(binary.LittleEndian.Uint32(folded[i:])); g.seen[h>>6]&(1<<(h&63)) != 0 {
				s.at(g.first[h], g.next, i, value, folded, ascii, found)
			}
		}
	}
	if g := &s.grams[1]; g.first != nil {
		for i := 0; i+2 <= len(folded); i++ {
			if h := g.hash(uint32(binary.LittleEndian.Uint16(folded[i:]))); g.seen[h>>6]&(1<<(h&63)) != 0 {
				s.at(g.first[h], g.next, i, value, folded, ascii, found)
			}
		}
	}
	if g := &s.grams[2]; g.first != nil {
		for i, c := range folded {
			if h := g.hash(uint32(c)); g.seen[h>>6]&(1<<(h&63)) != 0 {
				s.at(g.first[h], g.next, i, value, folded, ascii, found)
			}
		}
	}
}

// at looks for the entries of a hash whose gram is at a place of the text.
func (s *scanner) at(i int32, next []int32, place int, value string, folded []byte, ascii bool, found func(int32)) {
	for ; i >= 0; i = next[i] {
		e := &s.entries[i]
		start := place - e.at
		end := start + len(e.text)
		if start < 0 || end > len(folded) || s.tested[i] == s.serial || string(folded[start:end]) != e.text {
			continue
		}
		if ascii && e.anchor != unsure {
			switch {
			case e.anchor == atStart && start != 0, e.anchor == atEnd && end != len(folded):
				continue
			}
			s.tested[i] = s.serial
			found(e.pred)
			continue
		}
		s.tested[i] = s.serial
		if e.test.Test(value) {
			found(e.pred)
		}
	}
}
