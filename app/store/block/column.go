package block

import (
	"math"
	"slices"

	"porchlight/ingest/event"
)

// scanRows is how many rows are looked at at a time.
const scanRows = 512

// column is one field's values on their way into a block.
type column struct {
	ref    event.Ref
	number int     // its place among the columns of fields
	vals   []Value // by row; 0 where absent
	n      int     // rows that have it
	empty  int     // of those, rows that have it with an empty value
	kind   byte
	of     int // of kindSame and kindPart: the other column's number

	// What look and scan have found so far.
	seen    int        // rows
	twin    *column    // the one that has had the same values
	dict    dictionary // the different values, until there are too many
	codes   []uint16   // by row, 1 + the value's number in dict, 0 where absent
	many    bool       // too many for dict
	numbers bool       // all are decimal numbers
	ints    []uint64   // 1 + the numbers: by number in dict, or, when there are many, by row (0 where absent)
	last    Value
	code    uint16 // of last
	int     uint64 // of last
}

func (c *column) reset(r event.Ref, number, rows int) {
	c.dict.reset()
	*c = column{ref: r, number: number, vals: resized(c.vals, rows), dict: c.dict,
		codes: resized(c.codes, rows), ints: c.ints[:0], numbers: true}
}

func (c *column) isText() bool { return c.ref.Field != event.None && c.ref.Field.Kind() == event.Text }

// mayBeText reports whether the column may be taken apart.
func (c *column) mayBeText() bool {
	return c.ref.Field == event.EventOriginal || c.ref.Field == event.Message
}

// scan looks at the next rows of a column and adds their tokens.
func (e *Encoder) scan(c *column, from, to int) {
	limit := max(math.MaxUint8, len(c.vals)/2)
	for i := from; i < to; i++ {
		v := c.vals[i]
		switch {
		case v == 0:
			c.codes[i] = 0
			if c.many && c.numbers {
				c.ints = append(c.ints, 0)
			}
			continue
		case v == empty:
			c.n++
			c.empty++
			c.codes[i], c.numbers = 0, false
			continue
		}
		c.n++
		if v != c.last {
			s := e.batch.text(v)
			if c.last == 0 || s != e.batch.text(c.last) {
				e.scanValue(c, i, v, s, limit)
			}
			c.last = v
		}
		c.codes[i] = c.code
		if c.many && c.numbers {
			c.ints = append(c.ints, c.int)
		}
	}
}

// scanValue looks at a value that differs from the one before.
func (e *Encoder) scanValue(c *column, row int, v Value, s string, limit int) {
	if !c.many {
		n, isNew, ok := c.dict.number(e.batch, v, limit)
		switch {
		case ok && !isNew:
			c.code = uint16(n + 1)
			return
		case ok:
			c.code = uint16(n + 1)
			if c.numbers {
				x, is := canonical(s)
				c.ints, c.numbers = append(c.ints, x+1), is
			}
			e.addTokens(c, s)
			return
		}
		c.many, c.code = true, 0
		if c.numbers { // from now on by row
			numbers := slices.Clone(c.ints)
			c.ints = slices.Grow(c.ints[:0], len(c.vals))[:row]
			for i := range row {
				c.ints[i] = 0
				if k := c.codes[i]; k != 0 {
					c.ints[i] = numbers[k-1]
				}
			}
		}
	}
	if c.numbers {
		x, is := canonical(s)
		c.int, c.numbers = x+1, is
	}
	e.addTokens(c, s)
}

func (e *Encoder) addTokens(c *column, s string) {
	switch {
	case c.numbers:
		e.tokens.add(mix(hashDigits(s)))
	case c.isText():
		textTokens(s, e.tokens.add)
	default:
		valueTokens(s, e.tokens.add)
	}
}

// hashDigits is the hash of a decimal number before mix: it is a word.
func hashDigits(s string) uint64 {
	h := uint64(hashSeed)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return h
}

// hashNumber is hashDigits of a number as it is printed.
func hashNumber(n uint64) uint64 {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			break
		}
	}
	h := uint64(hashSeed)
	for ; i < len(digits); i++ {
		h = (h ^ uint64(digits[i])) * hashPrime
	}
	return h
}

