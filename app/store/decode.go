package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"unsafe"

	"github.com/klauspost/compress/s2"

	"porchlight/app/store/block"
	"porchlight/ingest/event"
)

// decoder reads one row, event by event.
type decoder struct {
	h   header
	day int

	names  []event.Ref
	shapes [][]uint32
	last   []string // per name

	raw  string // the rest of the body; values are views of it
	size int    // bytes of the whole body
	i    int    // events read
	err  error

	prevTime, prevReceived int64
}

// newDecoder checks a row's blob and prepares to read its events. Their values
// are in buf if it is long enough.
func newDecoder(day int, data, buf []byte) (*decoder, error) {
	if len(data) < 5 || binary.LittleEndian.Uint32(data) != crc32.Checksum(data[4:], castagnoli) {
		return nil, errChecksum
	}
	return decodePayload(day, data[4:], buf)
}

// decodePayload is newDecoder after the checksum.
func decodePayload(day int, data, buf []byte) (*decoder, error) {
	if len(data) == 0 {
		return nil, errFormat
	}
	if data[0] != codecVersion {
		return nil, fmt.Errorf("its format %d is unknown: %w", data[0], ErrNewer)
	}
	data = data[1:]
	d := &decoder{day: day}
	var nums [2]uint64
	for i := range nums {
		v, k := binary.Uvarint(data)
		if k <= 0 {
			return nil, errFormat
		}
		nums[i], data = v, data[k:]
	}
	for _, t := range [...]*int64{&d.h.tmin, &d.h.tmax, &d.h.rmin, &d.h.rmax} {
		v, k := binary.Varint(data)
		if k <= 0 {
			return nil, errFormat
		}
		*t, data = v, data[k:]
	}
	size, err := s2.DecodedLen(data)
	if err != nil || size > maxBodyBytes {
		return nil, errFormat
	}
	body, err := s2.Decode(buf, data)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	// Each event takes at least three bytes.
	if nums[1] == 0 || nums[1] > uint64(len(body))/3 {
		return nil, errFormat
	}
	d.h.first, d.h.n = nums[0], int(nums[1])
	d.size = len(body)
	// body is not written to while the values are in use.
	d.raw = unsafe.String(unsafe.SliceData(body), len(body))
	return d, d.tables()
}

func (d *decoder) tables() error {
	count := d.uvarint()
	if count > uint64(len(d.raw)) {
		return errFormat
	}
	d.names = make([]event.Ref, count)
	d.last = make([]string, count)
	for i := range d.names {
		// Names outlive the row in the events that are handed out.
		ref := event.Resolve(strings.Clone(d.bytes(d.uvarint())))
		if ref.Field >= event.NumFields {
			ref.Field = event.None // the name of a computed field: keep it as text
		}
		d.names[i] = ref
	}
	count = d.uvarint()
	if count > uint64(len(d.raw)) {
		return errFormat
	}
	d.shapes = make([][]uint32, count)
	var cols []uint32
	for i := range d.shapes {
		n := d.uvarint()
		if n > uint64(len(d.raw)) {
			return errFormat
		}
		at := len(cols)
		for range n {
			col := d.uvarint()
			if col >= uint64(len(d.names)) {
				return errFormat
			}
			cols = append(cols, uint32(col))
		}
		d.shapes[i] = cols[at:len(cols):len(cols)]
	}
	return d.err
}

// next reads the next event into ev, which it resets, and reports whether there
// was one. The values are views of the row's body.
func (d *decoder) next(ev *event.Event) bool {
	if d.i >= d.h.n || d.err != nil {
		return false
	}
	ev.Reset()
	shape := d.uvarint()
	d.prevTime += d.varint()
	d.prevReceived += d.varint()
	if shape >= uint64(len(d.shapes)) {
		d.err = errFormat
		return false
	}
	ev.ID = event.NewID(d.day, d.h.first+uint64(d.i))
	ev.Time, ev.Received = d.prevTime, d.prevReceived
	var base string
	for i, col := range d.shapes[shape] {
		v := d.value(col, base)
		if i == 0 {
			base = v
		}
		switch ref := &d.names[col]; {
		case ref.Field == event.None:
			ev.SetExtra(ref.Name, v)
		case v == "":
			ev.SetEmpty(ref.Field)
		default:
			ev.Set(ref.Field, v)
		}
	}
	d.i++
	return d.err == nil
}

