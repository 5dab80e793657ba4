package block

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"unsafe"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Select returns the rows that match the plan's query; Limit is ignored. The
// result is meaningless after an error (Err).
func (b *Rows) Select(p *Plan) Bits {
	within := b.bounds(&p.query)
	if p.query.Expr == nil || within.empty() {
		return within
	}
	return b.eval(p.query.Expr, within)
}

// bounds returns the rows within the query's bounds.
func (b *Rows) bounds(q *query.Query) Bits {
	within := fullBits(b.r.N)
	if q.Since != 0 && b.r.Tmin < q.Since || q.Until != 0 && b.r.Tmax >= q.Until {
		within = newBits(b.r.N)
		for row, t := range b.Times() {
			if (q.Since == 0 || t >= q.Since) && (q.Until == 0 || t < q.Until) {
				within.set(row)
			}
		}
	}
	if q.AfterID != 0 && event.NewID(b.r.day, b.r.Smin) <= q.AfterID {
		for row, seq := range b.Seqs() {
			if event.NewID(b.r.day, uint64(seq)) <= q.AfterID {
				within.unset(row)
			}
		}
	}
	return within
}

// eval returns those of the rows that match.
func (b *Rows) eval(e query.Expr, within Bits) Bits {
	if within.empty() || b.err != nil {
		return newBits(b.r.N)
	}
	switch n := e.(type) {
	case nil:
		return within.clone()
	case query.Const:
		if n {
			return within.clone()
		}
		return newBits(b.r.N)
	case query.And:
		parts := slices.Clone(n)
		slices.SortStableFunc(parts, func(x, y query.Expr) int { return b.cost(x) - b.cost(y) })
		out := within.clone()
		for _, x := range parts {
			if out.empty() {
				break
			}
			out = b.eval(x, out)
		}
		return out
	case query.Or:
		rest, out := within.clone(), newBits(b.r.N)
		for _, x := range n {
			got := b.eval(x, rest)
			out.or(got)
			rest.andNot(got)
		}
		return out
	case query.Not:
		out := within.clone()
		out.andNot(b.eval(n.X, within))
		return out
	case query.ID:
		out := newBits(b.r.N)
		if id := event.ID(n); id.Day() == b.r.day && id.Seq() >= b.r.Smin && id.Seq() <= b.r.Smax {
			if row := slices.Index(b.Seqs(), int64(id.Seq())); row >= 0 && within.has(row) {
				out.set(row)
			}
		}
		return out
	case query.Exists:
		return b.present(n.Field, within)
	case query.Null:
		out := within.clone()
		out.andNot(b.present(n.Field, within))
		return out
	case query.Is:
		return b.is(n, within)
	case query.Keyword:
		rest, out := within.clone(), newBits(b.r.N)
		for i := range b.r.fields {
			if b.r.fields[i].kind == kindSame || b.r.fields[i].kind == kindPart && isPhrase(n.Test) {
				continue // the other one has the same, or all of it with the same words around
			}
			got := b.test(i, n.Test, rest)
			out.or(got)
			rest.andNot(got)
		}
		return out
	}
	return b.byEvent(e, within)
}

// isPhrase reports whether a test that a part of a text passes is passed by the
// text as well: the part begins and ends where words do.
func isPhrase(t query.Test) bool {
	_, ok := t.(query.Phrase)
	return ok
}

// byEvent asks the node about each event.
func (b *Rows) byEvent(e query.Expr, within Bits) Bits {
	out := newBits(b.r.N)
	within.Each(func(row int) bool {
		ev := b.Event(row)
		if b.err == nil && e.Match(&ev) {
			out.set(row)
		}
		return b.err == nil
	})
	return out
}

