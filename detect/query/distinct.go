package query

import (
	"hash/maphash"
	"math"
	"math/bits"
	"time"
)

// Bounds of dcount. Up to maxExact values of a group are counted exactly, if
// the sets of all groups together stay below maxSetBytes. Beyond that a
// group's count is an estimate: HyperLogLog with 4,096 registers, whose
// standard error is 1.6 %, or for groups that were still small when memory
// ran out with 256 registers, 6.5 %.
const (
	maxExact    = 64 << 10
	maxSetBytes = 64 << 20
	bigSketch   = 4096
	smallSketch = 256
)

// hashSeed makes it impossible to choose values that look alike. Estimates,
// not exact counts, therefore differ a little from one start of the program
// to the next.
var hashSeed = maphash.MakeSeed()

func hashText(s string) uint64 { return maphash.String(hashSeed, s) }

// hashTime is hashText of event.FormatTime without the text.
func hashTime(at int64) uint64 {
	var b [len(time.RFC3339Nano)]byte
	return maphash.Bytes(hashSeed, time.Unix(0, at).UTC().AppendFormat(b[:0], time.RFC3339Nano))
}

// distinct counts different values by their 64-bit hashes: that two of 65,536
// values share one happens once in 10^10 groups.
type distinct struct {
	set       []uint64 // open addressing; 0 is a free slot; nil once there is a sketch
	n         int      // hashes in the set
	registers []uint8  // HyperLogLog; nil while exact
}

func (s *agg) distinct(a *Accumulator) *distinct {
	if s.values == nil {
		s.values = &distinct{set: make([]uint64, 8)}
		a.sets += 8 * 8
	}
	return s.values
}

func (d *distinct) add(a *Accumulator, h uint64) {
	if h == 0 {
		h = 1
	}
	if d.registers != nil {
		d.note(h)
		return
	}
	at := slot(d.set, h)
	if d.set[at] == h {
		return
	}
	if (d.n+1)*4 <= len(d.set)*3 && d.n < maxExact {
		d.set[at] = h
		d.n++
		return
	}
	d.grow(a)
	d.add(a, h)
}

// slot returns where the hash is or belongs. A set always has a free slot.
func slot(set []uint64, h uint64) int {
	at := int(h) & (len(set) - 1)
	for set[at] != 0 && set[at] != h {
		at = (at + 1) & (len(set) - 1)
	}
	return at
}

// grow doubles the set or gives it up for a sketch.
func (d *distinct) grow(a *Accumulator) {
	bytes := int64(len(d.set)) * 8
	switch {
	case d.n >= maxExact:
		d.sketch(a, bigSketch)
	case bytes < smallSketch || a.sets+2*bytes <= maxSetBytes:
		set := make([]uint64, 2*len(d.set))
		for _, h := range d.set {
			if h != 0 {
				set[slot(set, h)] = h
			}
		}
		d.set = set
		a.sets += bytes
	case bytes >= bigSketch:
		d.sketch(a, bigSketch)
	default: // its bytes were counted when the group was made
		d.sketch(a, smallSketch)
	}
}

// sketch turns the set into registers.
func (d *distinct) sketch(a *Accumulator, size int) {
	a.sets -= int64(len(d.set)) * 8
	if size == bigSketch {
		a.sets += bigSketch
	}
	d.registers = make([]uint8, size)
	for _, h := range d.set {
		if h != 0 {
			d.note(h)
		}
	}
	d.set, d.n = nil, 0
}

// note puts a hash into the registers: its first bits choose one, which keeps
// the longest run of zeros seen after them.
func (d *distinct) note(h uint64) {
	p := bits.TrailingZeros(uint(len(d.registers)))
	at := h >> (64 - p)
	run := uint8(bits.LeadingZeros64(h<<p|1<<(p-1)) + 1)
	d.registers[at] = max(d.registers[at], run)
}

// merge adds the values of another one.
func (d *distinct) merge(a *Accumulator, from *distinct) {
	if from.registers == nil {
		for _, h := range from.set {
			if h != 0 {
				d.add(a, h)
			}
		}
		return
	}
	if d.registers == nil {
		d.sketch(a, len(from.registers))
	}
	registers := from.registers
	if len(d.registers) < len(registers) {
		registers = narrow(registers)
	} else if len(d.registers) > len(registers) {
		a.sets -= bigSketch
		d.registers = narrow(d.registers)
	}
	for i, run := range registers {
		d.registers[i] = max(d.registers[i], run)
	}
}

// narrow makes the small sketch that the same values would have made: the
// bits that no longer choose a register are the first of the run.
func narrow(registers []uint8) []uint8 {
	const gone = 4 // bits: bigSketch / smallSketch is 16
	out := make([]uint8, smallSketch)
	for i, run := range registers {
		if run == 0 {
			continue
		}
		if low := uint8(i) & (1<<gone - 1); low != 0 {
			run = uint8(bits.LeadingZeros8(low)-(8-gone)) + 1
		} else {
			run += gone
		}
		out[i>>gone] = max(out[i>>gone], run)
	}
	return out
}

// count returns the number of different values. The estimate is Ertl's, which
// needs no correction for small or large numbers (O. Ertl, "New cardinality
// estimation algorithms for HyperLogLog sketches", arXiv:1702.01284).
func (d *distinct) count() int {
	if d.registers == nil {
		return d.n
	}
	m := float64(len(d.registers))
	q := 64 - bits.TrailingZeros(uint(len(d.registers)))
	var runs [66]float64
	for _, r := range d.registers {
		runs[r]++
	}
	z := m * tau(1-runs[q+1]/m)
	for k := q; k >= 1; k-- {
		z = (z + runs[k]) / 2
	}
	z += m * sigma(runs[0]/m)
	return int(math.Round(m * m / (2 * math.Ln2) / z))
}

func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	for y, z := 1.0, x; ; y *= 2 {
		x *= x
		before := z
		if z += x * y; z == before {
			return z
		}
	}
}

func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	for y, z := 0.5, 1-x; ; y /= 2 {
		x = math.Sqrt(x)
		before := z
		if z -= (1 - x) * (1 - x) * y; z == before {
			return z / 3
		}
	}
}
