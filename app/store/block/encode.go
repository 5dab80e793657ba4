package block

import (
	"encoding/binary"
	"fmt"
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
	order  []*event.Event
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

// Encode makes a block of at most MaxRows events of one day, which it brings
// into the order of the block's rows: by action, and as they were within.
func (e *Encoder) Encode(stream string, events []*event.Event) (*Block, error) {
	if len(events) == 0 || len(events) > MaxRows {
		return nil, fmt.Errorf("a block of %d events: it holds 1 to %d", len(events), MaxRows)
	}
	e.sort(events)
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

// sort puts the events of one action together.
func (e *Encoder) sort(events []*event.Event) {
	clear(e.dict)
	e.codes = e.codes[:0]
	var counts []int
	for _, ev := range events {
		action := ev.Get(event.EventAction)
		k, ok := e.dict[action]
		if !ok {
			k = uint16(len(counts))
			e.dict[action] = k
			counts = append(counts, 0)
		}
		counts[k]++
		e.codes = append(e.codes, k)
	}
	if len(counts) == 1 {
		return
	}
	at := 0
	for k, n := range counts {
		counts[k] = at
		at += n
	}
	e.order = append(e.order[:0], events...)
	for i, ev := range e.order {
		k := e.codes[i]
		events[counts[k]] = ev
		counts[k]++
	}
	clear(e.order)
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
