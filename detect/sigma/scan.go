package sigma

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unsafe"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// A scanner finds, in one pass over a text, which of thousands of literals are
// in it. For each literal it knows one gram, four bytes that few others share;
// the text is read four bytes at a time, and literals are compared only where
// their gram occurs. Shorter literals have shorter grams.
//
// An automaton of all literals would read each byte once, but it takes hundreds
// of bytes per state; the tables here stay in the processor's cache.
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
	test   query.Test // decides
}

type anchor uint8

const (
	anywhere anchor = iota
	atStart
	atEnd
	unsure // the literal is not all there is to the pattern
	maybe  // the same, and the test is not made here
)

// grams finds entries by the gram at a place of a text.
type grams struct {
	seen  []uint64 // a bit for each hash
	first []int32  // by hash: the first link, -1 without one
	links []link
	shift int
}

// link is an entry of a hash. Its gram is here so that entries with the same
// hash by chance are skipped.
type link struct {
	gram        uint32
	entry, next int32
}

// add adds what a test needs in a value that passes it.
func (s *scanner) add(pred int32, t query.Test, n need) {
	for _, text := range n.texts {
		if n.whole {
			if s.exact == nil {
				s.exact = map[string][]int32{}
			}
			s.exact[text] = append(s.exact[text], int32(len(s.entries)))
		}
		s.entries = append(s.entries, entry{text: text, pred: pred, test: t, anchor: n.anchor})
	}
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
	size := max(6, min(18, bits.Len(uint(8*len(list)))))
	g.shift = 32 - size
	g.seen = make([]uint64, 1<<size/64)
	g.first = make([]int32, 1<<size)
	g.links = make([]link, 0, len(list))
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
		x := gram(e.text[e.at:], width)
		h := g.hash(x)
		g.seen[h>>6] |= 1 << (h & 63)
		g.links = append(g.links, link{x, i, g.first[h]})
		g.first[h] = int32(len(g.links) - 1)
	}
}

// usual rates how common characters are in command lines and paths: higher is
// more common.
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

// scan calls found with the predicate of every pattern that a value matches,
// and of every regular expression that it may match: those are too expensive to
// run before a rule needs them. folded is the value folded; ascii says that
// folding cannot have changed its meaning.
func (s *scanner) scan(value string, folded []byte, ascii bool, found func(pred int32, sure bool)) {
	if s.serial++; s.serial == 0 {
		clear(s.tested)
		s.serial = 1
	}
	for _, i := range s.exact[string(folded)] {
		if e := &s.entries[i]; ascii && e.anchor < unsure || e.test.Test(value) {
			found(e.pred, true)
		}
	}
	if g := &s.grams[0]; g.first != nil {
		for i := 0; i+4 <= len(folded); i++ {
			x := binary.LittleEndian.Uint32(folded[i:])
			if h := g.hash(x); g.seen[h>>6]&(1<<(h&63)) != 0 {
				s.at(g, h, x, i, value, folded, ascii, found)
			}
		}
	}
	if g := &s.grams[1]; g.first != nil {
		for i := 0; i+2 <= len(folded); i++ {
			x := uint32(binary.LittleEndian.Uint16(folded[i:]))
			if h := g.hash(x); g.seen[h>>6]&(1<<(h&63)) != 0 {
				s.at(g, h, x, i, value, folded, ascii, found)
			}
		}
	}
	if g := &s.grams[2]; g.first != nil {
		for i, c := range folded {
			x := uint32(c)
			if h := g.hash(x); g.seen[h>>6]&(1<<(h&63)) != 0 {
				s.at(g, h, x, i, value, folded, ascii, found)
			}
		}
	}
}

// at looks for the entries whose gram is at a place of the text.
func (s *scanner) at(g *grams, h, gram uint32, place int, value string, folded []byte, ascii bool, found func(int32, bool)) {
	for l := g.first[h]; l >= 0; l = g.links[l].next {
		if g.links[l].gram != gram {
			continue
		}
		i := g.links[l].entry
		e := &s.entries[i]
		start := place - e.at
		end := start + len(e.text)
		if start < 0 || end > len(folded) || s.tested[i] == s.serial || string(folded[start:end]) != e.text {
			continue
		}
		if ascii && e.anchor < unsure {
			if e.anchor == atStart && start != 0 || e.anchor == atEnd && end != len(folded) {
				continue // it may occur again
			}
			s.tested[i] = s.serial
			found(e.pred, true)
			continue
		}
		s.tested[i] = s.serial
		if e.anchor == maybe {
			found(e.pred, false)
		} else if e.test.Test(value) {
			found(e.pred, true)
		}
	}
}

// fewLiterals is the most literals that a scanner looks for one by one in all
// texts at once before it looks at each text.
const fewLiterals = 8

// mayFind reports whether the scanner can find anything in texts.
func (s *scanner) mayFind(all *foldedTexts) bool {
	if len(s.exact) > 0 || len(s.entries) > fewLiterals {
		return true
	}
	for i := range s.entries {
		if bytes.Contains(all.folded, unsafe.Slice(unsafe.StringData(s.entries[i].text), len(s.entries[i].text))) {
			return true
		}
	}
	return false
}

// foldedTexts are the single values of all fields of an event, folded; values
// that share their bytes are there once.
type foldedTexts struct {
	known  bool
	list   []foldedText
	folded []byte
	froms  []int
	ends   []int
	seen   [256]string // some of the values that were met
}

type foldedText struct {
	value  string
	folded []byte
	ascii  bool
}

func (t *foldedTexts) of(ev *event.Event) []foldedText {
	if t.known {
		return t.list
	}
	t.known = true
	t.list, t.folded, t.froms, t.ends = t.list[:0], t.folded[:0], t.froms[:0], t.ends[:0]
	clear(t.seen[:])
	for _, text := range ev.Each() {
		if text == "" {
			t.add("")
			continue
		}
		// Decoders give a value several names.
		p := unsafe.StringData(text)
		at := &t.seen[uintptr(unsafe.Pointer(p))>>3%uintptr(len(t.seen))]
		if len(*at) == len(text) && unsafe.StringData(*at) == p {
			continue
		}
		*at = text
		for v := range event.Values(text) {
			t.add(v)
		}
	}
	for i, end := range t.ends { // now that the bytes no longer move
		t.list[i].folded = t.folded[t.froms[i]:end]
	}
	return t.list
}

func (t *foldedTexts) add(v string) {
	var ascii bool
	t.folded = append(t.folded, event.Separator[0]) // no literal reaches over it
	from := len(t.folded)
	t.folded, ascii = query.AppendFold(t.folded, v)
	t.froms = append(t.froms, from)
	t.list = append(t.list, foldedText{value: v, ascii: ascii})
	t.ends = append(t.ends, len(t.folded))
}
