package query

import (
	"slices"

	"porchlight/ingest/event"
)

// stats reads `count(), dcount(user.name) as users by source.ip, bin(1h)`.
func (p *parser) stats(start int) (string, error) {
	if err := p.wantEvents(start, "stats"); err != nil {
		return "", err
	}
	s := &Stats{}
	for {
		at := p.pos
		if len(s.Aggs) == MaxAggs {
			return "", p.fail(at, "more than %d columns to compute", MaxAggs)
		}
		a, err := p.agg()
		if err != nil {
			return "", err
		}
		if err := p.newColumn(s, at, a.Name); err != nil {
			return "", err
		}
		s.Aggs = append(s.Aggs, a)
		if !p.comma() {
			break
		}
	}
	p.q.Stats = s
	if !p.keyword("by") {
		return "',', 'as', 'by' or '|'", nil
	}
	return "',', 'as' or '|'", p.by(s)
}

// by reads what to group by.
func (p *parser) by(s *Stats) error {
	for {
		at := p.pos
		if len(s.By) == MaxKeys {
			return p.fail(at, "more than %d things to group by", MaxKeys)
		}
		k, err := p.key()
		if err != nil {
			return err
		}
		if err := p.newColumn(s, at, k.Name); err != nil {
			return err
		}
		s.By = append(s.By, k)
		if !p.comma() {
			return nil
		}
	}
}

// newColumn complains when a table already has a column of this name.
func (p *parser) newColumn(s *Stats, at int, name string) error {
	if slices.Contains(s.columnNames(), name) {
		return p.fail(at, "there are two columns named '%s': leave one out or rename it with 'as'", name)
	}
	return nil
}

func (s *Stats) columnNames() []string {
	var names []string
	for _, k := range s.By {
		names = append(names, k.Name)
	}
	for _, a := range s.Aggs {
		names = append(names, a.Name)
	}
	return names
}

var aggNames = [...]string{Count: "count", DCount: "dcount", Sum: "sum", Avg: "avg", Min: "min", Max: "max"}

// String returns the function's name in the search language.
func (f AggFunc) String() string { return aggNames[f] }

func findAgg(name string) (AggFunc, bool) {
	i := slices.IndexFunc(aggNames[:], func(n string) bool { return equalFold(name, n) })
	return AggFunc(max(i, 0)), i >= 0
}

// agg reads `sum(network.bytes) as traffic`.
func (p *parser) agg() (Agg, error) {
	a, err := p.plainAgg()
	if err != nil {
		return a, err
	}
	name, err := p.as()
	if name != "" {
		a.Name = name
	}
	return a, err
}

// plainAgg reads an aggregation without its name.
func (p *parser) plainAgg() (Agg, error) {
	start := p.pos
	name, _, end := readName(p.text, p.pos)
	fn, ok := findAgg(name)
	switch {
	case name == "":
		return Agg{}, p.fail(start, "expected a function: %s", list(aggNames[:], "or"))
	case !ok:
		return Agg{}, p.fail(start, "there is no function '%s': expected %s", name, list(aggNames[:], "or"))
	}
	p.pos = end
	a := Agg{Func: fn}
	p.space()
	at := p.pos
	if p.accept("(") {
		p.space()
		switch {
		case fn == Count && p.accept("*"), fn == Count && p.has(")"):
		default:
			at = p.pos
			var err error
			if a.Field, err = p.pipeField("in the parentheses of '" + fn.String() + "'"); err != nil {
				return a, err
			}
		}
		p.space()
		if !p.accept(")") {
			return a, p.fail(p.pos, "expected ')' after the field of '%s'", fn)
		}
	}
	switch {
	case fn != Count && a.Field.Refs == nil:
		return a, p.fail(at, "expected a field in parentheses, as in %s(network.bytes)", fn)
	case (fn == Sum || fn == Avg) && a.Field.isTime():
		return a, p.fail(at, "'%s' needs numbers, and this is a time; min, max, count and dcount accept times", fn)
	}
	a.Name = a.plainName()
	return a, nil
}

// plainName is the name of the column without `as`.
func (a Agg) plainName() string {
	if a.Field.Refs == nil {
		return a.Func.String()
	}
	return a.Func.String() + "(" + a.Field.Name + ")"
}

// key reads `source.ip` or `bin(1h)`, with `as name` or without.
func (p *parser) key() (Key, error) {
	k, err := p.plainKey()
	if err != nil {
		return k, err
	}
	name, err := p.as()
	if name != "" {
		k.Name = name
	}
	return k, err
}

func (p *parser) plainKey() (Key, error) {
	start := p.pos
	f, err := p.pipeField("after 'by'")
	if err != nil {
		return Key{}, err
	}
	p.space()
	if !p.has("(") {
		return Key{Field: f, Name: f.Name}, nil
	}
	if !equalFold(f.Name, "bin") {
		return Key{}, p.fail(start, "expected a field or bin(1h) to group by; functions stand before 'by'")
	}
	p.pos++
	k, err := p.bin()
	if err != nil {
		return k, err
	}
	p.space()
	if !p.accept(")") {
		return k, p.fail(p.pos, "expected ')' after the length of time")
	}
	return k, nil
}

// bin reads a step of time.
func (p *parser) bin() (Key, error) {
	p.space()
	start := p.pos
	for !p.end() && isAlnumASCII(p.text[p.pos]) {
		p.pos++
	}
	d, ok := span(p.text[start:p.pos])
	if !ok || d == 0 {
		return Key{}, p.fail(start, "expected a length of time such as 30s, 5m, 1h or 1d")
	}
	k := Key{Field: NewField(event.Timestamp.String()), Bin: d}
	k.Name = k.plainName()
	return k, nil
}

func isAlnumASCII(c byte) bool { return c-'0' < 10 || lowerASCII(c)-'a' < 26 }

// plainName is the name of the column without `as`.
func (k Key) plainName() string {
	if k.Bin != 0 {
		return "bin(" + spanText(k.Bin) + ")"
	}
	return k.Field.Name
}

// as reads `as name`; "" when there is none.
func (p *parser) as() (string, error) {
	if !p.keyword("as") {
		return "", nil
	}
	start := p.pos
	name, err := p.columnName()
	if err == nil && name == "" {
		err = p.fail(start, "expected a name for the column after 'as'")
	}
	return name, err
}
