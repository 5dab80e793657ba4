package block

import (
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"unsafe"

	"porchlight/ingest/event"
)

// A Batch is events on their way into blocks. They lie in a few long arrays
// without pointers: a hundred thousand events are a hundred thousand times
// thirty values, which must not each cost an allocation or a look by the
// garbage collector.
//
// The bytes of values are added first, with AddData, and then events whose
// values are parts of them. Values that share their bytes, rather than just
// being equal, are recognized as parts of one another.
type Batch struct {
	data   []byte // of all values
	fields []event.Ref
	slots  [event.NumFields]uint32 // 1 + index in fields
	extras map[string]uint32       // the same

	shapes   []shape
	shapeIDs map[string]uint32
	key      []byte

	rows []row
	vals []Value // of all rows

	words  []string // streams and actions
	wordID map[string]uint32
	memo   [2]struct { // of the last stream and the last action
		v  Value
		id uint32
	}
	event []Value // scratch
	cols  []uint32
}

// Value is a part of a batch's data.
type Value uint64

// empty is any value of no bytes; 0 is no value.
const empty Value = 1 << 32

// Part is the value of the n bytes at an offset.
func Part(at, n int) Value {
	if n == 0 {
		return empty
	}
	return Value(at)<<32 | Value(uint32(n))
}

// Bounds returns where the value is and its length.
func (v Value) Bounds() (at int, n uint64) { return v.at(), uint64(v.len()) }

func (v Value) at() int  { return int(v >> 32) }
func (v Value) len() int { return int(uint32(v)) }

// in returns where in base the same bytes are.
func (v Value) in(base Value) (int, bool) {
	off := v.at() - base.at()
	return off, v.len() > 0 && off >= 0 && off+v.len() <= base.len()
}

// shape is a list of fields that events have.
type shape struct {
	fields []uint32
	stream []int // where among them those are that name the stream
	action int   // where event.action is, -1 if absent

	original, message int // the same
}

// row is one event.
type row struct {
	seq            uint64
	time, received int64
	first          uint32 // its values in Batch.vals
	shape          uint32
	stream, action uint32 // in Batch.words
	text           textFacts
}

// textFacts is what must be known of events to choose the text of a block.
type textFacts uint8

const (
	hasOriginal   textFacts = 1 << iota // event.original is there and not empty
	hasMessage                          // the same of message
	messageInside                       // the message can be cut out of it
)

// Reset empties the batch, keeps its memory and makes room for that many
// typical events.
func (b *Batch) Reset(events int) {
	if b.extras == nil {
		b.extras, b.shapeIDs, b.wordID = map[string]uint32{}, map[string]uint32{}, map[string]uint32{}
	}
	clear(b.extras)
	clear(b.shapeIDs)
	clear(b.wordID)
	clear(b.fields)
	clear(b.shapes)
	clear(b.words)
	b.slots = [event.NumFields]uint32{}
	b.data, b.fields, b.shapes, b.rows, b.vals = b.data[:0], b.fields[:0], b.shapes[:0], b.rows[:0], b.vals[:0]
	b.data = slices.Grow(b.data, 288*events)
	b.vals = slices.Grow(b.vals, 34*events)
	b.rows = slices.Grow(b.rows, events)
	b.words = append(b.words[:0], "")
	b.wordID[""] = 0
	clear(b.memo[:])
}

// Len returns the number of events.
func (b *Batch) Len() int { return len(b.rows) }

// Bytes returns the size of the values' bytes.
func (b *Batch) Bytes() int { return len(b.data) }

// Truncate removes all but the first n events.
func (b *Batch) Truncate(n int) {
	if n < len(b.rows) {
		b.vals = b.vals[:b.rows[n].first]
		b.rows = b.rows[:n]
	}
}

// AddData adds bytes of values and returns their offset.
func (b *Batch) AddData(p string) int {
	at := len(b.data)
	if room := b.Room(); len(p) > 0 && len(p) <= len(room) {
		// Made in Room, perhaps after something that is not a value.
		if off, ok := offset(unsafe.String(&room[0], len(room)), p); ok {
			b.data = b.data[:at+off+len(p)]
			return at + off
		}
	}
	b.data = append(b.data, p...)
	return at
}

// Room returns the memory in which the next data will lie, for those who write
// it there: AddData then takes it without copying.
func (b *Batch) Room() []byte { return b.data[len(b.data):cap(b.data)] }

// Field returns the number of a field, adding it if need be.
func (b *Batch) Field(r event.Ref) uint32 {
	id := uint32(0)
	if r.Field != event.None {
		id = b.slots[r.Field]
	} else {
		id = b.extras[r.Name]
	}
	if id != 0 {
		return id - 1
	}
	id = uint32(len(b.fields) + 1)
	if r.Field != event.None {
		b.slots[r.Field] = id
	} else {
		r.Name = strings.Clone(r.Name)
		b.extras[r.Name] = id
	}
	b.fields = append(b.fields, r)
	return id - 1
}

