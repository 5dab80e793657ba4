package block

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unsafe"

	"github.com/klauspost/compress/zstd"

	"porchlight/ingest/event"
)

// Encoder turns events into blocks. It keeps its memory from block to block
// and is not safe for concurrent use.
type Encoder struct {
	z      *zstd.Encoder
	cols   []*column // of this block, in the order of first use
	slots  [event.NumFields]*column
	extras map[string]*column
	free   []*column
	texts  texts
	tokens tokenSet
	dict   map[string]uint16
	codes  []uint16
	nums   []uint64
	list   []byte
	buf    []byte
	head   []byte
	refs   []span
}

// column is one field's values.
type column struct {
	ref    event.Ref
	number int      // its place among the columns of fields
	vals   []string // by row; "" is absent unless the row is in empty
	empty  []int32  // rows that have the field with an empty value
	n      int      // rows that have it
	ints   []uint64 // 1 + the numbers of a kindInt column, 0 where absent
	kind   byte
	same   int // of kindSame: the other column's number
}

// NewEncoder returns an encoder.
func NewEncoder() (*Encoder, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(true), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return &Encoder{z: z, extras: map[string]*column{}, dict: map[string]uint16{}}, nil
}

// Encode makes a block of at most MaxRows events of one day, which it sorts
// by action, time and number.
func (e *Encoder) Encode(stream string, events []*event.Event) (*Block, error) {
	if len(events) == 0 || len(events) > MaxRows {
		return nil, fmt.Errorf("a block of %d events: it holds 1 to %d", len(events), MaxRows)
	}
	slices.SortFunc(events, func(a, b *event.Event) int {
		return cmp.Or(strings.Compare(a.Get(event.EventAction), b.Get(event.EventAction)), cmp.Compare(a.Time, b.Time), cmp.Compare(a.ID, b.ID))
	})
	e.reset()
	b := &Block{Stream: stream}
	for i, ev := range events {
		b.add(ev)
		e.addEvent(i, len(events), ev)
	}
	for i, c := range e.cols {
		c.choose(e.cols[:i], len(events))
	}
	text := e.takeApart(events)

	b.Cols = make([][]byte, colFields+len(e.cols))
	e.head = e.head[:0]
	for i, c := range e.cols {
		b.Cols[colFields+i] = e.field(c, len(events), text)
	}
	b.Cols[colSeq] = e.deltas(events, 1, func(ev *event.Event) int64 { return int64(ev.ID.Seq()) })
	b.Cols[colTime] = e.deltas(events, 0, func(ev *event.Event) int64 { return ev.Time })
	b.Cols[colReceived] = e.deltas(events, 0, func(ev *event.Event) int64 { return ev.Received })
	b.Cols[colDirectory] = e.directory(b)
	for s := range b.Bloom {
		b.Bloom[s] = bloom(e.tokens.shards[s])
	}
	return b, nil
}

func (e *Encoder) reset() {
	for _, c := range e.cols {
		clear(c.vals)
		e.free = append(e.free, c)
	}
	clear(e.cols)
	e.cols = e.cols[:0]
	e.slots = [event.NumFields]*column{}
	clear(e.extras)
	e.texts.reset()
	e.tokens.reset()
}

func (e *Encoder) newColumn(r event.Ref, rows int) *column {
	c := &column{}
	if n := len(e.free); n > 0 {
		c = e.free[n-1]
		e.free = e.free[:n-1]
	}
	*c = column{ref: r, number: len(e.cols), vals: slices.Grow(c.vals[:0], rows)[:rows], ints: c.ints[:0], empty: c.empty[:0]}
	e.cols = append(e.cols, c)
	return c
}

func (e *Encoder) addEvent(row, rows int, ev *event.Event) {
	for r, v := range ev.Each() {
		var c *column
		if r.Field != event.None {
			if c = e.slots[r.Field]; c == nil {
				c = e.newColumn(r, rows)
				e.slots[r.Field] = c
			}
		} else if c = e.extras[r.Name]; c == nil {
			c = e.newColumn(event.Ref{Name: strings.Clone(r.Name)}, rows)
			e.extras[c.ref.Name] = c
		}
		if v == "" {
			c.empty = append(c.empty, int32(row))
		}
		c.vals[row] = v
		c.n++
	}
}

// choose picks the encoding of a column that is no text.
func (c *column) choose(before []*column, rows int) {
	first := c.vals[0]
	switch {
	case len(c.empty) > 0:
		c.kind = kindPlain
		if c.n == rows && len(c.empty) == rows {
			c.kind = kindConst
		}
		return
	case c.n == rows && !slices.ContainsFunc(c.vals, func(v string) bool { return v != first }):
		c.kind = kindConst
		return
	}
	for _, o := range before {
		if o.kind != kindSame && o.n == c.n && len(o.empty) == 0 && slices.Equal(o.vals, c.vals) {
			c.kind, c.same = kindSame, o.number
			return
		}
	}
	if c.toInts() {
		c.kind = kindInt
		return
	}
	c.kind = kindDict // or plain, should there be too many values
}