// textOf chooses the text that is taken apart, event.original where all rows
// have one, else message, and reports whether the message is a part of it.
func textOf(all []row, rows []int32) (text event.Field, part bool) {
	common := ^textFacts(0)
	for _, k := range rows {
		common &= all[k].text
	}
	switch {
	case common&hasOriginal != 0:
		return event.EventOriginal, common&messageInside != 0
	case common&hasMessage != 0:
		return event.Message, false
	}
	return event.None, false
}

// look takes the next rows of a column. As long as it equals an earlier one,
// there is nothing to find out.
func (e *Encoder) look(c *column, before []*column, from, to int) {
	if c.kind == kindText || c.kind == kindPart {
		return
	}
	if c.seen == 0 {
		c.twin = twin(c, before, to)
	}
	c.seen = to
	if t := c.twin; t != nil {
		if slices.Equal(c.vals[from:to], t.vals[from:to]) {
			return
		}
		c.twin = nil
		e.scan(c, 0, from)
	}
	e.scan(c, from, to)
}

// twin returns an earlier column that has had the very same values.
func twin(c *column, before []*column, to int) *column {
	for _, o := range before {
		if o.twin == nil && o.kind == 0 && o.isText() == c.isText() && slices.Equal(c.vals[:to], o.vals[:to]) {
			return o
		}
	}
	return nil
}

// choose picks the encoding of a column that is not text.
func (e *Encoder) choose(c *column, before []*column) {
	rows := len(c.vals)
	different := len(c.dict.values)
	switch {
	case c.kind == kindText:
		return
	case c.kind == kindPart:
		c.of = e.slotColumn(e.text).number
		return
	case c.twin != nil:
		t := c.twin
		c.n, c.empty = t.n, t.empty
		switch t.kind {
		case kindConst:
			c.kind = kindConst
		case kindSame:
			c.kind, c.of = kindSame, t.of
		default:
			c.kind, c.of = kindSame, t.number
		}
		return
	case c.n == rows && (c.empty == rows || c.empty == 0 && !c.many && different == 1):
		c.kind = kindConst
		return
	case c.empty > 0:
		c.kind = kindPlain
		return
	}
	for _, o := range before {
		if (o.kind != kindText || c.mayBeText()) && // which no text refers to
			o.kind != kindSame && o.kind != kindConst && o.kind != kindPart && o.n == c.n && o.empty == 0 && e.equal(o, c) {
			c.kind, c.of = kindSame, o.number
			return
		}
	}
	switch {
	case c.numbers:
		c.kind = kindInt
		if !c.many {
			e.nums = resized(e.nums, rows)
			for i, k := range c.codes {
				if k != 0 {
					e.nums[i] = c.ints[k-1]
				}
			}
			c.ints = append(c.ints[:0], e.nums...)
		}
	case c.many || different > max(math.MaxUint8, c.n/2):
		c.kind = kindPlain
	default:
		c.kind = kindDict
	}
}

// equal reports whether two columns have the same values.
func (e *Encoder) equal(a, b *column) bool {
	if a.kind != kindText && !a.many && !b.many {
		return len(a.dict.values) == len(b.dict.values) && slices.Equal(a.codes, b.codes) &&
			slices.EqualFunc(a.dict.values, b.dict.values, e.same)
	}
	if a.kind != kindText && a.many != b.many {
		return false
	}
	const sample = 61 // a look here and there settles most cases
	for i := 0; i < len(a.vals); i += len(a.vals)/sample + 1 {
		if !e.same(a.vals[i], b.vals[i]) {
			return false
		}
	}
	return slices.EqualFunc(a.vals, b.vals, e.same)
}

// same reports whether two values are equal.
func (e *Encoder) same(x, y Value) bool {
	return x == y || x != 0 && y != 0 && e.batch.text(x) == e.batch.text(y)
}

// canonical reads a decimal number that is printed the way it was written.
func canonical(s string) (uint64, bool) {
	if len(s) == 0 || len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n := uint64(0)
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + uint64(d)
	}
	return n, true
}
