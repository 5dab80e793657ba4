package block

import (
	"encoding/binary"
	"unsafe"

	"porchlight/ingest/event"
)

// A text is a template and what varies in it. The template is the text with
// these marks; a text that contains one of them as a character is not taken
// apart; it varies as a whole.
const (
	markVar   = 0x01 // a variable: a run of word characters and joiners with a digit in it
	markRef   = 0x02 // the row's value of the column whose number follows (uvarint)
	markStart = 0x03 // here the message begins, which is part of the text ...
	markEnd   = 0x04 // ... and here it ends
	lastMark  = markEnd
)

const (
	// Beyond these, further texts of a block are not taken apart: each seems to
	// have a template of its own.
	maxTemplates     = 2048
	maxTemplateBytes = 256 << 10

	// maxVars is how many variables one text may have.
	maxVars = 250
)

// span is a part of a text.
type span struct {
	from, to int
	col      int // the column that holds the same
}

// before is the order of parts: by place, the longer first, and for the same
// part the column that does not repeat another.
func (s span) before(o span) bool {
	switch {
	case s.from != o.from:
		return s.from < o.from
	case s.to != o.to:
		return s.to > o.to
	}
	return s.col < o.col
}

// slot collects the values of one variable of one template. What they have in
// common is worked out while they are at hand.
type slot struct {
	values []Value
	ints   []uint64 // as decimal numbers, as long as all are
	first  string
	varies bool // not all are equal to the first
}

func (s *slot) reset() { *s = slot{values: s.values[:0], ints: s.ints[:0]} }

func (s *slot) add(v Value, text string) {
	if len(s.values) == 0 {
		s.first = text
	}
	s.varies = s.varies || text != s.first
	if len(s.ints) == len(s.values) {
		if n, ok := canonical(text); ok {
			s.ints = append(s.ints, n)
		}
	}
	s.values = append(s.values, v)
}

type template struct {
	id    int
	slots []int // indexes in texts.slots
}

// texts takes the texts of a block apart.
type texts struct {
	templates map[string]*template
	keys      []string
	keyBytes  int
	slots     []slot
	rows      []uint16 // template of each row

	key  []byte
	vars []Value
	at   int       // where the text at hand is in the batch's data
	last *template // of the row before
}

func (t *texts) reset() {
	if t.templates == nil {
		t.templates = map[string]*template{}
	}
	clear(t.templates)
	clear(t.keys)
	for i := range t.slots {
		t.slots[i].reset()
	}
	t.last = nil
	t.keys, t.slots, t.rows, t.keyBytes = t.keys[:0], t.slots[:0], t.rows[:0], 0
}

// add takes the next row's text apart, which is at an offset of the batch's
// data and has no marks in it. refs are the parts of it that other columns
// hold; from and to bound the message, from < 0 when it is no part.
func (t *texts) add(text string, at int, refs []span, from, to int) {
	t.key, t.vars, t.at = t.key[:0], t.vars[:0], at
	t.apart(text, refs, from, to)
	known := t.template()
	if len(t.vars) > maxVars || known == nil && (len(t.keys) >= maxTemplates || t.keyBytes > maxTemplateBytes) {
		t.addWhole(text, at, from, to)
		return
	}
	t.put(known, text)
}

// addWhole adds the next row's text, which is not taken apart.
func (t *texts) addWhole(text string, at int, from, to int) {
	t.key, t.vars, t.at = t.key[:0], t.vars[:0], at
	t.whole(text, from, to)
	t.put(t.template(), text)
}

// template returns the template whose key is at hand, nil if it is new.
func (t *texts) template() *template {
	if t.last != nil && t.keys[t.last.id] == string(t.key) {
		return t.last
	}
	return t.templates[string(t.key)]
}

// put adds the row whose text, key and variables are at hand; tpl is nil for a
// new template.
func (t *texts) put(tpl *template, text string) {
	if tpl == nil {
		tpl = &template{id: len(t.keys)}
		key := string(t.key)
		t.templates[key] = tpl
		t.keys, t.keyBytes = append(t.keys, key), t.keyBytes+len(key)
		for range t.vars {
			tpl.slots = append(tpl.slots, len(t.slots))
			if len(t.slots) < cap(t.slots) {
				t.slots = t.slots[:len(t.slots)+1]
			} else {
				t.slots = append(t.slots, slot{})
			}
		}
	}
	for i, v := range t.vars {
		part := ""
		if v != empty { // which is nowhere
			part = text[v.at()-t.at:][:v.len()]
		}
		t.slots[tpl.slots[i]].add(v, part)
	}
	t.rows = append(t.rows, uint16(tpl.id))
	t.last = tpl
}