// toInts reads the column as decimal numbers, if all are in canonical form.
func (c *column) toInts() bool {
	c.ints = c.ints[:0]
	for _, v := range c.vals {
		if v == "" {
			c.ints = append(c.ints, 0)
			continue
		}
		n, ok := canonical(v)
		if !ok {
			return false
		}
		c.ints = append(c.ints, n+1)
	}
	return true
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

// offset tells where in base v lies, if it is a view of base's own bytes.
func offset(base, v string) (int, bool) {
	if len(v) == 0 || len(v) > len(base) {
		return 0, false
	}
	off := uintptr(unsafe.Pointer(unsafe.StringData(v))) - uintptr(unsafe.Pointer(unsafe.StringData(base)))
	if off > uintptr(len(base)-len(v)) {
		return 0, false
	}
	i := int(off)
	return i, base[i:i+len(v)] == v
}

// takeApart turns the longest text of every event, event.original where it
// has one, into templates, with references to the columns whose values the
// parser cut out of it. It returns the column of that text, nil without one.
func (e *Encoder) takeApart(events []*event.Event) *column {
	text := e.slots[event.EventOriginal]
	if text == nil || text.kind == kindConst || len(text.empty) > 0 || text.n < len(events) {
		text = e.slots[event.Message]
		if text == nil || text.kind == kindConst || len(text.empty) > 0 || text.n < len(events) {
			return nil
		}
	}
	text.kind = kindText
	message := e.slots[event.Message]
	part := message != nil && message != text && message.n == len(events) && len(message.empty) == 0
	for row := 0; part && row < len(events); row++ {
		at, ok := offset(text.vals[row], message.vals[row])
		part = ok && cleanEdges(text.vals[row], at, at+len(message.vals[row]))
	}
	if part {
		message.kind = kindPart
	}
	for row := range events {
		base := text.vals[row]
		from, to := -1, -1
		if part {
			from, _ = offset(base, message.vals[row])
			to = from + len(message.vals[row])
		}
		e.refs = e.refs[:0]
		for _, c := range e.cols {
			if c.kind == kindText || c.kind == kindPart || c.kind == kindSame {
				continue
			}
			v := c.vals[row]
			if at, ok := offset(base, v); ok && cleanEdges(base, at, at+len(v)) {
				e.refs = append(e.refs, span{at, at + len(v), c.number})
			}
		}
		e.texts.add(base, tidySpans(e.refs, from, to), from, to)
	}
	return text
}

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

// appendInts writes numbers of a fixed width, all lowest bytes first.
func appendInts(o []byte, nums []uint64) []byte {
	all := uint64(0)
	for _, n := range nums {
		all |= n
	}
	width := (bits.Len64(all) + 7) / 8
	o = append(o, byte(width))
	for p := range width {
		for _, n := range nums {
			o = append(o, byte(n>>(8*p)))
		}
	}
	return o
}

// deltas writes numbers as their differences in the largest unit that
// divides all, unless unit says which.
func (e *Encoder) deltas(events []*event.Event, unit int64, of func(*event.Event) int64) []byte {
	for _, u := range [...]int64{1e9, 1e6, 1e3, 1} {
		if unit != 0 {
			break
		}
		if !slices.ContainsFunc(events, func(ev *event.Event) bool { return of(ev)%u != 0 }) {
			unit = u
		}
	}
	o := binary.AppendVarint(e.buf[:0], unit)
	prev := int64(0)
	for _, ev := range events {
		v := of(ev) / unit
		o = binary.AppendVarint(o, v-prev)
		prev = v
	}
	e.buf = o
	return e.compress()
}

func (e *Encoder) directory(b *Block) []byte {
	o := append(e.buf[:0], version)
	o = binary.AppendUvarint(o, uint64(b.N))
	for _, v := range [...]int64{int64(b.Smin), int64(b.Smax), b.Tmin, b.Tmax, b.Rmin, b.Rmax} {
		o = binary.AppendVarint(o, v)
	}
	o = binary.AppendUvarint(o, uint64(len(e.cols)))
	e.buf = append(o, e.head...)
	return e.compress()
}

func (e *Encoder) compress() []byte {
	return e.z.EncodeAll(e.buf, make([]byte, 0, len(e.buf)/3+64))
}

func appendText(o []byte, s string) []byte {
	return append(binary.AppendUvarint(o, uint64(len(s))), s...)
}

func uvarint(s string) (uint64, int) {
	var v uint64
	for i := range min(len(s), binary.MaxVarintLen64) {
		v |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
