package query

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"porchlight/ingest/event"
)

// Table returns what was counted so far, sorted and cut as Stats wants it. Rows
// that the order leaves equal are sorted by their keys; without an order all
// are. Numbers and addresses are sorted as such; what a group lacks comes last
// in either direction.
func (a *Accumulator) Table() Table {
	s := a.stats
	t := Table{Columns: s.columns(), Groups: len(a.order), Cut: a.cut}
	t.Rows = make([][]Cell, len(a.order))
	for i, g := range a.order {
		row := make([]Cell, 0, len(t.Columns))
		row = append(row, g.keys...)
		for j := range g.aggs {
			row = append(row, g.aggs[j].cell(&s.Aggs[j], g.n))
			t.Estimated = t.Estimated || g.aggs[j].values != nil && g.aggs[j].values.registers != nil
		}
		t.Rows[i] = row
	}
	order := slices.Clone(s.Sort)
	for i := range s.By {
		order = append(order, Order{Column: i})
	}
	s.sort(&t, order)
	if s.Head > 0 && len(t.Rows) > s.Head {
		t.Rows = slices.Clone(t.Rows[:s.Head])
	}
	return t
}

// columns describes the columns of the table.
func (s *Stats) columns() []Column {
	var out []Column
	for _, k := range s.By {
		c := Column{Name: k.Name, Field: event.Resolve(k.Field.Name)}
		switch {
		case k.Bin != 0:
			c.Kind = TimeColumn
		case len(k.Field.Refs) == 1:
			c.Field = k.Field.Refs[0]
		}
		out = append(out, c)
	}
	for i := range s.Aggs {
		c := Column{Name: s.Aggs[i].Name, Kind: NumberColumn}
		if s.Aggs[i].isTime() {
			c.Kind = TimeColumn
		}
		out = append(out, c)
	}
	return out
}

// comparer returns how two rows of the table are compared.
func (s *Stats) comparer(t *Table, order []Order) func(x, y int) int {
	compare := make([]func(x, y int) int, len(order))
	for i, o := range order {
		compare[i] = s.comparison(t, o.Column)
	}
	return func(x, y int) int {
		for i, o := range order {
			a, b := &t.Rows[x][o.Column], &t.Rows[y][o.Column]
			if a.Null || b.Null {
				switch {
				case !b.Null:
					return 1
				case !a.Null:
					return -1
				}
				continue
			}
			c := compare[i](x, y)
			if o.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	}
}

// sort brings the rows into an order.
func (s *Stats) sort(t *Table, order []Order) {
	full := s.comparer(t, order)
	// Most pairs differ in the first column's first eight bytes, which lie here
	// side by side.
	type row struct {
		prefix uint64
		i      int
	}
	rows := make([]row, len(t.Rows))
	for i := range rows {
		rows[i].i = i
	}
	if len(order) > 0 {
		prefix := s.prefix(t, order[0].Column)
		for i := range rows {
			switch {
			case t.Rows[i][order[0].Column].Null: // last in either direction
				rows[i].prefix = math.MaxUint64
			case order[0].Desc:
				rows[i].prefix = ^prefix(i)
			default:
				rows[i].prefix = prefix(i)
			}
		}
	}
	slices.SortFunc(rows, func(x, y row) int {
		if x.prefix != y.prefix {
			return cmp.Compare(x.prefix, y.prefix)
		}
		return full(x.i, y.i)
	})
	sorted := make([][]Cell, len(rows))
	for i, x := range rows {
		sorted[i] = t.Rows[x.i]
	}
	t.Rows = sorted
}

// prefix returns a number for each cell of a column: a smaller number means a
// smaller cell, equal ones mean nothing.
func (s *Stats) prefix(t *Table, column int) func(row int) uint64 {
	const sign = 1 << 63
	switch t.Columns[column].Kind {
	case NumberColumn:
		return func(row int) uint64 {
			n := t.Rows[row][column].Number + 0 // -0 is 0
			b := math.Float64bits(n)
			if n != n { // before all, as cmp.Compare has it
				return 0
			}
			if b&sign != 0 {
				return ^b
			}
			return b | sign
		}
	case TimeColumn:
		return func(row int) uint64 { return uint64(t.Rows[row][column].Time) ^ sign }
	}
	switch s.kind(column) {
	case event.Long:
		return func(int) uint64 { return 0 }
	case event.IP:
		return func(row int) uint64 {
			a, ok := addrKey(t.Rows[row][column].Text)
			switch {
			case !ok:
				return math.MaxUint64
			case a.bits == 32:
				return a.low & math.MaxUint32
			}
			return sign | a.high>>1
		}
	}
	return func(row int) uint64 {
		var b [8]byte
		copy(b[:], t.Rows[row][column].Text)
		return binary.BigEndian.Uint64(b[:])
	}
}

// kind returns what the texts of a column are compared as.
func (s *Stats) kind(column int) event.Kind {
	if refs := s.By[column].Field.Refs; len(refs) > 0 {
		return refs[0].Field.Kind()
	}
	return event.Keyword
}

// comparison returns how the cells of a column that are not Null are compared
// in two rows.
func (s *Stats) comparison(t *Table, column int) func(x, y int) int {
	cell := func(row int) *Cell { return &t.Rows[row][column] }
	switch t.Columns[column].Kind {
	case NumberColumn:
		return func(x, y int) int { return cmp.Compare(cell(x).Number, cell(y).Number) }
	case TimeColumn:
		return func(x, y int) int { return cmp.Compare(cell(x).Time, cell(y).Time) }
	}
	texts := func(x, y int) int { return strings.Compare(cell(x).Text, cell(y).Text) }
	switch s.kind(column) {
	case event.Long:
		return compareAs(t, column, ParseNumber, Number.Cmp, texts)
	case event.IP:
		return compareAs(t, column, addrKey, addrOrder.compare, texts)
	}
	return texts
}

// compareAs compares texts as what parse reads; what it cannot read comes after
// all that it can, and equals (1 and 01) are compared as text.
func compareAs[T any](t *Table, column int, parse func(string) (T, bool), compare func(T, T) int, texts func(x, y int) int) func(x, y int) int {
	type parsed struct {
		value T
		ok    bool
	}
	all := make([]parsed, len(t.Rows)) // each is compared many times
	for i := range all {
		all[i].value, all[i].ok = parse(t.Rows[i][column].Text)
	}
	return func(x, y int) int {
		a, b := &all[x], &all[y]
		switch {
		case a.ok && b.ok:
			return cmp.Or(compare(a.value, b.value), texts(x, y))
		case a.ok:
			return -1
		case b.ok:
			return 1
		}
		return texts(x, y)
	}
}

// addrOrder is an address as it is sorted: IPv4 first.
type addrOrder struct {
	bits      int
	high, low uint64
}

func addrKey(s string) (addrOrder, bool) {
	c, ok := ParseCIDR(s)
	if !ok {
		return addrOrder{}, false
	}
	a := c.Prefix.Addr()
	b := a.As16()
	return addrOrder{a.BitLen(), binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}, true
}

func (a addrOrder) compare(b addrOrder) int {
	return cmp.Or(cmp.Compare(a.bits, b.bits), cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low))
}
