package block

import "hash/maphash"

// dictionary numbers the different values of a column in the order in which
// they come.
type dictionary struct {
	slots  []dictSlot // open addressing; a slot with code 0 is free
	spare  []dictSlot // to grow into
	values []Value
}

type dictSlot struct {
	hash uint32
	code uint32 // 1 + index in values
}

var dictSeed = maphash.MakeSeed()

const minDictSlots = 1 << 9

func (d *dictionary) reset() {
	if d.slots == nil {
		d.slots = make([]dictSlot, minDictSlots)
	}
	d.slots = d.slots[:minDictSlots] // most columns have few values: there is little to clear
	clear(d.slots)
	d.values = d.values[:0]
}

// number returns the number of a value, from 0; isNew says that it has just
// been assigned. A new one is refused when there are limit values.
func (d *dictionary) number(b *Batch, v Value, limit int) (n int, isNew, ok bool) {
	s := b.text(v)
	h := uint32(maphash.String(dictSeed, s))
	mask := uint32(len(d.slots) - 1)
	i := h & mask
	for ; d.slots[i].code != 0; i = (i + 1) & mask {
		if x := d.slots[i]; x.hash == h && b.text(d.values[x.code-1]) == s {
			return int(x.code - 1), false, true
		}
	}
	if len(d.values) >= limit {
		return 0, false, false
	}
	d.values = append(d.values, v)
	d.slots[i] = dictSlot{h, uint32(len(d.values))}
	if 2*len(d.values) > len(d.slots) {
		d.grow()
	}
	return len(d.values) - 1, true, true
}

func (d *dictionary) grow() {
	old := d.slots
	n := 4 * len(old)
	d.slots = resized(d.spare, n)
	d.spare = old
	mask := uint32(n - 1)
	for _, x := range old {
		if x.code == 0 {
			continue
		}
		i := x.hash & mask
		for d.slots[i].code != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = x
	}
}
