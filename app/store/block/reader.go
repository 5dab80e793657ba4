package block

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/klauspost/compress/zstd"

	"porchlight/ingest/event"
)

// maxColumnBytes bounds an unpacked column: more than the largest that can be
// written, so that a damaged one cannot take all memory.
const maxColumnBytes = 1 << 30

// unpacker unpacks columns; its DecodeAll may be called from many goroutines.
var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxColumnBytes))
})

// unpack appends what is packed in data to buf.
func unpack(data, buf []byte) ([]byte, error) {
	z, err := unpacker()
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	out, err := z.DecodeAll(data, buf)
	if err != nil {
		return nil, damaged("%v", err)
	}
	return out, nil
}

// unpackText is unpack for data that is kept.
func unpackText(data []byte) (string, error) {
	out, err := unpack(data, nil)
	return view(out), err // out is never written to
}

// view is a string of the same bytes.
func view(p []byte) string { return unsafe.String(unsafe.SliceData(p), len(p)) }

// Reader reads one block. Columns are fetched and unpacked when they are
// first needed, and stay. It may be used by several goroutines at once.
type Reader struct {
	Bounds
	day    int
	fetch  func(col int) ([]byte, error)
	fields []field
	slots  [event.NumFields]int16 // 1 + index in fields
	extras map[string]int

	mu      sync.Mutex // while a column is unpacked
	columns []atomic.Pointer[values]
	numbers [3]atomic.Pointer[[]int64] // of colSeq, colTime, colReceived
	bytes   atomic.Int64
}

// field is an entry of the directory.
type field struct {
	ref  event.Ref
	kind byte
	text string // of kindConst
	of   int    // of kindSame and kindPart: the other field
}

// Open reads a block's directory. fetch returns a column's bytes by its
// number (an index of Block.Cols); it is called at most once at a time.
func Open(day int, fetch func(col int) ([]byte, error)) (*Reader, error) {
	r := &Reader{day: day, fetch: fetch, extras: map[string]int{}}
	data, err := fetch(colDirectory)
	if err != nil {
		return nil, err
	}
	text, err := unpackText(data)
	if err != nil {
		return nil, err
	}
	s := source{rest: text}
	if v := s.byte(); s.bad || v != version {
		return nil, ErrNewer
	}
	n := s.uvarint()
	if n == 0 || n > MaxRows {
		return nil, damaged("it says it has %d events", n)
	}
	r.N = int(n)
	var seqs [2]int64
	for _, v := range [...]*int64{&seqs[0], &seqs[1], &r.Tmin, &r.Tmax, &r.Rmin, &r.Rmax} {
		*v = s.varint()
	}
	r.Smin, r.Smax = uint64(seqs[0]), uint64(seqs[1])
	if r.Smin > r.Smax || r.Smax-r.Smin > math.MaxUint32 {
		return nil, damaged("its running numbers make no sense")
	}
	count := s.uvarint()
	for i := 0; uint64(i) < count && !s.bad; i++ {
		f := field{ref: event.Resolve(string([]byte(s.text())))} // names outlive the block in its events
		if f.ref.Field >= event.NumFields {
			f.ref.Field = event.None
		}
		switch f.kind = s.byte(); f.kind {
		case kindConst:
			f.text = s.text()
		case kindSame:
			f.of = int(s.uvarint())
			s.bad = s.bad || f.of < 0 || f.of >= i
		case kindPart:
			f.of = int(s.uvarint())
			s.bad = s.bad || f.of < 0 || uint64(f.of) >= count
		case kindDict, kindInt, kindPlain, kindText:
		default:
			s.bad = true
		}
		r.fields = append(r.fields, f)
		if f.ref.Field != event.None {
			r.slots[f.ref.Field] = int16(i + 1)
		} else {
			r.extras[f.ref.Name] = i
		}
	}
	for _, f := range r.fields {
		s.bad = s.bad || f.kind == kindPart && r.fields[f.of].kind != kindText
	}
	if s.bad || s.rest != "" || len(r.fields) > math.MaxInt16 {
		return nil, damaged("its directory makes no sense")
	}
	r.columns = make([]atomic.Pointer[values], len(r.fields))
	r.bytes.Store(int64(len(text) + 64*len(r.fields)))
	return r, nil
}

// Bytes returns how much memory the block takes at present.
func (r *Reader) Bytes() int64 { return r.bytes.Load() }