// Shape returns the number of a list of fields, adding it if need be.
func (b *Batch) Shape(fields []uint32) uint32 {
	b.key = b.key[:0]
	for _, f := range fields {
		b.key = binary.AppendUvarint(b.key, uint64(f))
	}
	id, ok := b.shapeIDs[string(b.key)]
	if ok {
		return id
	}
	s := shape{fields: slices.Clone(fields), action: b.place(fields, event.EventAction),
		original: b.place(fields, event.EventOriginal), message: b.place(fields, event.Message)}
	for _, f := range streamFields {
		if i := b.place(fields, f); i >= 0 {
			s.stream = append(s.stream, i)
		}
	}
	id = uint32(len(b.shapes))
	b.shapeIDs[string(b.key)] = id
	b.shapes = append(b.shapes, s)
	return id
}

func (b *Batch) place(fields []uint32, f event.Field) int {
	if b.slots[f] == 0 {
		return -1
	}
	return slices.Index(fields, b.slots[f]-1)
}

// Add adds an event: its running number in the day, its times (Unix
// nanoseconds) and one value for each field of its shape.
func (b *Batch) Add(seq uint64, time, received int64, shape uint32, values []Value) {
	s := &b.shapes[shape]
	r := row{seq: seq, time: time, received: received, first: uint32(len(b.vals)), shape: shape}
	b.vals = append(b.vals, values...)
	for _, i := range s.stream {
		if v := values[i]; v != empty {
			r.stream = b.word(0, v)
			break
		}
	}
	if s.action >= 0 {
		r.action = b.word(1, values[s.action])
	}
	r.text = b.textFacts(s, values)
	b.rows = append(b.rows, r)
}

func (b *Batch) textFacts(s *shape, values []Value) (facts textFacts) {
	if s.message >= 0 && values[s.message].len() > 0 {
		facts |= hasMessage
	}
	if s.original < 0 || values[s.original].len() == 0 {
		return facts
	}
	facts |= hasOriginal
	if facts&hasMessage != 0 {
		text, message := values[s.original], values[s.message]
		if at, ok := message.in(text); ok && cleanEdges(b.text(text), at, at+message.len()) {
			facts |= messageInside
		}
	}
	return facts
}

// word numbers the streams and actions.
func (b *Batch) word(memo int, v Value) uint32 {
	m := &b.memo[memo]
	if m.v == v {
		return m.id
	}
	text := b.text(v)
	id, ok := b.wordID[text]
	if !ok {
		text = strings.Clone(text)
		id = uint32(len(b.words))
		b.words = append(b.words, text)
		b.wordID[text] = id
	}
	m.v, m.id = v, id
	return id
}

// AddEvent adds an event, with its values.
func (b *Batch) AddEvent(ev *event.Event) {
	b.cols, b.event = b.cols[:0], b.event[:0]
	base, at := "", 0
	for _, f := range [...]event.Field{event.EventOriginal, event.Message} {
		if base = ev.Get(f); base != "" {
			at = b.AddData(base)
			break
		}
	}
	for r, v := range ev.Each() {
		b.cols = append(b.cols, b.Field(r))
		if off, ok := offset(base, v); ok {
			b.event = append(b.event, Part(at+off, len(v)))
		} else {
			b.event = append(b.event, Part(b.AddData(v), len(v)))
		}
	}
	b.Add(ev.ID.Seq(), ev.Time, ev.Received, b.Shape(b.cols), b.event)
}

// offset returns where in base v lies, if it is a view of base's own bytes.
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

// text returns a value's bytes, valid until more are added.
func (b *Batch) text(v Value) string {
	if v.len() == 0 {
		return ""
	}
	p := b.data[v.at():][:v.len()]
	return unsafe.String(&p[0], len(p))
}

// Groups yields the streams and the numbers of their events, in the order in
// which they were added, to become blocks. Streams of fewer events than small
// are joined under no name, one after the other.
func (b *Batch) Groups(small int) iter.Seq2[string, []int32] {
	return func(yield func(string, []int32) bool) {
		counts := make([]int, len(b.words))
		for i := range b.rows {
			counts[b.rows[i].stream]++
		}
		var streams []uint32
		for id, n := range counts {
			if n > 0 {
				streams = append(streams, uint32(id))
			}
		}
		isSmall := func(id uint32) int {
			if counts[id] < small {
				return 1
			}
			return 0
		}
		slices.SortFunc(streams, func(x, y uint32) int {
			if d := isSmall(x) - isSmall(y); d != 0 {
				return d
			}
			return strings.Compare(b.words[x], b.words[y])
		})
		starts := make([]int, len(b.words)+1) // by stream, in the order of streams
		at := 0
		for _, id := range streams {
			starts[id] = at
			at += counts[id]
		}
		order := make([]int32, len(b.rows))
		next := slices.Clone(starts)
		for i := range b.rows {
			id := b.rows[i].stream
			order[next[id]] = int32(i)
			next[id]++
		}
		for _, id := range streams {
			if isSmall(id) != 0 {
				yield("", order[starts[id]:])
				return
			}
			if !yield(b.words[id], order[starts[id]:][:counts[id]]) {
				return
			}
		}
	}
}
