package block

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/zstd"

	"porchlight/ingest/event"
)

// Encoder turns events into blocks. It keeps its memory from block to block
// and is not safe for concurrent use.
type Encoder struct {
	z       *zstd.Encoder
	batch   *Batch
	rows    []int32    // of the batch, in the order of the block
	cols    []*column  // of this block, in the order of first use
	byField []*column  // of the batch's fields; nil where the block has none
	byShape []shapeUse // of the batch's shapes
	free    []*column
	text    event.Field // which field is the text, None if there is none
	part    bool        // the message is a part of it
	texts   texts
	tokens  tokenSet
	dict    dictionary // of a variable's values
	codes   []uint16
	sorted  []int32
	counts  []int
	nums    []uint64
	list    []byte
	buf     []byte
	head    []byte
	spans   []span
}

// NewEncoder returns an encoder.
func NewEncoder() (*Encoder, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(true), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return &Encoder{z: z}, nil
}

// Encode makes a block of at most MaxRows events of a batch, all of one day. It
// brings rows, their numbers in the batch, into the order of the block: by
// action, and within an action as they were.
func (e *Encoder) Encode(stream string, batch *Batch, rows []int32) (*Block, error) {
	if len(rows) == 0 || len(rows) > MaxRows {
		return nil, fmt.Errorf("a block of %d events: it holds 1 to %d", len(rows), MaxRows)
	}
	e.reset(batch)
	e.sort(rows)
	e.rows = rows
	b := &Block{Stream: stream}
	for _, k := range rows {
		b.add(&batch.rows[k])
	}
	// A few rows at a time, so that they stay in the processor's cache while
	// the text and all columns are built from them.
	e.text, e.part = textOf(batch.rows, rows)
	for from := 0; from < len(rows); from += scanRows {
		to := min(from+scanRows, len(rows))
		e.distribute(from, to)
		e.takeApart(from, to)
		for i, c := range e.cols {
			e.look(c, e.cols[:i], from, to)
		}
	}
	for i, c := range e.cols {
		e.choose(c, e.cols[:i])
	}

	b.Cols = make([][]byte, colFields+len(e.cols))
	for i, c := range e.cols {
		b.Cols[colFields+i] = e.field(c)
	}
	b.Cols[colSeq] = e.deltas(1, func(r *row) int64 { return int64(r.seq) })
	b.Cols[colTime] = e.deltas(0, func(r *row) int64 { return r.time })
	b.Cols[colReceived] = e.deltas(0, func(r *row) int64 { return r.received })
	b.Cols[colDirectory] = e.directory(b)
	for s := range b.Bloom {
		b.Bloom[s] = bloom(e.tokens.shards[s], saltOf(&b.Bounds))
	}
	e.batch, e.rows = nil, nil
	return b, nil
}

// sort puts the events of one action together.
func (e *Encoder) sort(rows []int32) {
	all := e.batch.rows
	action := all[rows[0]].action
	if !slices.ContainsFunc(rows, func(k int32) bool { return all[k].action != action }) {
		return
	}
	if n := len(e.batch.words); cap(e.counts) < n {
		e.counts = make([]int, n)
	}
	counts := e.counts[:len(e.batch.words)]
	clear(counts)
	for _, k := range rows {
		counts[all[k].action]++
	}
	at := 0
	for _, k := range rows { // in the order in which the actions come first
		if n := counts[all[k].action]; n > 0 {
			counts[all[k].action] = -at - 1
			at += n
		}
	}
	e.sorted = append(e.sorted[:0], rows...)
	for _, k := range e.sorted {
		i := -counts[all[k].action] - 1
		counts[all[k].action]--
		rows[i] = k
	}
}

func (e *Encoder) reset(batch *Batch) {
	e.batch = batch
	e.free = append(e.free, e.cols...)
	clear(e.cols)
	e.cols = e.cols[:0]
	e.byField = resized(e.byField, len(batch.fields))
	e.byShape = resized(e.byShape, len(batch.shapes))
	e.head = e.head[:0]
	e.texts.reset()
	e.tokens.reset()
}