// cost ranks the parts of an And: the cheap ones narrow the rows for the
// others.
func (b *Rows) cost(e query.Expr) int {
	switch n := e.(type) {
	case query.Const, query.ID, query.Exists, query.Null:
		return 0
	case query.Is:
		cost := 1
		for _, r := range n.Field.Refs {
			i := b.r.lookup(r)
			if r.Field >= event.NumFields {
				cost = max(cost, 3)
			}
			if i < 0 {
				continue
			}
			switch b.r.fields[i].kind {
			case kindPlain:
				cost = max(cost, 2)
			case kindText, kindPart:
				cost = max(cost, 4)
			}
		}
		if _, ok := n.Test.(query.Regexp); ok {
			cost += 4
		}
		return cost
	case query.And:
		return b.sum(n)
	case query.Or:
		return b.sum(n)
	case query.Not:
		return b.cost(n.X)
	case query.Keyword:
		return 10
	}
	return 100
}

func (b *Rows) sum(parts []query.Expr) int {
	n := 0
	for _, x := range parts {
		n += b.cost(x)
	}
	return n
}

// present returns those of the rows that have the field.
func (b *Rows) present(f query.Field, within Bits) Bits {
	rest, out := within.clone(), newBits(b.r.N)
	for _, r := range f.Refs {
		got := b.presentRef(r, rest)
		out.or(got)
		rest.andNot(got)
	}
	return out
}

func (b *Rows) presentRef(r event.Ref, within Bits) Bits {
	if r.Field >= event.NumFields { // computed
		return within.clone()
	}
	i := b.r.lookup(r)
	if i < 0 {
		return newBits(b.r.N)
	}
	v := b.col(i)
	if v == nil {
		return newBits(b.r.N)
	}
	return v.present(within)
}

// is evaluates a test of a field.
func (b *Rows) is(n query.Is, within Bits) Bits {
	rest, out := within.clone(), newBits(b.r.N)
	for k, r := range n.Field.Refs {
		if r.Field >= event.NumFields {
			got := b.computed(r, k == 0, n.Test, rest)
			out.or(got)
			return out // it is always present: the others are not read
		}
		i := b.r.lookup(r)
		if i < 0 {
			continue
		}
		if k == len(n.Field.Refs)-1 {
			out.or(b.test(i, n.Test, rest))
			return out
		}
		there := b.presentRef(r, rest)
		out.or(b.test(i, n.Test, there))
		rest.andNot(there)
	}
	return out
}

// computed evaluates a test of a field that every event has and that is not a
// column: its times and number.
func (b *Rows) computed(r event.Ref, first bool, t query.Test, within Bits) Bits {
	out := newBits(b.r.N)
	times := b.Times()
	switch r.Field {
	case event.EventIngested:
		times = b.Received()
	case event.DocumentID:
		times = b.Seqs()
	}
	if b.err != nil {
		return out
	}
	if c, ok := t.(query.TimeCompare); ok && first && r.Field != event.DocumentID {
		within.each(func(row int) {
			if c.Holds(times[row]) {
				out.set(row)
			}
		})
		return out
	}
	within.each(func(row int) {
		text := ""
		if r.Field == event.DocumentID {
			text = event.NewID(b.r.day, uint64(times[row])).String()
		} else {
			text = event.FormatTime(times[row])
		}
		if t.Test(text) {
			out.set(row)
		}
	})
	return out
}

// test returns those of the rows that have the field and of which a value
// passes.
func (b *Rows) test(i int, t query.Test, within Bits) Bits {
	v := b.col(i)
	if v == nil || within.empty() {
		return newBits(b.r.N)
	}
	switch v.kind {
	case kindConst:
		if query.AnyValue(v.all, t) {
			return within.clone()
		}
		return newBits(b.r.N)
	case kindDict:
		return v.testDict(t, within)
	case kindInt:
		return v.testInts(t, within)
	case kindPlain:
		return v.testPlain(t, within)
	}
	return b.testText(v, t, within)
}

// maxSought is the most codes that are sought one by one, byte by byte, rather
// than by looking at every row's.
const maxSought = 4

func (v *values) testDict(t query.Test, within Bits) Bits {
	out := newBits(v.rows)
	if within.Count() < len(v.list)/4 {
		return v.testDictRows(t, within)
	}
	passes := make([]bool, len(v.list)+1) // by code
	var found []int
	for k, one := range v.list {
		if query.AnyValue(one, t) {
			passes[k+1] = true
			found = append(found, k+1)
		}
	}
	if len(found) <= maxSought {
		for _, k := range found {
			v.codes.seek(k, out)
		}
		out.and(within)
		return out
	}
	within.each(func(row int) {
		if passes[v.codes.at(row)] {
			out.set(row)
		}
	})
	return out
}

