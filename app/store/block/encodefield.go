package block

import (
	"encoding/binary"
	"math"
	"slices"

	"porchlight/ingest/event"
)

// field encodes a column and writes its entry in the directory: name, kind and
// what the kind needs. Columns that the entry fully describes have no bytes of
// their own.
func (e *Encoder) field(c *column) []byte {
	name := c.ref.Name
	if c.ref.Field != event.None {
		name = c.ref.Field.String()
	}
	e.head = append(appendText(e.head, name), c.kind)
	switch c.kind {
	case kindConst:
		e.head = appendText(e.head, e.batch.text(c.vals[0]))
		return nil
	case kindSame, kindPart:
		e.head = binary.AppendUvarint(e.head, uint64(c.of))
		return nil
	case kindText:
		return e.textColumn()
	case kindInt:
		e.buf = appendInts(e.buf[:0], c.ints)
	case kindDict:
		o := binary.AppendUvarint(e.buf[:0], uint64(len(c.dict.values)))
		for _, v := range c.dict.values {
			o = appendText(o, e.batch.text(v))
		}
		e.buf = appendCodes(o, c.codes, len(c.dict.values)+1)
	default:
		e.plain(c)
	}
	return e.compress()
}

// appendCodes writes numbers below n: all lower bytes, then, if there are
// any, all upper ones.
func appendCodes(o []byte, codes []uint16, n int) []byte {
	at := len(o)
	o = slices.Grow(o, 2*len(codes))[:at+len(codes)]
	for i, k := range codes {
		o[at+i] = byte(k)
	}
	if n > math.MaxUint8+1 {
		at = len(o)
		o = o[:at+len(codes)]
		for i, k := range codes {
			o[at+i] = byte(k >> 8)
		}
	}
	return o
}

// plain writes the lengths plus one of the values, 0 for absent, and the
// values.
func (e *Encoder) plain(c *column) {
	o := e.buf[:0]
	for _, v := range c.vals {
		n := uint64(0)
		if v != 0 {
			n = uint64(v.len()) + 1
		}
		o = binary.AppendUvarint(o, n)
	}
	for _, v := range c.vals {
		o = append(o, e.batch.text(v)...)
	}
	e.buf = o
}

// textColumn writes the templates, the rows' templates and the variables, each
// template's and variable's values together.
func (e *Encoder) textColumn() []byte {
	t := &e.texts
	o := binary.AppendUvarint(e.buf[:0], uint64(len(t.keys)))
	for _, key := range t.keys {
		o = appendText(o, e.referring(key))
		e.templateTokens(key)
	}
	o = appendCodes(o, t.rows, len(t.keys))
	for _, key := range t.keys {
		for _, s := range t.templates[key].slots {
			o = e.slot(o, &t.slots[s])
		}
	}
	e.buf = o
	return e.compress()
}

// referring returns the key of a template with its references to columns that
// turned out to be the same as others turned to those.
func (e *Encoder) referring(key string) string {
	same := false
	out := e.list[:0]
	for i := 0; i < len(key); {
		out = append(out, key[i])
		if i++; key[i-1] == markRef {
			n, k := uvarint(key[i:])
			i += k
			if c := e.cols[n]; c.kind == kindSame {
				same, n = true, uint64(c.of)
			}
			out = binary.AppendUvarint(out, n)
		}
	}
	e.list = out
	if !same {
		return key
	}
	return string(out)
}

// templateTokens adds the words of what stays the same in a text. What varies
// and what other columns hold is added there: neither splits a word.
func (e *Encoder) templateTokens(key string) {
	for key != "" {
		i := 0
		for i < len(key) && (key[i] == 0 || key[i] > lastMark) {
			i++
		}
		textTokens(key[:i], e.tokens.add)
		if i == len(key) {
			return
		}
		mark := key[i]
		key = key[i+1:]
		if mark == markRef {
			_, k := uvarint(key)
			key = key[k:]
		}
	}
}

// The encodings of a variable's values.
const (
	slotConst byte = iota
	slotInt
	slotDict
	slotPlain
)

// slot writes the values of a variable.
func (e *Encoder) slot(o []byte, s *slot) []byte {
	switch {
	case !s.varies:
		textTokens(s.first, e.tokens.add)
		return appendText(append(o, slotConst), s.first)
	case len(s.ints) == len(s.values):
		last := s.ints[0] + 1
		for _, n := range s.ints {
			if n != last {
				e.tokens.add(mix(hashNumber(n)))
				last = n
			}
		}
		return appendInts(append(o, slotInt), s.ints)
	case e.slotCodes(s.values):
		o = binary.AppendUvarint(append(o, slotDict), uint64(len(e.dict.values)))
		o = append(o, e.list...)
		return appendCodes(o, e.codes, len(e.dict.values))
	}
	o = append(o, slotPlain)
	for _, v := range s.values {
		o = binary.AppendUvarint(o, uint64(v.len()))
	}
	for _, v := range s.values {
		text := e.batch.text(v)
		o = append(o, text...)
		textTokens(text, e.tokens.add)
	}
	return o
}

// slotCodes lists a variable's distinct values, unless there are many.
func (e *Encoder) slotCodes(values []Value) bool {
	e.dict.reset()
	e.codes, e.list = e.codes[:0], e.list[:0]
	limit := min(math.MaxUint8, len(values)/2) + 1
	for _, v := range values {
		n, isNew, ok := e.dict.number(e.batch, v, limit)
		if !ok {
			return false
		}
		if isNew {
			e.list = appendText(e.list, e.batch.text(v))
		}
		e.codes = append(e.codes, uint16(n))
	}
	for _, v := range e.dict.values {
		textTokens(e.batch.text(v), e.tokens.add)
	}
	return true
}
