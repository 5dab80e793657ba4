package sigma

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"porchlight/detect/query"
)

// modifiers is every modifier of the specification (appendix "Sigma
// Modifiers" 2.1).
var modifiers = []string{
	"all", "base64", "base64offset", "cased", "cidr", "contains", "day", "endswith", "exists", "expand", "fieldref",
	"gt", "gte", "hour", "i", "lt", "lte", "m", "minute", "month", "neq", "re", "s", "startswith", "utf16", "utf16be",
	"utf16le", "week", "wide", "windash", "year",
}

// detect compiles the detection section.
func (r *Rule) detect(n *yaml.Node) error {
	pairs, err := entries(n, "detection")
	if err != nil {
		return err
	}
	x, err := r.search("detection", pairs)
	if p, ok := err.(*problem); ok && p.state == NeedsValues {
		r.detection = n
	}
	r.Expr = x
	return err
}

// search compiles selections and the condition over them.
func (r *Rule) search(path string, pairs []pair) (query.Expr, error) {
	var err error
	var conditions []string
	var found []selection
	for _, p := range pairs {
		at := join(path, p.key)
		switch p.key {
		case "condition":
			if conditions, err = texts(p.val, at); err != nil {
				return nil, err
			}
		case "timeframe":
			return nil, unsupported(at, "is no longer part of Sigma; write a correlation rule with a timespan")
		default:
			x, err := r.selection(p.val, at)
			if err != nil {
				return nil, err
			}
			found = append(found, selection{p.key, x})
		}
	}
	if len(conditions) == 0 {
		return nil, invalid(path, "there is no condition")
	}
	var alternatives []query.Expr
	for i, c := range conditions {
		at := join(path, "condition")
		if len(conditions) > 1 {
			at = index(at, i)
		}
		x, err := compileCondition(c, at, found)
		if err != nil {
			return nil, err
		}
		alternatives = append(alternatives, x)
	}
	return or(alternatives), nil
}

// selection compiles a named search: a mapping whose entries must all match, a
// list of which one must, or a keyword.
func (r *Rule) selection(n *yaml.Node, path string) (query.Expr, error) {
	switch n.Kind {
	case yaml.MappingNode:
		pairs, err := entries(n, path)
		if err != nil {
			return nil, err
		}
		if len(pairs) == 0 {
			return nil, invalid(path, "is empty")
		}
		xs := make([]query.Expr, 0, len(pairs))
		for _, p := range pairs {
			x, err := r.item(p.key, p.val, path)
			if err != nil {
				return nil, err
			}
			xs = append(xs, x)
		}
		return and(xs), nil
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			return nil, invalid(path, "is empty")
		}
		xs := make([]query.Expr, 0, len(n.Content))
		for i, c := range n.Content {
			if c.Kind == yaml.SequenceNode {
				return nil, invalid(index(path, i), "a list directly inside a list has no meaning in Sigma")
			}
			x, err := r.selection(c, index(path, i))
			if err != nil {
				return nil, err
			}
			xs = append(xs, x)
		}
		return or(xs), nil
	}
	return r.item("", n, path)
}

// item is one entry of a selection while it is compiled.
type item struct {
	path    string
	rule    *Rule
	field   query.Field
	keyword bool // no field: look everywhere

	all, cased, negate bool
	wrapped            bool   // contains, startswith or endswith was given
	terminal           string // the modifier that decides how values are compared; "" for text
	part               string // of a time: minute, hour ...
	flags              string // of re
	sameOp             query.SameOp
}

// pattern is one value being compiled: several alternatives once a modifier has
// multiplied it.
type pattern [][]query.Part