// number returns a column of numbers.
func (r *Reader) number(col int) ([]int64, error) {
	at := &r.numbers[col-colSeq]
	if p := at.Load(); p != nil {
		return *p, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := at.Load(); p != nil {
		return *p, nil
	}
	buf := unpacked.Get().(*[]byte)
	defer unpacked.Put(buf)
	data, err := r.packed(col)
	if err == nil {
		*buf, err = unpack(data, (*buf)[:0])
	}
	if err != nil {
		return nil, err
	}
	lo, hi := r.Tmin, r.Tmax
	switch col {
	case colSeq:
		lo, hi = int64(r.Smin), int64(r.Smax)
	case colReceived:
		lo, hi = r.Rmin, r.Rmax
	}
	out := make([]int64, r.N)
	if !readDeltas(out, view(*buf), lo, hi) {
		return nil, damaged("a column of its numbers or times makes no sense")
	}
	at.Store(&out)
	r.bytes.Add(int64(8 * r.N))
	return out, nil
}

// readDeltas reads what Encoder.deltas wrote; false when it is something else
// or a number is not between lo and hi.
func readDeltas(out []int64, text string, lo, hi int64) bool {
	s := source{rest: text}
	unit, prev := s.varint(), int64(0)
	rest := s.rest
	for i := range out {
		u, shift, more := uint64(0), 0, true
		for at := 0; more && at < len(rest) && shift < 64; at++ {
			b := rest[at]
			u |= uint64(b&0x7f) << shift
			if shift += 7; b < 0x80 {
				rest, more = rest[at+1:], false
				break
			}
		}
		prev += int64(u>>1) ^ -int64(u&1)
		v := prev * unit
		if more || v < lo || v > hi {
			return false
		}
		out[i] = v
	}
	return !s.bad && rest == ""
}

// unpacked are buffers for columns that are not kept as they are stored.
var unpacked = sync.Pool{New: func() any { return new([]byte) }}

// packed reads a column as it is stored.
func (r *Reader) packed(col int) ([]byte, error) {
	// A search that keeps all processors busy must not hold up those who store
	// events: a goroutine that comes back from the disk gets its turn here.
	runtime.Gosched()
	return r.fetch(col)
}

// column returns a field's values.
func (r *Reader) column(i int) (*values, error) {
	for r.fields[i].kind == kindSame {
		i = r.fields[i].of
	}
	if v := r.columns[i].Load(); v != nil {
		return v, nil
	}
	f := &r.fields[i]
	var v *values
	switch f.kind {
	case kindConst:
		v = &values{kind: kindConst, rows: r.N, all: f.text}
	case kindPart:
		of, err := r.column(f.of)
		if err != nil {
			return nil, err
		}
		if !of.text.parts {
			return nil, damaged("%s is not a part of %s", f.ref.Name, r.fields[f.of].ref.Name)
		}
		v = &values{kind: kindPart, rows: r.N, text: of.text}
	default:
		return r.load(i)
	}
	r.columns[i].Store(v)
	return v, nil
}

func (r *Reader) load(i int) (*values, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v := r.columns[i].Load(); v != nil {
		return v, nil
	}
	data, err := r.packed(colFields + i)
	if err != nil {
		return nil, err
	}
	text, err := unpackText(data)
	if err != nil {
		return nil, err
	}
	v := &values{kind: r.fields[i].kind, rows: r.N}
	s := source{rest: text}
	size := len(text)
	switch v.kind {
	case kindDict:
		size += v.readDict(&s)
	case kindInt:
		if v.width, v.planes = s.planes(r.N); !s.bad {
			v.there = nonzero(v.planes, r.N)
		}
	case kindPlain:
		v.readPlain(&s)
		size += 4 * r.N
	case kindText:
		v.text = &textValues{rows: r.N}
		size += v.text.read(&s, r.fields)
	}
	if s.bad || s.rest != "" {
		return nil, damaged("the values of %s make no sense", r.fields[i].ref.Name)
	}
	r.columns[i].Store(v)
	r.bytes.Add(int64(size))
	return v, nil
}

// lookup returns the index of a field, -1 if no event of the block has it.
func (r *Reader) lookup(ref event.Ref) int {
	switch {
	case ref.Field == event.None:
		if i, ok := r.extras[ref.Name]; ok {
			return i
		}
	case ref.Field < event.NumFields:
		return int(r.slots[ref.Field]) - 1
	}
	return -1
}

// source reads what an Encoder wrote; bad says that it did not.
type source struct {
	rest string
	bad  bool
}

func (s *source) byte() byte {
	if s.rest == "" {
		s.bad = true
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b
}

func (s *source) uvarint() uint64 {
	v, n := uvarint(s.rest)
	if n == 0 {
		s.bad, s.rest = true, ""
		return 0
	}
	s.rest = s.rest[n:]
	return v
}

func (s *source) varint() int64 {
	u := s.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (s *source) text() string { return s.take(s.uvarint()) }

func (s *source) take(n uint64) string {
	if n > uint64(len(s.rest)) {
		s.bad, s.rest = true, ""
		return ""
	}
	out := s.rest[:n]
	s.rest = s.rest[n:]
	return out
}

// texts reads a list of n texts.
func (s *source) texts(n uint64) []string {
	if n > uint64(len(s.rest)) {
		s.bad = true
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = s.text()
	}
	return out
}

// planes reads n numbers as appendInts wrote them.
func (s *source) planes(n int) (width int, planes string) {
	width = int(s.byte())
	s.bad = s.bad || width > 8
	return width, s.take(uint64(width) * uint64(n))
}

// codes reads n numbers below limit as appendCodes wrote them.
func (s *source) codes(n, limit int) codes {
	c := codes{low: s.take(uint64(n))}
	if limit > math.MaxUint8+1 {
		c.high = s.take(uint64(n))
	}
	if s.bad {
		return codes{}
	}
	for i := range n {
		s.bad = s.bad || c.at(i) >= limit
	}
	return c
}

// codes are small numbers, one a row.
type codes struct{ low, high string }

func (c codes) at(i int) int {
	k := int(c.low[i])
	if c.high != "" {
		k |= int(c.high[i]) << 8
	}
	return k
}
