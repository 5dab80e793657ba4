package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"unsafe"

	"github.com/klauspost/compress/s2"

	"porchlight/ingest/event"
)

// The blob of a journal row:
//
//	crc      4 bytes, CRC-32C of all that follows, little endian
//	version  1 byte, 1
//	header   first running number, n (uvarint); tmin, tmax of event times,
//	         rmin, rmax of receive times (varint, Unix nanoseconds)
//	body     one s2 block of:
//
//	names    count, then length and bytes of each field name
//	shapes   count, then the number of fields and their names' indexes of each
//	records  n times: shape, event time and receive time (varint, as the
//	         difference to the record before), one value per field of the shape
//
// A value starts with a uvarint tag: 0, the same as this field's last value in
// the batch (before the first: the empty text); even, a text of tag/2-1 bytes
// that follow; odd, a part of the record's first value, tag>>1 bytes from the
// offset that follows. The first value is event.original, so that whatever a
// parser cut out of the message costs three bytes; it is written as a part also
// when it is the same as before, because blocks make their templates from that.
// Fields are known by name only: their order in package event may change at any
// time.
const (
	codecVersion = 1

	maxRowEvents = 4096
	maxRowBytes  = 4 << 20  // a row is ended when its body has grown to this
	maxBodyBytes = 64 << 20 // more is refused, both in writing and in reading
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errTooLarge = fmt.Errorf("event is larger than %d MiB", maxBodyBytes>>20)

// header is what a row says about its events.
type header struct {
	first      uint64 // running number of the first
	n          int
	tmin, tmax int64
	rmin, rmax int64
}

// encoder builds one row. It keeps its memory from row to row.
type encoder struct {
	h header

	slots   [event.NumFields]uint32 // 1 + index in names
	extras  map[string]uint32
	names   []byte
	nnames  int
	shapes  map[string]uint32
	shapeb  []byte
	layouts []*layout // most recently used first
	last    []string  // per name
	records []byte

	prevTime, prevReceived int64

	// scratch for one event
	vals  []string
	shape []byte

	body, out []byte
}

// layout is how the events of one shape go into a record.
type layout struct {
	slots  [event.NumFields]uint8
	extras []string // their names

	from  []uint8  // of each field but the extras, in the order of the record, the index of its value in the event
	cols  []uint32 // of all fields
	shape uint32
}

// maxLayouts is how many are remembered: a few sources make most events.
const maxLayouts = 24

func newEncoder() *encoder {
	return &encoder{extras: map[string]uint32{}, shapes: map[string]uint32{}}
}

// reset begins a row with the given first running number.
func (e *encoder) reset(first uint64) {
	e.h = header{first: first}
	e.slots = [event.NumFields]uint32{}
	clear(e.extras)
	clear(e.shapes)
	clear(e.layouts)
	e.layouts = e.layouts[:0]
	clear(e.last) // release the strings
	clear(e.vals[:cap(e.vals)])
	e.names, e.shapeb, e.records, e.last = e.names[:0], e.shapeb[:0], e.records[:0], e.last[:0]
	e.nnames = 0
	e.prevTime, e.prevReceived = 0, 0
}

// full reports whether the row should be ended before the next event.
func (e *encoder) full() bool { return e.h.n >= maxRowEvents || e.size() >= maxRowBytes }

func (e *encoder) size() int { return len(e.records) + len(e.names) + len(e.shapeb) }

func (e *encoder) name(s string) uint32 {
	e.names = binary.AppendUvarint(e.names, uint64(len(s)))
	e.names = append(e.names, s...)
	e.last = append(e.last, "")
	e.nnames++
	return uint32(e.nnames)
}

// layout finds out how an event goes into a record.
func (e *encoder) layout(slots *[event.NumFields]uint8, extras []event.Pair) *layout {
	for i, l := range e.layouts {
		if l.slots == *slots && l.has(extras) {
			if i > 0 {
				e.layouts[i], e.layouts[i-1] = e.layouts[i-1], l
			}
			return l
		}
	}
	l := &layout{slots: *slots}
	add := func(f event.Field) {
		if e.slots[f] == 0 {
			e.slots[f] = e.name(f.String())
		}
		l.from, l.cols = append(l.from, slots[f]-1), append(l.cols, e.slots[f]-1)
	}
	base := event.None
	if slots[event.EventOriginal] != 0 {
		base = event.EventOriginal
	} else if slots[event.Message] != 0 {
		base = event.Message
	}
	if base != event.None {
		add(base)
	}
	for f := event.None + 1; f < event.NumFields; f++ {
		if slots[f] != 0 && f != base {
			add(f)
		}
	}
	for _, p := range extras {
		col, ok := e.extras[p.Name]
		if !ok {
			col = e.name(p.Name) - 1
			e.extras[p.Name] = col
		}
		l.extras, l.cols = append(l.extras, p.Name), append(l.cols, col)
	}
	e.shape = e.shape[:0]
	for _, col := range l.cols {
		e.shape = binary.AppendUvarint(e.shape, uint64(col))
	}
	shape, ok := e.shapes[string(e.shape)]
	if !ok {
		shape = uint32(len(e.shapes))
		e.shapes[string(e.shape)] = shape
		e.shapeb = binary.AppendUvarint(e.shapeb, uint64(len(l.cols)))
		e.shapeb = append(e.shapeb, e.shape...)
	}
	l.shape = shape
	if len(e.layouts) < maxLayouts {
		e.layouts = append(e.layouts, l)
	} else {
		e.layouts[maxLayouts-1] = l
	}
	return l
}

func (l *layout) has(extras []event.Pair) bool {
	if len(l.extras) != len(extras) {
		return false
	}
	for i := range extras {
		if extras[i].Name != l.extras[i] {
			return false
		}
	}
	return true
}

// add appends an event to the row.
func (e *encoder) add(ev *event.Event) {
	slots, values := ev.Layout()
	extras := ev.Extras()
	l := e.layout(slots, extras)
	e.vals = e.vals[:0]
	for _, i := range l.from {
		e.vals = append(e.vals, values[i])
	}
	for i := range extras {
		e.vals = append(e.vals, extras[i].Value)
	}
	shape := l.shape
	b := binary.AppendUvarint(e.records, uint64(shape))
	b = binary.AppendVarint(b, ev.Time-e.prevTime)
	b = binary.AppendVarint(b, ev.Received-e.prevReceived)
	e.prevTime, e.prevReceived = ev.Time, ev.Received
	for i, v := range e.vals {
		col := l.cols[i]
		if i > 0 {
			if off, ok := offset(e.vals[0], v); ok {
				e.last[col] = v
				b = binary.AppendUvarint(b, uint64(len(v))<<1|1)
				b = binary.AppendUvarint(b, uint64(off))
				continue
			}
		}
		if v == e.last[col] {
			b = append(b, 0)
			continue
		}
		e.last[col] = v
		b = binary.AppendUvarint(b, uint64(len(v)+1)<<1)
		b = append(b, v...)
	}
	e.records = b

	h := &e.h
	if h.n == 0 {
		h.tmin, h.tmax, h.rmin, h.rmax = ev.Time, ev.Time, ev.Received, ev.Received
	}
	h.tmin, h.tmax = min(h.tmin, ev.Time), max(h.tmax, ev.Time)
	h.rmin, h.rmax = min(h.rmin, ev.Received), max(h.rmax, ev.Received)
	h.n++
}

// offset returns where in base v lies, if v is a view of base's own bytes, as
// parsers make them. It compares addresses: searching would cost more than the
// bytes it saves.
func offset(base, v string) (int, bool) {
	if len(v) == 0 || len(v) > len(base) {
		return 0, false
	}
	off := uintptr(unsafe.Pointer(unsafe.StringData(v))) - uintptr(unsafe.Pointer(unsafe.StringData(base)))
	if off > uintptr(len(base)-len(v)) {
		return 0, false
	}
	return int(off), true // both are alive, so these are the same bytes
}

// row ends the row and returns its blob, valid until the next call.
func (e *encoder) row() ([]byte, error) {
	b := binary.AppendUvarint(e.body[:0], uint64(e.nnames))
	b = append(b, e.names...)
	b = binary.AppendUvarint(b, uint64(len(e.shapes)))
	b = append(b, e.shapeb...)
	b = append(b, e.records...)
	e.body = b
	if len(b) > maxBodyBytes {
		return nil, errTooLarge
	}

	out := append(e.out[:0], 0, 0, 0, 0, codecVersion)
	out = binary.AppendUvarint(out, e.h.first)
	out = binary.AppendUvarint(out, uint64(e.h.n))
	for _, t := range [...]int64{e.h.tmin, e.h.tmax, e.h.rmin, e.h.rmax} {
		out = binary.AppendVarint(out, t)
	}
	at, need := len(out), s2.MaxEncodedLen(len(b))
	if cap(out) < at+need {
		out = append(make([]byte, 0, at+need), out...)
	}
	out = out[:at+len(s2.Encode(out[at:at+need], b))]
	binary.LittleEndian.PutUint32(out, crc32.Checksum(out[4:], castagnoli))
	e.out = out
	if cap(e.records) > 4*maxRowBytes { // one huge event must not be paid for forever
		e.records, e.body, e.out = nil, nil, nil
	}
	return out, nil
}

// What can be wrong with a row.
var (
	errChecksum = errors.New("its checksum does not match")
	errFormat   = errors.New("its content makes no sense")
)
