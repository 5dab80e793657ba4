package block

import (
	"encoding/binary"
	"math"

	"porchlight/ingest/event"
)

// field encodes a column and writes its entry in the directory: name, kind
// and what the kind needs. Columns that the entry says all about have no
// bytes of their own.
func (e *Encoder) field(c *column, rows int, text *column) []byte {
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
		e.head = appendText(e.head, c.vals[0])
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
		e.allTokens(c)
		return e.compress()
	}
	if c.kind == kindDict && e.dictionary(c) {
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
	last := ""
	for _, v := range c.vals {
		if v != last {
			e.valueTokens(c, v)
			last = v
		}
	}
}

func (e *Encoder) valueTokens(c *column, v string) {
	if v == "" {
		return
	}
	if c.isText() {
		textTokens(v, e.tokens.add)
		return
	}
	valueTokens(v, e.tokens.add)
}

// dictionary writes a list of the column's values and the rows' codes in it,
// 0 for absent; false when nearly every row has a value of its own.
func (e *Encoder) dictionary(c *column) bool {
	clear(e.dict)
	e.codes, e.list = e.codes[:0], e.list[:0]
	limit := max(math.MaxUint8, c.n/2)
	last, lastCode := "", uint16(0)
	for _, v := range c.vals {
		if v == last {
			e.codes = append(e.codes, lastCode)
			continue
		}
		code := uint16(0)
		if v != "" {
			var ok bool
			if code, ok = e.dict[v]; !ok {
				if len(e.dict) >= limit {
					return false
				}
				code = uint16(len(e.dict) + 1)
				e.dict[v] = code
				e.list = appendText(e.list, v)
			}
		}
		last, lastCode = v, code
		e.codes = append(e.codes, code)
	}
	for v := range e.dict {
		e.valueTokens(c, v)
	}
	o := binary.AppendUvarint(e.buf[:0], uint64(len(e.dict)))
	o = append(o, e.list...)
	e.buf = appendCodes(o, e.codes, len(e.dict)+1)
	return true
}

// appendCodes writes numbers below n: all lower bytes, then, if there are
// any, all upper ones.
func appendCodes(o []byte, codes []uint16, n int) []byte {
	for _, k := range codes {
		o = append(o, byte(k))
	}
	if n > math.MaxUint8+1 {
		for _, k := range codes {
			o = append(o, byte(k>>8))
		}
	}
	return o
}

// plain writes the lengths plus one of the values, 0 for absent, and the
// values.
func (e *Encoder) plain(c *column) {
	o := e.buf[:0]
	empty := c.empty
	for i, v := range c.vals {
		n := uint64(0)
		switch {
		case v != "":
			n = uint64(len(v)) + 1
			e.valueTokens(c, v)
		case len(empty) > 0 && empty[0] == int32(i):
			n, empty = 1, empty[1:]
		}
		o = binary.AppendUvarint(o, n)
	}
	for _, v := range c.vals {
		o = append(o, v...)
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
func (e *Encoder) slot(o []byte, values []string) []byte {
	same, ints := true, true
	e.nums = e.nums[:0]
	for _, v := range values {
		same = same && v == values[0]
		if ints {
			var n uint64
			n, ints = canonical(v)
			e.nums = append(e.nums, n)
		}
	}
	switch {
	case same:
		textTokens(values[0], e.tokens.add)
		return appendText(append(o, slotConst), values[0])
	case ints:
		for _, v := range values {
			textTokens(v, e.tokens.add)
		}
		return appendInts(append(o, slotInt), e.nums)
	case e.slotCodes(values):
		o = binary.AppendUvarint(append(o, slotDict), uint64(len(e.dict)))
		o = append(o, e.list...)
		return appendCodes(o, e.codes, len(e.dict))
	}
	o = append(o, slotPlain)
	for _, v := range values {
		o = binary.AppendUvarint(o, uint64(len(v)))
	}
	for _, v := range values {
		o = append(o, v...)
		textTokens(v, e.tokens.add)
	}
	return o
}

// slotCodes lists a variable's different values, unless they are many.
func (e *Encoder) slotCodes(values []string) bool {
	clear(e.dict)
	e.codes, e.list = e.codes[:0], e.list[:0]
	for _, v := range values {
		code, ok := e.dict[v]
		if !ok {
			if len(e.dict) > math.MaxUint8 || len(e.dict) > len(values)/2 {
				return false
			}
			code = uint16(len(e.dict))
			e.dict[v] = code
			e.list = appendText(e.list, v)
		}
		e.codes = append(e.codes, code)
	}
	for v := range e.dict {
		textTokens(v, e.tokens.add)
	}
	return true
}
