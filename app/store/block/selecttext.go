package block

import (
	"math"
	"strconv"
	"strings"
	"unsafe"

	"porchlight/detect/query"
)

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

// template looks for a text in the pieces of a template: 1 means that every row
// passes, -1 that none does, 0 that those may whose ranks are returned, nil for
// all, or whose values of other fields hold the run (refHits).
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

// certain reports whether literals found in what stays the same in a template
// are found in all its texts.
func certain(parts []query.Part) bool {
	for _, p := range parts {
		if p.Kind == query.AnyChar || strings.Contains(p.Text, placeholder) {
			return false
		}
	}
	return true
}

// ref reports whether the values of another field hold the run.
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
// says that every one does.
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