// vary adds a variable, a part of the text.
func (t *texts) vary(from, to int) { t.vars = append(t.vars, Part(t.at+from, to-from)) }

// hasMark reports whether a text holds one of the marks as a character, or what
// separates the values of a field.
func hasMark(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	const separators = uint64(ones) * 0x1f
	for len(s) >= 8 {
		x := binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), 8))
		y := x ^ separators
		// The top bit of a byte says that it is below the constant.
		if ((x-ones*(lastMark+1))&^x|(y-ones)&^y)&tops != 0 && markIn(s[:8]) {
			return true
		}
		s = s[8:]
	}
	return markIn(s)
}

func markIn(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= lastMark && c > 0 || c == event.Separator[0] {
			return true
		}
	}
	return false
}

// whole makes the template of a text that is not taken apart.
func (t *texts) whole(text string, from, to int) {
	if from < 0 {
		t.key = append(t.key, markVar)
		t.vary(0, len(text))
		return
	}
	t.key = append(t.key, markVar, markStart, markVar, markEnd, markVar)
	t.vary(0, from)
	t.vary(from, to)
	t.vary(to, len(text))
}

func (t *texts) apart(text string, refs []span, from, to int) {
	at := 0
	for _, r := range refs {
		if from >= at && from <= r.from {
			t.gap(text, at, from)
			t.key = append(t.key, markStart)
			at, from = from, -1
		}
		if from < 0 && to >= at && to <= r.from {
			t.gap(text, at, to)
			t.key = append(t.key, markEnd)
			at, to = to, -1
		}
		t.gap(text, at, r.from)
		t.key = binary.AppendUvarint(append(t.key, markRef), uint64(r.col))
		at = r.to
	}
	if from >= 0 {
		t.gap(text, at, from)
		t.key = append(t.key, markStart)
		at = from
	}
	if to >= 0 {
		t.gap(text, at, to)
		t.key = append(t.key, markEnd)
		at = to
	}
	t.gap(text, at, len(text))
}

// gap takes apart what lies between references.
func (t *texts) gap(s string, i, end int) {
	s = s[:end]
	key := t.key
	for i < len(s) {
		k := class[s[i]]
		if k&classWord == 0 {
			key = append(key, s[i])
			i++
			continue
		}
		start := i
		var seen byte
		i, seen = wordEnd(s, i)
		if seen&classDigit == 0 {
			key = append(key, s[start:i]...)
			continue
		}
		key = append(key, markVar)
		t.vary(start, i)
	}
	t.key = key
}

// wordEnd returns where a run of words and joiners ends that begins at i, and
// the classes of its characters. A joiner at its end does not belong to it.
func wordEnd(s string, i int) (end int, seen byte) {
	for ; i < len(s); i++ {
		k := class[s[i]]
		if k&classWord == 0 && (k&classJoiner == 0 || i+1 == len(s) || class[s[i+1]]&classWord == 0) {
			break
		}
		seen |= k
	}
	return i, seen
}

// cleanEdges reports whether a part of a text can be cut out of it without
// splitting a word or four numbers joined by dots, so that the words of the
// text are those of its pieces.
func cleanEdges(text string, from, to int) bool {
	return cleanCut(text, from) && cleanCut(text, to)
}

func cleanCut(s string, i int) bool {
	if i == 0 || i == len(s) {
		return true
	}
	before, after := class[s[i-1]], class[s[i]]
	if before&after&classWord != 0 {
		return false
	}
	digit := func(i int) bool { return i >= 0 && i < len(s) && class[s[i]]&classDigit != 0 }
	return !(s[i-1] == '.' && digit(i) && digit(i-2)) && !(s[i] == '.' && digit(i-1) && digit(i+1))
}

// tidySpans leaves out the parts that overlap an earlier or longer one or
// cross the message's bounds. They are sorted by place, the longer first.
func tidySpans(spans []span, from, to int) []span {
	out := spans[:0]
	at := 0
	for _, s := range spans {
		if s.from < at || from >= 0 && (s.from < from && s.to > from || s.from < to && s.to > to) {
			continue
		}
		out = append(out, s)
		at = s.to
	}
	return out
}
