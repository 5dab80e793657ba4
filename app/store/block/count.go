package block

import (
	"slices"
	"sync"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

const (
	// maxDense bounds the tables that are indexed directly by combinations of
	// codes; larger ones are maps.
	maxDense = 1 << 18

	// maxKeys is the most keys whose combinations of codes fit into 64 bits;
	// with more, events are counted one by one.
	maxKeys = 4
)

// coded is a field's value in each row, as an index in cells.
type coded struct {
	of    []uint32 // by row; only those of the selected rows mean something
	cells []query.Cell
	room  *[MaxRows]uint32
}

// rooms are the memory of coded.of.
var rooms = sync.Pool{New: func() any { return new([MaxRows]uint32) }}

func newCoded(rows int) coded {
	room := rooms.Get().(*[MaxRows]uint32)
	return coded{room: room, of: room[:rows]}
}

// done gives the memory back.
func (c *coded) done() { rooms.Put(c.room) }

// Count adds the selected rows to a, which counts for s. Every combination of
// keys is put into words once, not once a row.
func (b *Rows) Count(s *query.Stats, sel Bits, a *query.Accumulator) {
	if sel.empty() || b.err != nil {
		return
	}
	if len(s.By) > maxKeys {
		sel.Each(func(row int) bool {
			ev := b.Event(row)
			if b.err == nil {
				a.Add(&ev)
			}
			return b.err == nil
		})
		return
	}
	if b.countCodes(s, sel, a) {
		return
	}
	keys := make([]coded, len(s.By))
	size := uint64(1)
	for i := range s.By {
		keys[i] = b.key(&s.By[i], sel)
		defer keys[i].done()
		size *= uint64(len(keys[i].cells))
	}
	if b.err != nil {
		return
	}

	// of is the combination of keys of each row; groups are those that each
	// counts in.
	var of []uint32
	var counts []int
	var groups [][]*query.Group
	if len(keys) == 1 {
		of = keys[0].of
		counts = make([]int, size)
		sel.list(func(rows []uint16) {
			for _, row := range rows {
				counts[of[row]]++
			}
		})
		groups = make([][]*query.Group, size)
		all := make([]*query.Group, 0, size)
		for i := range counts {
			if counts[i] > 0 {
				from := len(all)
				all = a.Groups(all, keys[0].cells[i:i+1])
				groups[i] = all[from:len(all):len(all)]
			}
		}
	} else {
		all := newCoded(b.r.N)
		defer all.done()
		of = all.of
		counts, groups = combined(of, keys, size, sel, a)
	}
	for n, list := range groups {
		for _, g := range list {
			g.AddN(counts[n])
		}
	}
	for i := range s.Aggs {
		switch f := s.Aggs[i].Field; {
		case f.Refs == nil:
		case s.Aggs[i].Numeric() && b.aggregateInts(i, f, sel, of, groups):
		default:
			b.aggregate(i, f, sel, of, groups)
		}
	}
}

// countCodes is Count for events by one field that is a list of values here:
// its codes can be counted as they are. It is false for anything else.
func (b *Rows) countCodes(s *query.Stats, sel Bits, a *query.Accumulator) bool {
	if len(s.By) != 1 || s.By[0].Bin != 0 || len(s.By[0].Field.Refs) != 1 || s.By[0].Field.Refs[0].Field >= event.NumFields ||
		slices.ContainsFunc(s.Aggs, func(g query.Agg) bool { return g.Field.Refs != nil }) {
		return false
	}
	i := b.r.lookup(s.By[0].Field.Refs[0])
	if i < 0 {
		return false
	}
	v := b.col(i)
	if v == nil || v.kind != kindDict {
		return false
	}
	counts := make([]int32, len(v.list)+1)
	sel.list(func(rows []uint16) {
		for _, row := range rows {
			counts[v.codes.at(int(row))]++
		}
	})
	cell := make([]query.Cell, 1)
	var groups []*query.Group
	for code, n := range counts {
		if n == 0 {
			continue
		}
		if cell[0] = (query.Cell{Null: true}); code > 0 {
			cell[0] = query.Cell{Text: v.list[code-1]}
		}
		groups = a.Groups(groups[:0], cell)
		for _, g := range groups {
			g.AddN(int(n))
		}
	}
	return true
}

// combined numbers the combinations of keys of the rows in order of first use.
func combined(of []uint32, keys []coded, size uint64, sel Bits, a *query.Accumulator) (counts []int, groups [][]*query.Group) {
	cells := make([]query.Cell, len(keys))
	known := combinations(size)
	sel.each(func(row int) {
		k := uint64(0)
		for i := range keys {
			k = k*uint64(len(keys[i].cells)) + uint64(keys[i].of[row])
		}
		n, fresh := known(k)
		if fresh {
			for i := range keys {
				cells[i] = keys[i].cells[keys[i].of[row]]
			}
			groups = append(groups, a.Groups(nil, cells))
			counts = append(counts, 0)
		}
		of[row] = n
		counts[n]++
	})
	return counts, groups
}

// combinations numbers combinations below size in order of first use.
func combinations(size uint64) func(k uint64) (n uint32, fresh bool) {
	count := uint32(0)
	if size > maxDense {
		seen := map[uint64]uint32{}
		return func(k uint64) (uint32, bool) {
			n, ok := seen[k]
			if !ok {
				n = count
				seen[k] = n
				count++
			}
			return n, !ok
		}
	}
	seen := make([]uint32, size)
	return func(k uint64) (uint32, bool) {
		if n := seen[k]; n != 0 {
			return n - 1, false
		}
		count++
		seen[k] = count
		return count - 1, true
	}
}

// aggregate adds the values of an aggregation's field to the groups.
func (b *Rows) aggregate(agg int, f query.Field, sel Bits, of []uint32, groups [][]*query.Group) {
	if r := f.Refs[0]; r.Field == event.Timestamp || r.Field == event.EventIngested {
		times := b.Times()
		if r.Field == event.EventIngested {
			times = b.Received()
		}
		if b.err != nil {
			return
		}
		sel.each(func(row int) {
			for _, g := range groups[of[row]] {
				g.AddTime(agg, times[row], 1)
			}
		})
		return
	}
	vals := b.coded(f, sel)
	defer vals.done()
	if b.err != nil {
		return
	}
	add := func(group, code, n int) {
		if c := &vals.cells[code]; !c.Null && n > 0 {
			for _, g := range groups[group] {
				g.AddValue(agg, c.Text, n)
			}
		}
	}
	codes := len(vals.cells)
	if codes*len(groups) > maxDense {
		sel.each(func(row int) { add(int(of[row]), int(vals.of[row]), 1) })
		return
	}
	counts := make([]int32, codes*len(groups))
	sel.list(func(rows []uint16) {
		for _, row := range rows {
			counts[int(of[row])*codes+int(vals.of[row])]++
		}
	})
	for i, n := range counts {
		add(i/codes, i%codes, int(n))
	}
}

// aggregateInts is aggregate for a column of numbers; false when it is not one.
func (b *Rows) aggregateInts(agg int, f query.Field, sel Bits, of []uint32, groups [][]*query.Group) bool {
	if len(f.Refs) != 1 || f.Refs[0].Field >= event.NumFields {
		return false
	}
	i := b.r.lookup(f.Refs[0])
	if i < 0 {
		return true // there is nothing to add
	}
	v := b.col(i)
	if v == nil || v.kind != kindInt {
		return false
	}
	v.present(sel).list(func(rows []uint16) {
		for _, row := range rows {
			n := int64(v.intAt(int(row)) - 1)
			for _, g := range groups[of[row]] {
				g.AddWhole(agg, n, 1)
			}
		}
	})
	return true
}

// key reads what rows are grouped by.
func (b *Rows) key(k *query.Key, sel Bits) coded {
	if k.Bin == 0 {
		return b.coded(k.Field, sel)
	}
	c := newCoded(b.r.N)
	times, bin := b.Times(), int64(k.Bin)
	if b.err != nil {
		return c
	}
	code := numbering(&c, func(n int64) query.Cell { return query.Cell{Time: n * bin} })
	sel.each(func(row int) { c.of[row] = code(floorDiv(times[row], bin)) })
	return c
}

func floorDiv(a, b int64) int64 {
	d := a / b
	if a%b < 0 {
		d--
	}
	return d
}

// numbering gives each different key a code and a cell.
func numbering[K comparable](c *coded, cell func(K) query.Cell) func(K) uint32 {
	codes := map[K]uint32{}
	var last K
	var lastCode uint32
	started := false
	return func(k K) uint32 {
		if started && k == last {
			return lastCode
		}
		code, ok := codes[k]
		if !ok {
			code = uint32(len(c.cells))
			codes[k] = code
			c.cells = append(c.cells, cell(k))
		}
		last, lastCode, started = k, code, true
		return code
	}
}

// coded reads a field of the selected rows.
func (b *Rows) coded(f query.Field, sel Bits) coded {
	c := newCoded(b.r.N)
	rest := sel.clone()
	for _, r := range f.Refs {
		if rest.empty() || b.err != nil {
			return c
		}
		if r.Field >= event.NumFields {
			b.codedComputed(&c, r, rest)
			return c
		}
		i := b.r.lookup(r)
		if i < 0 {
			continue
		}
		v := b.col(i)
		if v == nil {
			return c
		}
		there := v.present(rest)
		rest.andNot(there)
		b.codedValues(&c, v, there)
	}
	if !rest.empty() {
		null := uint32(len(c.cells))
		c.cells = append(c.cells, query.Cell{Null: true})
		rest.each(func(row int) { c.of[row] = null })
	}
	return c
}

func (b *Rows) codedValues(c *coded, v *values, rows Bits) {
	textCell := func(s string) query.Cell { return query.Cell{Text: s} }
	switch v.kind {
	case kindConst:
		code := uint32(len(c.cells))
		c.cells = append(c.cells, textCell(v.all))
		rows.each(func(row int) { c.of[row] = code })
	case kindDict:
		codes := make([]uint32, len(v.list)+1) // 1 + the code
		rows.list(func(rows []uint16) {
			for _, row := range rows {
				k := v.codes.at(int(row))
				if codes[k] == 0 {
					c.cells = append(c.cells, textCell(v.list[k-1]))
					codes[k] = uint32(len(c.cells))
				}
				c.of[row] = codes[k] - 1
			}
		})
	case kindInt:
		code := numbering(c, func(n uint64) query.Cell { return textCell(string(appendNumber(nil, n))) })
		rows.each(func(row int) { c.of[row] = code(v.intAt(row) - 1) })
	case kindPlain:
		code := numbering(c, textCell)
		rows.each(func(row int) { c.of[row] = code(v.plainAt(row)) })
	default:
		code := numbering(c, textCell)
		rows.each(func(row int) {
			b.buf, _ = b.append(b.buf[:0], v, row)
			c.of[row] = code(string(b.buf))
		})
	}
}

// codedComputed is coded for what is computed from an event's times and
// number.
func (b *Rows) codedComputed(c *coded, r event.Ref, rows Bits) {
	nums := b.Times()
	switch r.Field {
	case event.EventIngested:
		nums = b.Received()
	case event.DocumentID:
		nums = b.Seqs()
	}
	if b.err != nil {
		return
	}
	code := numbering(c, func(n int64) query.Cell {
		if r.Field == event.DocumentID {
			return query.Cell{Text: event.NewID(b.r.day, uint64(n)).String()}
		}
		return query.Cell{Text: event.FormatTime(n)}
	})
	rows.each(func(row int) { c.of[row] = code(nums[row]) })
}