// resized returns a slice of n zero values.
func resized[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// distribute puts the values of some rows into their columns.
func (e *Encoder) distribute(from, to int) {
	for i := from; i < to; i++ {
		r := &e.batch.rows[e.rows[i]]
		cols := e.byShape[r.shape].cols
		if cols == nil {
			cols = e.columnsOf(r.shape)
		}
		vals := e.batch.vals[r.first:][:len(cols)]
		for j, c := range cols {
			c.vals[i] = vals[j]
		}
	}
}

// columnsOf returns the columns of a shape's fields.
func (e *Encoder) columnsOf(shape uint32) []*column {
	fields := e.batch.shapes[shape].fields
	cols := make([]*column, len(fields))
	order := make([]int32, len(fields))
	for i, f := range fields {
		if e.byField[f] == nil {
			e.byField[f] = e.newColumn(e.batch.fields[f])
		}
		cols[i], order[i] = e.byField[f], int32(i)
	}
	e.byShape[shape] = shapeUse{cols: cols, inText: order, trust: startTrust}
	return cols
}

func (e *Encoder) newColumn(r event.Ref) *column {
	c := &column{}
	if n := len(e.free); n > 0 {
		c = e.free[n-1]
		e.free = e.free[:n-1]
	}
	c.reset(r, len(e.cols), len(e.rows))
	switch {
	case r.Field == event.None:
	case r.Field == e.text:
		c.kind, c.n = kindText, len(e.rows)
	case r.Field == event.Message && e.part:
		c.kind, c.n = kindPart, len(e.rows)
	}
	e.cols = append(e.cols, c)
	return c
}

// slotColumn returns the column of a field, nil without one.
func (e *Encoder) slotColumn(f event.Field) *column {
	if i := e.batch.slots[f]; i != 0 {
		return e.byField[i-1]
	}
	return nil
}

// takeApart turns the texts of some rows into templates, with references to
// the columns whose values the parser cut out of them.
func (e *Encoder) takeApart(first, end int) {
	if e.text == event.None {
		return
	}
	text := e.slotColumn(e.text)
	var message *column
	if e.part {
		message = e.slotColumn(event.Message)
	}
	for i := first; i < end; i++ {
		base := text.vals[i]
		s := e.batch.text(base)
		from, to := -1, -1
		if message != nil {
			from, _ = message.vals[i].in(base)
			to = from + message.vals[i].len()
		}
		r := &e.batch.rows[e.rows[i]]
		use, vals := &e.byShape[r.shape], e.batch.vals[r.first:]
		if hasMark(s) {
			e.texts.addWhole(s, base.at(), from, to)
		} else if !e.follow(use, s, base, vals, from, to) {
			e.texts.add(s, base.at(), e.references(use, s, base, vals, from, to), from, to)
			e.learn(use)
		}
	}
}

// follow takes a text apart as earlier ones of its shape were.
func (e *Encoder) follow(use *shapeUse, s string, base Value, vals []Value, from, to int) bool {
	if use.trust <= 0 {
		return false
	}
	for i := range use.tracks {
		if e.texts.follow(&use.tracks[i], s, base, vals, from, to) {
			if i > 0 {
				use.tracks[i], use.tracks[i-1] = use.tracks[i-1], use.tracks[i]
			}
			use.trust = min(use.trust+1, startTrust)
			return true
		}
	}
	use.trust -= 2
	return false
}

// learn remembers how the text of the last row was taken apart.
func (e *Encoder) learn(use *shapeUse) {
	if use.trust <= 0 {
		return
	}
	tpl := e.texts.last
	tr, ok := newTrack(tpl, e.texts.keys[tpl.id], use.cols)
	switch {
	case !ok:
	case len(use.tracks) < maxTracks:
		use.tracks = append(use.tracks, tr)
	default:
		use.tracks[maxTracks-1] = tr
	}
}

// references returns the parts of a text that other columns hold.
func (e *Encoder) references(use *shapeUse, s string, base Value, vals []Value, from, to int) []span {
	e.spans = e.spans[:0]
	order := use.inText
	for x, j := range order {
		at, ok := vals[j].in(base)
		c := use.cols[j]
		if !ok || c.mayBeText() { // it might refer back
			continue
		}
		end := at + vals[j].len()
		if !cleanEdges(s, at, end) {
			continue
		}
		// Insertion sort. Events of one shape have their values in much the
		// same order: the next goes through them as this one has it.
		y := len(e.spans)
		e.spans = append(e.spans, span{})
		n := span{at, end, c.number}
		for ; y > 0 && n.before(e.spans[y-1]); y-- {
			e.spans[y] = e.spans[y-1]
		}
		e.spans[y] = n
		if x > 0 && y < len(e.spans)-1 {
			order[x], order[x-1] = order[x-1], order[x]
		}
	}
	return tidySpans(e.spans, from, to)
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
		at := len(o)
		o = slices.Grow(o, len(nums))[:at+len(nums)]
		to := o[at:]
		for i, n := range nums {
			to[i] = byte(n >> (8 * p))
		}
	}
	return o
}

// deltas writes numbers as their differences in the largest unit that
// divides all, unless unit says which.
func (e *Encoder) deltas(unit int64, of func(*row) int64) []byte {
	all := e.batch.rows
	for _, u := range [...]int64{1e9, 1e6, 1e3, 1} {
		if unit != 0 {
			break
		}
		if !slices.ContainsFunc(e.rows, func(k int32) bool { return of(&all[k])%u != 0 }) {
			unit = u
		}
	}
	o := binary.AppendVarint(e.buf[:0], unit)
	prev := int64(0)
	for _, k := range e.rows {
		v := of(&all[k]) / unit
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
