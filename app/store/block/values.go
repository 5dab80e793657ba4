package block

import (
	"encoding/binary"
	"unsafe"
)

// values are the unpacked values of a field.
type values struct {
	kind byte
	rows int

	all string // kindConst

	list  []string // kindDict: the value of code k is list[k-1]
	codes codes    //   0 for absent

	width  int    // kindInt: of the numbers, 1 + the value, 0 for absent
	planes string //   all their lowest bytes, then the next

	there Bits // kindDict, kindInt, kindPlain: the rows that have a value

	ends   []uint32 // kindPlain: where each row's value ends in joined
	joined string

	text *textValues // kindText, kindPart
}

func (v *values) readDict(s *source) (size int) {
	n := s.uvarint()
	v.list = s.texts(n)
	v.codes = s.codes(v.rows, len(v.list)+1)
	if s.bad {
		return 0
	}
	v.there = nonzero(v.codes.low, v.rows)
	if v.codes.high != "" {
		v.there.or(nonzero(v.codes.high, v.rows))
	}
	return 16 * len(v.list)
}

func (v *values) readPlain(s *source) {
	v.there = newBits(v.rows)
	v.ends = make([]uint32, v.rows)
	total := uint64(0)
	for i := range v.ends {
		if n := s.uvarint(); n > 0 {
			v.there.set(i)
			total += n - 1
		}
		if total > maxColumnBytes {
			s.bad = true
			return
		}
		v.ends[i] = uint32(total)
	}
	v.joined = s.take(total)
}

// intAt returns 1 + the value of a kindInt column, 0 for absent.
func (v *values) intAt(row int) uint64 { return planeAt(v.planes, v.width, v.rows, row) }

func planeAt(planes string, width, n, i int) uint64 {
	x := uint64(0)
	for w := range width {
		x |= uint64(planes[w*n+i]) << (8 * w)
	}
	return x
}

func (v *values) plainAt(row int) string {
	from := uint32(0)
	if row > 0 {
		from = v.ends[row-1]
	}
	return v.joined[from:v.ends[row]]
}

// present returns those of the rows that have the field.
func (v *values) present(within Bits) Bits {
	out := within.clone()
	switch v.kind {
	case kindDict, kindInt, kindPlain:
		out.and(v.there)
	}
	return out
}

// nonzero returns the rows of which a byte in one of the planes, of n rows
// each, is not zero.
func nonzero(planes string, n int) Bits {
	out := newBits(n)
	p := unsafe.Slice(unsafe.StringData(planes), len(planes))
	const low, high = 0x7f7f7f7f7f7f7f7f, 0x0101010101010101
	row := 0
	for ; row+8 <= n; row += 8 {
		x := uint64(0)
		for at := row; at < len(p); at += n {
			x |= binary.LittleEndian.Uint64(p[at:])
		}
		// The lowest bit of each byte that is not zero, gathered in one byte.
		x = ((x&low + low) | x) >> 7 & high
		out[row>>6] |= (x * 0x0102040810204080 >> 56) << (row & 63)
	}
	for ; row < n; row++ {
		for at := row; at < len(p); at += n {
			if p[at] != 0 {
				out.set(row)
			}
		}
	}
	return out
}