// testDictRows is testDict for few rows of many values.
func (v *values) testDictRows(t query.Test, within Bits) Bits {
	out := newBits(v.rows)
	passes := make([]int8, len(v.list)+1) // by code: 0 unknown, 1 yes, -1 no
	passes[0] = -1
	within.each(func(row int) {
		k := v.codes.at(row)
		if passes[k] == 0 {
			passes[k] = verdict(query.AnyValue(v.list[k-1], t))
		}
		if passes[k] > 0 {
			out.set(row)
		}
	})
	return out
}

// seek adds the rows that have the code.
func (c codes) seek(code int, rows Bits) {
	low, high := byte(code), byte(code>>8)
	for at := 0; ; at++ {
		i := strings.IndexByte(c.low[at:], low)
		if i < 0 {
			return
		}
		if at += i; c.high == "" || c.high[at] == high {
			rows.set(at)
		}
	}
}

func verdict(yes bool) int8 {
	if yes {
		return 1
	}
	return -1
}

func (v *values) testInts(t query.Test, within Bits) Bits {
	out := newBits(v.rows)
	passes := intTest(t)
	last, lastPasses := uint64(0), false
	within.each(func(row int) {
		n := v.intAt(row)
		if n == 0 {
			return
		}
		if n != last {
			last, lastPasses = n, passes(n-1)
		}
		if lastPasses {
			out.set(row)
		}
	})
	return out
}

// intTest returns the test for numbers in canonical form.
func intTest(t query.Test) func(n uint64) bool {
	byText := func(n uint64) bool {
		var buf [20]byte
		text := strconv.AppendUint(buf[:0], n, 10)
		return t.Test(unsafe.String(unsafe.SliceData(text), len(text)))
	}
	if parts, ok := plainParts(t); ok {
		for _, p := range parts {
			if strings.Trim(p.Text, "0123456789") != "" {
				return func(uint64) bool { return false }
			}
		}
	}
	switch t := t.(type) {
	case query.Pattern:
		if parts := t.Parts(); len(parts) == 1 && parts[0].Kind == query.Literal {
			want, ok := canonical(parts[0].Text)
			return func(n uint64) bool { return ok && n == want }
		}
	case query.Compare:
		switch t.Op {
		case query.Lt, query.Lte:
			limit := turn(func(n uint64) bool { return !byText(n) })
			return func(n uint64) bool { return n < limit }
		case query.Gt, query.Gte:
			limit := turn(byText)
			return func(n uint64) bool { return n >= limit }
		}
	}
	return byText
}

// turn returns the number from which on passes is true; it is false below.
func turn(passes func(uint64) bool) uint64 {
	low, high := uint64(0), uint64(1_000_000_000_000_000_000) // more than any canonical number
	for low < high {
		if mid := low + (high-low)/2; passes(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

func (v *values) testPlain(t query.Test, within Bits) Bits {
	out := newBits(v.rows)
	rows := within.clone()
	rows.and(v.there)
	if r := run(t); r != "" {
		rows.and(holders(query.NewFinder(r, false), v.joined, v.ends))
	}
	rows.each(func(row int) {
		if query.AnyValue(v.plainAt(row), t) {
			out.set(row)
		}
	})
	return out
}

// holders returns which of the joined texts hold what is sought. A match that
// reaches beyond the end of one counts for it: this is only a first look.
func holders(f *query.Finder, joined string, ends []uint32) Bits {
	out := newBits(len(ends))
	for i, at := 0, 0; ; {
		start, _ := f.Index(joined, at)
		if start < 0 {
			return out
		}
		// The texts are in order: go on from the last one.
		step := 1
		for i+step < len(ends) && int(ends[i+step]) <= start {
			i += step
			step *= 2
		}
		i += sort.Search(min(step+1, len(ends)-i), func(k int) bool { return int(ends[i+k]) > start })
		if i >= len(ends) {
			return out
		}
		out.set(i)
		at = int(ends[i])
	}
}