// item compiles "Field|modifier: values".
func (r *Rule) item(key string, n *yaml.Node, path string) (query.Expr, error) {
	name, rest, _ := strings.Cut(key, "|")
	it := item{path: path, rule: r, keyword: name == ""}
	if key != "" {
		it.path = join(path, key)
	}
	if !it.keyword {
		it.field = r.LogSource.Field(name)
	}
	var mods []string
	if rest != "" {
		mods = strings.Split(rest, "|")
	}
	values := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		if values = n.Content; len(values) == 0 {
			return nil, invalid(it.path, "the list of values is empty")
		}
	}
	if err := it.plan(mods); err != nil {
		return nil, err
	}
	xs := make([]query.Expr, 0, len(values))
	for i, v := range values {
		at := it.path
		if n.Kind == yaml.SequenceNode {
			at = index(at, i)
		}
		if v.Kind != yaml.ScalarNode {
			return nil, invalid(at, "must be a single value")
		}
		x, err := it.value(v, mods, at)
		if err != nil {
			return nil, err
		}
		xs = append(xs, x)
	}
	x := or(xs)
	if it.all {
		x = and(xs)
	}
	if it.negate {
		x = not(x)
	}
	return x, nil
}

// plan checks the modifiers and notes what they mean for all values.
func (it *item) plan(mods []string) error {
	for _, m := range mods {
		if !slices.Contains(modifiers, m) {
			return unsupported(it.path, "unknown modifier %q; expected one of %s", m, strings.Join(modifiers, ", "))
		}
		switch m {
		case "all":
			it.all = true
		case "cased":
			it.cased = true
		case "neq":
			it.negate = true
		case "contains", "startswith", "endswith":
			it.wrapped = true
			it.sameOp = map[string]query.SameOp{"contains": query.SameContains, "startswith": query.SameStart, "endswith": query.SameEnd}[m]
		case "i", "m", "s":
			if it.terminal != "re" {
				return invalid(it.path, "the modifier %q belongs after \"re\"", m)
			}
			it.flags += m
		case "re", "cidr", "exists", "fieldref", "lt", "lte", "gt", "gte":
			if it.terminal != "" {
				return invalid(it.path, "%q and %q cannot be combined", it.terminal, m)
			}
			it.terminal = m
		case "minute", "hour", "day", "week", "month", "year":
			if it.part != "" {
				return invalid(it.path, "%q and %q cannot be combined", it.part, m)
			}
			it.part = m
		}
	}
	if it.part != "" && it.terminal == "" {
		it.terminal = it.part // equal to the number
	}
	if it.terminal == "" || it.terminal == "fieldref" {
		return nil
	}
	for _, m := range mods {
		switch m {
		case it.terminal, "all", "neq", "i", "m", "s":
		case it.part:
			if it.terminal != it.part && !slices.Contains([]string{"lt", "lte", "gt", "gte"}, it.terminal) {
				return unsupported(it.path, "the modifiers %q and %q cannot be combined", m, it.terminal)
			}
		case "cased":
			if it.terminal == "re" {
				continue // it is anyway
			}
			fallthrough
		default:
			return unsupported(it.path, "the modifiers %q and %q cannot be combined", m, it.terminal)
		}
	}
	if it.keyword && it.terminal != "re" && it.terminal != "cidr" {
		return invalid(it.path, "the modifier %q needs a field", it.terminal)
	}
	return nil
}

// value compiles one value.
func (it *item) value(n *yaml.Node, mods []string, at string) (query.Expr, error) {
	if isNull(n) {
		if it.keyword || it.terminal != "" || it.wrapped {
			return nil, invalid(at, "null cannot be searched for this way")
		}
		return query.Null{Field: it.field}, nil
	}
	switch it.terminal {
	case "re":
		src := n.Value
		if it.flags != "" {
			src = "(?" + it.flags + ")" + src
		}
		re, err := query.NewRegexp(src)
		if err != nil {
			return nil, invalid(at, "%v", err)
		}
		return it.test(re), nil
	case "cidr":
		c, ok := query.ParseCIDR(n.Value)
		if !ok {
			return nil, invalid(at, "%q is not a network; write 10.0.0.0/8 or fe80::/10", n.Value)
		}
		return it.test(c), nil
	case "exists":
		yes, err := boolean(n, at)
		if err != nil {
			return nil, err
		}
		if yes {
			return query.Exists{Field: it.field}, nil
		}
		return query.Null{Field: it.field}, nil
	case "lt", "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year":
		num, ok := query.ParseNumber(n.Value)
		if !ok {
			return nil, invalid(at, "%q is not a number", n.Value)
		}
		op, ok := map[string]query.Op{"lt": query.Lt, "lte": query.Lte, "gt": query.Gt, "gte": query.Gte}[it.terminal]
		if !ok {
			op = query.Eq
		}
		compare := query.Compare{Op: op, Number: num}
		if it.part != "" {
			return query.Is{Field: it.field, Test: TimePart{it.part, compare}}, nil
		}
		return query.Is{Field: it.field, Test: compare}, nil
	}
	if it.terminal == "fieldref" {
		if it.keyword {
			return nil, invalid(at, "the modifier \"fieldref\" needs a field")
		}
		return query.Same{Field: it.field, Other: it.rule.LogSource.Field(n.Value), Op: it.sameOp, Cased: it.cased}, nil
	}
	return it.text(n.Value, mods, at)
}

