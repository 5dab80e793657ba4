package block

import (
	"encoding/binary"
	"math"
	"slices"

	"porchlight/ingest/event"
)

// field encodes a column and writes its entry in the directory: name, kind
// and what the kind needs. Columns that the entry says all about have no
// bytes of their own.
func (e *Encoder) field(c *column, text *column) []byte {
	name := c.ref.Name
	if c.ref.Field != event.None {
		name = c.ref.Field.String()
	}
	entry := func(kind byte) {
		e.head = appendText(e.head, name)
		e.head = append(e.head, kind)
	}
	switch c.kind {
	case kindConst:
		entry(kindConst)
		e.head = appendText(e.head, e.batch.text(c.vals[0]))
		e.valueTokens(c, c.vals[0])
		return nil
	case kindSame:
		entry(kindSame)
		e.head = binary.AppendUvarint(e.head, uint64(c.same))
		if c.isText() != e.cols[c.same].isText() { // known by words there and by whole values here
			e.allTokens(c)
		}
		return nil
	case kindPart:
		entry(kindPart)
		e.head = binary.AppendUvarint(e.head, uint64(text.number))
		return nil
	case kindText:
		entry(kindText)
		return e.text()
	case kindInt:
		entry(kindInt)
		e.buf = appendInts(e.buf[:0], c.ints)
		e.numberTokens(c.vals)
		return e.compress()
	}
	if c.kind == kindDict && e.coded(c) {
		entry(kindDict)
		return e.compress()
	}
	entry(kindPlain)
	e.plain(c)
	return e.compress()
}

func (c *column) isText() bool { return c.ref.Field != event.None && c.ref.Field.Kind() == event.Text }

// allTokens adds the tokens of every value.
func (e *Encoder) allTokens(c *column) {
	last := Value(0)
	for _, v := range c.vals {
		if v != last {
			e.valueTokens(c, v)
			last = v
		}
	}
}

// numberTokens adds the tokens of decimal numbers, which are a word each.
func (e *Encoder) numberTokens(values []Value) {
	last := Value(0)
	for _, v := range values {
		if v == last || v == 0 {
			continue
		}
		last = v
		h := uint64(hashSeed)
		s := e.batch.text(v)
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * hashPrime
		}
		e.tokens.add(mix(h))
	}
}

func (e *Encoder) valueTokens(c *column, v Value) {
	if v.len() == 0 {
		return
	}
	if c.isText() {
		textTokens(e.batch.text(v), e.tokens.add)
		return
	}
	valueTokens(e.batch.text(v), e.tokens.add)
}

// coded writes a list of the column's values and the rows' codes in it, 0 for
// absent; false when nearly every row has a value of its own.
func (e *Encoder) coded(c *column) bool {
	e.dict.reset()
	e.list = e.list[:0]
	e.codes = slices.Grow(e.codes[:0], len(c.vals))[:len(c.vals)]
	limit := max(math.MaxUint8, c.n/2)
	last, code := Value(0), uint16(0)
	for i, v := range c.vals {
		if v != last {
			again := v.len() == last.len() && v != 0 && last != 0 && e.batch.text(v) == e.batch.text(last)
			if last = v; again {
				e.codes[i] = code
				continue
			}
			if code = 0; v != 0 {
				n, isNew, ok := e.dict.number(e.batch, v, limit)
				if !ok {
					return false
				}
				if isNew {
					e.list = appendText(e.list, e.batch.text(v))
				}
				code = uint16(n + 1)
			}
		}
		e.codes[i] = code
	}
	for _, v := range e.dict.values {
		e.valueTokens(c, v)
	}
	n := len(e.dict.values)
	o := binary.AppendUvarint(e.buf[:0], uint64(n))
	o = append(o, e.list...)
	e.buf = appendCodes(o, e.codes, n+1)
	return true
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
			e.valueTokens(c, v)
		}
		o = binary.AppendUvarint(o, n)
	}
	for _, v := range c.vals {
		o = append(o, e.batch.text(v)...)
	}
	e.buf = o
}

// text writes the templates, the rows' templates and the variables, each
// template's and variable's values together.
func (e *Encoder) text() []byte {
	t := &e.texts
	o := binary.AppendUvarint(e.buf[:0], uint64(len(t.keys)))
	for _, key := range t.keys {
		o = appendText(o, key)
		e.templateTokens(key)
	}
	o = appendCodes(o, t.rows, len(t.keys))
	for _, key := range t.keys {
		for _, s := range t.templates[key].slots {
			o = e.slot(o, t.slots[s].values)
		}
	}
	e.buf = o
	return e.compress()
}

// templateTokens adds the words of what stays the same in a text. What varies
// and what other columns hold is added there: neither parts a word.
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
func (e *Encoder) slot(o []byte, values []Value) []byte {
	first := e.batch.text(values[0])
	same, ints := true, true
	e.nums = e.nums[:0]
	for _, v := range values {
		s := e.batch.text(v)
		same = same && s == first
		if ints {
			var n uint64
			n, ints = canonical(s)
			e.nums = append(e.nums, n)
		}
		if !same && !ints {
			break
		}
	}
	switch {
	case same:
		textTokens(first, e.tokens.add)
		return appendText(append(o, slotConst), first)
	case ints:
		e.numberTokens(values)
		return appendInts(append(o, slotInt), e.nums)
	case e.slotCodes(values):
		o = binary.AppendUvarint(append(o, slotDict), uint64(len(e.dict.values)))
		o = append(o, e.list...)
		return appendCodes(o, e.codes, len(e.dict.values))
	}
	o = append(o, slotPlain)
	for _, v := range values {
		o = binary.AppendUvarint(o, uint64(v.len()))
	}
	for _, v := range values {
		s := e.batch.text(v)
		o = append(o, s...)
		textTokens(s, e.tokens.add)
	}
	return o
}

// slotCodes lists a variable's different values, unless they are many.
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