func (d *decoder) value(col uint32, base string) string {
	tag := d.uvarint()
	switch {
	case tag == 0:
		return d.last[col]
	case tag&1 == 0:
		d.last[col] = d.bytes(tag>>1 - 1)
	default:
		n, off := tag>>1, d.uvarint()
		if off > uint64(len(base)) || n > uint64(len(base))-off {
			d.err = errFormat
			return ""
		}
		d.last[col] = base[off : off+n]
	}
	return d.last[col]
}

func (d *decoder) bytes(n uint64) string {
	if n > uint64(len(d.raw)) {
		d.err = errFormat
		return ""
	}
	s := d.raw[:n]
	d.raw = d.raw[n:]
	return s
}

func (d *decoder) uvarint() uint64 {
	v, at := uvarintAt(d.raw, 0)
	if at > len(d.raw) {
		d.err, at = errFormat, len(d.raw)
	}
	d.raw = d.raw[at:]
	return v
}

// uvarintAt reads a number at an offset and returns the offset after it, one
// beyond the end of s if there is none.
func uvarintAt(s string, at int) (v uint64, next int) {
	if at < len(s) && s[at] < 0x80 {
		return uint64(s[at]), at + 1
	}
	return longUvarintAt(s, at)
}

func longUvarintAt(s string, at int) (v uint64, next int) {
	for i := 0; i < binary.MaxVarintLen64 && at < len(s); i++ {
		c := s[at]
		at++
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			return v, at
		}
	}
	return 0, len(s) + 1
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// into adds the rest of the row's events to a batch.
func (d *decoder) into(b *block.Batch) error {
	rest := b.AddData(d.raw) // where what is left of raw begins in the batch
	end := rest + len(d.raw)
	fields := make([]uint32, len(d.names))
	for i, r := range d.names {
		fields[i] = b.Field(r)
	}
	shapes := make([]uint32, len(d.shapes))
	var scratch []uint32
	most := 0
	for i, cols := range d.shapes {
		scratch = scratch[:0]
		for _, col := range cols {
			scratch = append(scratch, fields[col])
		}
		shapes[i] = b.Shape(scratch)
		most = max(most, len(cols))
	}
	last := make([]block.Value, len(d.names))
	for i := range last {
		last[i] = block.Part(0, 0)
	}
	values := make([]block.Value, most)
	for ; d.i < d.h.n; d.i++ {
		shape := d.uvarint()
		d.prevTime += d.varint()
		d.prevReceived += d.varint()
		if d.err != nil || shape >= uint64(len(d.shapes)) {
			return errFormat
		}
		cols := d.shapes[shape]
		start := end - len(d.raw)
		baseAt, baseLen := 0, uint64(0)
		raw, at := d.raw, 0
		for i, col := range cols {
			var tag uint64
			switch tag, at = uvarintAt(raw, at); {
			case tag == 0:
			case tag&1 == 0:
				n := int(tag>>1 - 1)
				if n > len(raw)-at {
					return errFormat
				}
				last[col] = block.Part(start+at, n)
				at += n
			default:
				var off uint64
				n := tag >> 1
				if off, at = uvarintAt(raw, at); off > baseLen || n > baseLen-off {
					return errFormat
				}
				last[col] = block.Part(baseAt+int(off), int(n))
			}
			values[i] = last[col]
			if i == 0 {
				baseAt, baseLen = last[col].Bounds()
			}
		}
		if at > len(raw) {
			return errFormat
		}
		d.raw = raw[at:]
		b.Add(d.h.first+uint64(d.i), d.prevTime, d.prevReceived, shapes[shape], values[:len(cols)])
	}
	return nil
}

// detach returns a copy of the event that may be kept: its values share one
// string of their own instead of holding on to the whole row.
func detach(ev *event.Event) event.Event {
	out := ev.Clone()
	base := ev.Get(event.EventOriginal)
	n := len(base)
	for _, v := range ev.Each() {
		if _, part := offset(base, v); !part {
			n += len(v)
		}
	}
	var b strings.Builder
	b.Grow(n)
	b.WriteString(base)
	for r, v := range ev.Each() {
		off, part := offset(base, v)
		if !part {
			off = b.Len()
			b.WriteString(v)
		}
		// Grow made room for all: the bytes do not move any more.
		put(&out, r, b.String()[off:off+len(v)])
	}
	return out
}

func put(ev *event.Event, r event.Ref, v string) {
	switch {
	case r.Field == event.None:
		ev.SetExtra(r.Name, v)
	case v == "":
		ev.SetEmpty(r.Field)
	default:
		ev.Set(r.Field, v)
	}
}