// text compiles a value that is compared as text.
func (it *item) text(s string, mods []string, at string) (query.Expr, error) {
	p, dashes, err := it.alternatives(s, mods, at)
	if err != nil {
		return nil, err
	}
	if it.keyword && !it.wrapped {
		for i := range p {
			p[i] = wrap(p[i], true, true)
		}
	}
	xs := make([]query.Expr, len(p))
	for i, parts := range p {
		if dashes > 0 {
			re, err := windashRegexp(parts, it.cased)
			if err != nil {
				return nil, invalid(at, "%d dashes are too many: %v", dashes, err)
			}
			xs[i] = it.test(re)
			continue
		}
		xs[i] = it.test(query.NewPattern(parts, it.cased))
	}
	return or(xs), nil
}

// alternatives applies the modifiers to a value, one after the other. dashes
// is how many of them windash has left in, where they are too many to write
// out; else 0.
func (it *item) alternatives(s string, mods []string, at string) (p pattern, dashes int, err error) {
	p = pattern{wildcards(s)}
	for _, m := range mods {
		switch m {
		case "expand":
			all, err := it.rule.expand(s, at)
			if err != nil {
				return nil, 0, err
			}
			p = p[:0]
			for _, s := range all {
				p = append(p, wildcards(s))
			}
		case "windash":
			var all pattern
			for _, parts := range p {
				perms, positions := windash(parts)
				if positions > maxWindash {
					dashes, perms = positions, [][]query.Part{parts}
				}
				all = append(all, perms...)
			}
			p = all
		case "wide", "utf16le", "utf16be", "utf16":
			for i := range p {
				p[i] = mapLiterals(p[i], func(s string) string { return utf16Text(s, m == "utf16be") })
				if m == "utf16" {
					p[i] = append([]query.Part{{Text: "\xff\xfe"}}, p[i]...)
				}
			}
		case "base64", "base64offset":
			var all pattern
			for _, parts := range p {
				s, ok := plain(parts)
				if !ok {
					return nil, 0, invalid(at, "a value with wildcards cannot be written in base64; escape them with a backslash")
				}
				texts := base64Offsets(s)
				if m == "base64" {
					texts = []string{encode64(s)}
				}
				for _, t := range texts {
					all = append(all, []query.Part{{Text: t}})
				}
			}
			p = all
		case "contains", "startswith", "endswith":
			for i := range p {
				p[i] = wrap(p[i], m != "startswith", m != "endswith")
			}
		}
	}
	return p, dashes, nil
}

// wrap puts wildcards around a value.
func wrap(parts []query.Part, before, after bool) []query.Part {
	out := make([]query.Part, 0, len(parts)+2)
	if before {
		out = append(out, query.Part{Kind: query.AnyString})
	}
	out = append(out, parts...)
	if after {
		out = append(out, query.Part{Kind: query.AnyString})
	}
	return out
}

func (it *item) test(t query.Test) query.Expr {
	if it.keyword {
		return query.Keyword{Test: t}
	}
	return query.Is{Field: it.field, Test: t}
}
