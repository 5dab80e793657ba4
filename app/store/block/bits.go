package block

import (
	"math/bits"
	"sync"
)

// Bits is a set of rows.
type Bits []uint64

func newBits(n int) Bits { return make(Bits, (n+63)/64) }

// fullBits is the set of all n rows.
func fullBits(n int) Bits {
	b := newBits(n)
	for i := range b {
		b[i] = ^uint64(0)
	}
	if r := n % 64; r != 0 {
		b[len(b)-1] = 1<<r - 1
	}
	return b
}

func (b Bits) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b Bits) unset(i int)    { b[i>>6] &^= 1 << (i & 63) }
func (b Bits) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// Has reports whether row i is in the set.
func (b Bits) Has(i int) bool { return b.has(i) }

// Count returns the number of rows in the set.
func (b Bits) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty reports whether the set has no rows.
func (b Bits) Empty() bool { return b.empty() }

func (b Bits) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

func (b Bits) clone() Bits { return append(Bits(nil), b...) }

func (b Bits) and(o Bits) {
	for i := range b {
		b[i] &= o[i]
	}
}

func (b Bits) or(o Bits) {
	for i := range b {
		b[i] |= o[i]
	}
}

func (b Bits) andNot(o Bits) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// Each calls f with each row of the set, in order, until f returns false.
func (b Bits) Each(f func(row int) bool) {
	for i, w := range b {
		for w != 0 {
			if !f(i<<6 + bits.TrailingZeros64(w)) {
				return
			}
			w &= w - 1
		}
	}
}

// each is Each without a way to stop.
func (b Bits) each(f func(row int)) {
	for i, w := range b {
		if w == ^uint64(0) {
			for row := i << 6; row < (i+1)<<6; row++ {
				f(row)
			}
			continue
		}
		for w != 0 {
			f(i<<6 + bits.TrailingZeros64(w))
			w &= w - 1
		}
	}
}

// lists are the buffers of list.
var lists = sync.Pool{New: func() any { return new([MaxRows]uint16) }}

// list calls f with the rows of the set, in order: a loop over them is faster
// than a call for each.
func (b Bits) list(f func(rows []uint16)) {
	buf := lists.Get().(*[MaxRows]uint16)
	defer lists.Put(buf)
	n := 0
	for i, w := range b {
		if w == ^uint64(0) {
			for row := range 64 {
				buf[n+row] = uint16(i<<6 + row)
			}
			n += 64
			continue
		}
		for w != 0 {
			buf[n] = uint16(i<<6 + bits.TrailingZeros64(w))
			n++
			w &= w - 1
		}
	}
	f(buf[:n])
}
