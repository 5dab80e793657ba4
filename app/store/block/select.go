package block

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unsafe"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Select returns the rows that fit the plan's query; Limit plays no part. The
// result means nothing after an error (Err).
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

// eval returns those of the rows that fit.
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

// isPhrase tells whether a test that a part of a text passes is passed by the
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

// computed evaluates a test of a field that every event has and that is no
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

func (v *values) testDict(t query.Test, within Bits) Bits {
	out := newBits(v.rows)
	passes := make([]int8, len(v.list)+1) // by code: 0 unknown, 1 yes, -1 no
	passes[0] = -1
	if len(v.list) <= v.rows/8 { // few: often none of them passes
		found := false
		for k, one := range v.list {
			passes[k+1] = verdict(query.AnyValue(one, t))
			found = found || passes[k+1] > 0
		}
		if !found {
			return out
		}
	}
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
	seen := map[uint64]bool{}
	return func(n uint64) bool {
		yes, ok := seen[n]
		if !ok {
			yes = byText(n)
			seen[n] = yes
		}
		return yes
	}
}

// turn returns from which number on passes is true; it is false before.
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

// holders returns which of the texts joined in one hold what is sought. A
// find that reaches over the end of one counts for it: it is only a first
// look.
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

// testText evaluates a test of a text or its part: first templates as a
// whole, then the pieces that vary, then what is left by the whole text.
func (b *Rows) testText(v *values, t query.Test, within Bits) Bits {
	out := newBits(v.rows)
	pieces := func(f *form) []piece {
		if v.kind == kindPart {
			return f.pieces[f.start:f.end]
		}
		return f.pieces
	}
	templates := v.text.templates
	counts := make([]int32, len(templates))
	within.each(func(row int) { counts[v.text.of.at(row)]++ })

	search := textSearch{b: b, t: t, within: within, run: run(t)}
	verdicts := make([]int8, len(templates)) // 1 all rows, -1 none, 0 those of maybe
	maybe := make([]Bits, len(templates))    // by rank; nil for all
	for k := range templates {
		if counts[k] == 0 {
			continue
		}
		verdicts[k], maybe[k] = search.template(&templates[k], pieces(&templates[k]))
		if b.err != nil {
			return out
		}
	}
	within.Each(func(row int) bool {
		k := v.text.of.at(row)
		switch {
		case verdicts[k] > 0:
			out.set(row)
		case verdicts[k] == 0:
			rank := int(v.text.rank[row])
			if maybe[k] != nil && !maybe[k].has(rank) && !search.refHits(&templates[k], pieces(&templates[k]), row) {
				return true
			}
			b.buf = b.render(b.buf[:0], v.text, &templates[k], pieces(&templates[k]), row)
			if query.AnyValue(unsafe.String(unsafe.SliceData(b.buf), len(b.buf)), t) {
				out.set(row)
			}
		}
		return b.err == nil
	})
	return out
}

// textSearch is a test on its way through templates.
type textSearch struct {
	b      *Rows
	t      query.Test
	within Bits
	run    string
	finder *query.Finder
	refs   map[int]Bits // by field: the rows whose value holds the run
}

// template looks for a text in the pieces of a template: 1 tells that every
// row passes, -1 that none does, 0 that those may whose ranks are returned,
// nil for all, or whose values of other fields hold the run (refHits).
func (s *textSearch) template(f *form, pieces []piece) (int8, Bits) {
	varies := false
	for i := range pieces {
		varies = varies || pieces[i].kind != 0
	}
	if parts, ok := plainParts(s.t); ok && certain(parts) || !varies {
		var whole strings.Builder
		for i := range pieces {
			if pieces[i].kind == 0 {
				whole.WriteString(pieces[i].text)
			} else {
				whole.WriteString(placeholder)
			}
		}
		switch passes := query.AnyValue(whole.String(), s.t); {
		case passes:
			return 1, nil
		case !varies:
			return -1, nil
		}
	}
	if s.run == "" {
		return 0, nil
	}
	if s.finder == nil {
		s.finder = query.NewFinder(s.run, false)
		s.refs = map[int]Bits{}
	}
	ranks, found := newBits(f.n), false
	for i := range pieces {
		p := &pieces[i]
		switch p.kind {
		case markVar:
			all, some := f.vars[p.n].find(s.finder, s.run, ranks)
			if all {
				return 0, nil
			}
			found = found || some
		case markRef:
			found = s.ref(p.n) || found
		default:
			if start, _ := s.finder.Index(p.text, 0); start >= 0 {
				return 0, nil
			}
		}
	}
	if !found {
		return -1, nil
	}
	return 0, ranks
}

// certain tells whether literals found in what stays the same in a template
// are found in all its texts.
func certain(parts []query.Part) bool {
	for _, p := range parts {
		if p.Kind == query.AnyChar || strings.Contains(p.Text, placeholder) {
			return false
		}
	}
	return true
}

// ref tells whether the values of another field hold the run.
func (s *textSearch) ref(i int) bool {
	hits, ok := s.refs[i]
	if !ok {
		hits = s.b.test(i, contains(s.run), s.within)
		s.refs[i] = hits
	}
	return !hits.empty()
}

func (s *textSearch) refHits(f *form, pieces []piece, row int) bool {
	for i := range pieces {
		if pieces[i].kind == markRef && s.refs[pieces[i].n].has(row) {
			return true
		}
	}
	return false
}

func contains(text string) query.Test {
	return query.NewPattern([]query.Part{{Kind: query.AnyString}, {Text: text}, {Kind: query.AnyString}}, false)
}

// find adds to ranks the rows whose value of the variable holds the run; all
// tells that every one does.
func (v *variable) find(f *query.Finder, run string, ranks Bits) (all, some bool) {
	holds := func(text string) bool {
		start, _ := f.Index(text, 0)
		return start >= 0
	}
	switch v.kind {
	case slotConst:
		return holds(v.all), false
	case slotInt:
		if strings.Trim(run, "0123456789") != "" {
			return false, false
		}
		var buf [20]byte
		last, hit := uint64(math.MaxUint64), false
		for rank := range v.rows {
			n := planeAt(v.planes, v.width, v.rows, rank)
			if n != last {
				last = n
				text := strconv.AppendUint(buf[:0], n, 10)
				hit = holds(unsafe.String(unsafe.SliceData(text), len(text)))
			}
			if hit {
				ranks.set(rank)
				some = true
			}
		}
		return false, some
	case slotDict:
		hits := make([]bool, len(v.list))
		for k, one := range v.list {
			hits[k] = holds(one)
			some = some || hits[k]
		}
		if !some {
			return false, false
		}
		for rank := range v.rows {
			if hits[v.codes.at(rank)] {
				ranks.set(rank)
			}
		}
		return false, true
	}
	got := holders(f, v.joined, v.ends)
	ranks.or(got)
	return false, !got.empty()
}
