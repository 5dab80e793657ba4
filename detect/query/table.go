package query

import (
	"cmp"
	"slices"
	"strings"

	"porchlight/ingest/event"
)

// Table returns what was counted so far, sorted and cut as Stats wants it.
// Rows that the order leaves equal are sorted by their keys; without an order
// all are. Numbers and addresses are sorted as such; what a group lacks is
// last, whichever the direction.
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
	compare := make([]func(a, b *Cell) int, len(order))
	for i, o := range order {
		compare[i] = s.comparison(o.Column, t.Columns[o.Column].Kind)
	}
	slices.SortFunc(t.Rows, func(x, y []Cell) int {
		for i, o := range order {
			a, b := &x[o.Column], &y[o.Column]
			if a.Null || b.Null {
				switch {
				case !b.Null:
					return 1
				case !a.Null:
					return -1
				}
				continue
			}
			c := compare[i](a, b)
			if o.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
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

// comparison returns how cells of a column that are not Null are compared.
func (s *Stats) comparison(column int, kind ColumnKind) func(a, b *Cell) int {
	switch kind {
	case NumberColumn:
		return func(a, b *Cell) int { return cmp.Compare(a.Number, b.Number) }
	case TimeColumn:
		return func(a, b *Cell) int { return cmp.Compare(a.Time, b.Time) }
	}
	first := event.Keyword
	if refs := s.By[column].Field.Refs; len(refs) > 0 {
		first = refs[0].Field.Kind()
	}
	switch first {
	case event.Long:
		return func(a, b *Cell) int { return compareAs(a.Text, b.Text, ParseNumber, Number.Cmp) }
	case event.IP:
		return func(a, b *Cell) int {
			return compareAs(a.Text, b.Text, ParseCIDR, func(x, y CIDR) int { return x.Prefix.Addr().Compare(y.Prefix.Addr()) })
		}
	}
	return func(a, b *Cell) int { return strings.Compare(a.Text, b.Text) }
}

// compareAs compares texts as what parse reads; what it cannot read is behind
// all that it can, and equals (1 and 01) are compared as text.
func compareAs[T any](a, b string, parse func(string) (T, bool), compare func(T, T) int) int {
	x, xok := parse(a)
	y, yok := parse(b)
	switch {
	case xok && yok:
		return cmp.Or(compare(x, y), strings.Compare(a, b))
	case xok:
		return -1
	case yok:
		return 1
	}
	return strings.Compare(a, b)
}
