package query

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// target is what the values after a name are compared with.
type target struct {
	fields []Field // any of them; none: all values of the event
	after  string  // what the values stand after, for errors
}

// fieldTerm reads what follows a field's name, which began at start.
func (p *parser) fieldTerm(start int, name string, plain bool) (Expr, error) {
	to := target{after: "':'"}
	if !plain {
		switch name {
		case nameExists, nameMissing:
			if p.accept(":") {
				return p.presence(start, name)
			}
		case nameSince, nameUntil:
			if p.accept(":") {
				return nil, p.bound(start, name)
			}
		case nameAny:
		default:
			to.fields = Expand(name)
		}
	} else {
		to.fields = []Field{NewField(name)}
	}
	if len(to.fields) == 0 && name != nameAny { // _exists_>5
		to.fields = []Field{NewField(name)}
	}
	if p.accept("!=") {
		to.after = "'!='"
		if err := p.enter(start); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		x, err := p.value(to)
		if err != nil {
			return nil, err
		}
		return negate(x), nil
	}
	if !p.accept(":") {
		return p.comparison(to)
	}
	return p.value(to)
}

// presence reads the name after _exists_: or _missing_:.
func (p *parser) presence(start int, which string) (Expr, error) {
	p.space()
	name, plain, end := readName(p.text, p.pos)
	if name == "" || !isWordEnd(p.text, end) {
		return nil, p.fail(p.pos, "expected the name of a field after '%s:'", which)
	}
	p.pos = end
	fields := []Field{NewField(name)}
	if !plain {
		fields = Expand(name)
	}
	if err := p.enter(start); err != nil {
		return nil, err
	}
	p.depth--
	var all And
	var some Or
	for _, f := range fields {
		all, some = append(all, Null{f}), append(some, Exists{f})
	}
	switch {
	case which == nameMissing && len(all) == 1:
		return all[0], nil
	case which == nameMissing:
		return all, nil
	case len(some) == 1:
		return some[0], nil
	}
	return some, nil
}

// operand is one value as written.
type operand struct {
	at     int // where it begins
	parts  []Part
	quoted bool
	raw    string // the text as it stands there, escapes and all
}

// operand reads a bare or quoted value.
func (p *parser) operand(after string) (operand, error) {
	p.space()
	o := operand{at: p.pos}
	if p.has(`"`) {
		s, err := p.quoted()
		o.parts, o.quoted, o.raw = []Part{{Text: s}}, true, p.text[o.at:p.pos]
		return o, err
	}
	if p.has("|") {
		return o, p.fail(o.at, "expected a value after %s; to search for a '|', quote it", after)
	}
	for _, w := range [...]string{"and", "or", "not"} {
		if p.atOperator(w) {
			return o, p.fail(o.at, "expected a value after %s, not '%s'; quote it to search for the word", after, w)
		}
	}
	if o.parts = p.word(); p.pos == o.at {
		return o, p.fail(o.at, "expected a value after %s", after)
	}
	o.raw = p.text[o.at:p.pos]
	return o, nil
}

// value reads a value, or several in parentheses.
func (p *parser) value(to target) (Expr, error) {
	p.space()
	start := p.pos
	switch {
	case p.accept("("):
		return p.values(start, to)
	case p.has("<"), p.has(">"), p.has("=="):
		return p.comparison(to)
	case p.accept("="):
		o, err := p.operand("'='")
		if err != nil {
			return nil, err
		}
		return p.test(start, to, NewPattern(o.parts, false))
	case p.accept("~"):
		o, err := p.operand("'~'")
		if err != nil {
			return nil, err
		}
		return p.test(start, to, NewPhrase(o.parts))
	case p.has("/"):
		re, ok, err := p.regexp()
		if err != nil {
			return nil, err
		}
		if ok {
			return p.test(start, to, re)
		}
	}
	o, err := p.operand(to.after)
	if err != nil {
		return nil, err
	}
	return p.each(start, to, func(f *Field) (Expr, error) { return p.plain(f, o) })
}

// values reads `a or (b and not c)` after the parenthesis at start.
func (p *parser) values(start int, to target) (Expr, error) {
	if err := p.enter(start); err != nil {
		return nil, err
	}
	outer := p.to
	p.to = &to
	defer func() { p.depth, p.to = p.depth-1, outer }()
	if p.space(); p.end() {
		return nil, p.fail(start, "this '(' is not closed")
	}
	if p.has(")") {
		return nil, p.fail(p.pos, "expected a value after '('")
	}
	x, err := p.or()
	if err != nil {
		return nil, err
	}
	return x, p.closing(start)
}

// each makes an expression for every field of the target; nil stands for all
// values of the event.
func (p *parser) each(start int, to target, leaf func(*Field) (Expr, error)) (Expr, error) {
	// What one value becomes may be written in parentheses of its own.
	if err := p.enter(start); err != nil {
		return nil, err
	}
	p.depth--
	if len(to.fields) == 0 {
		return leaf(nil)
	}
	var list Or
	for i := range to.fields {
		x, err := leaf(&to.fields[i])
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

// test is each with the same test for every field.
func (p *parser) test(start int, to target, t Test) (Expr, error) {
	return p.each(start, to, func(f *Field) (Expr, error) { return is(f, t), nil })
}

func is(f *Field, t Test) Expr {
	if f == nil {
		return Keyword{t}
	}
	return Is{*f, t}
}

// plain makes the expression for a value without an operator.
func (p *parser) plain(f *Field, o operand) (Expr, error) {
	parts := tidy(o.parts)
	switch {
	case isAnyString(parts) && f == nil:
		return Const(true), nil
	case isAnyString(parts):
		return Exists{*f}, nil
	case f != nil && f.isID():
		id, err := event.ParseID(literalText(parts))
		if err != nil || id == 0 || !isLiteral(parts) {
			return nil, p.fail(o.at, "expected the number of an event after '_id:'")
		}
		return ID(id), nil
	case f != nil && f.isTime() && isLiteral(parts):
		from, until, err := p.moment(o, literalText(parts))
		if err != nil {
			return nil, err
		}
		if from == until {
			return Is{*f, TimeCompare{Eq, from}}, nil
		}
		return And{Is{*f, TimeCompare{Gte, from}}, Is{*f, TimeCompare{Lt, until}}}, nil
	}
	text := f == nil || f.isText()
	if !o.quoted {
		if c, ok := ParseCIDR(o.raw); ok && (!text || f == nil && !c.Prefix.IsSingleIP()) {
			return is(f, c), nil
		}
		if f != nil && f.isIP() {
			if why := badNetwork(o.raw); why != "" {
				return nil, p.fail(o.at, "not a network: %s", why)
			}
		}
	}
	if text && len(parts) > 0 {
		return is(f, NewPhrase(parts)), nil
	}
	return is(f, NewPattern(parts, false)), nil
}

// badNetwork says what is wrong with an address and the length of a network
// after it; "" for anything else.
func badNetwork(s string) string {
	addr, length, ok := strings.Cut(s, "/")
	a, isAddr := parseAddr(addr)
	if !ok || !isAddr {
		return ""
	}
	if n, err := strconv.Atoi(length); err == nil && n > a.BitLen() {
		return fmt.Sprintf("/%s is longer than %d", length, a.BitLen())
	}
	return fmt.Sprintf("expected a number from 0 to %d after the '/'", a.BitLen())
}

// comparison reads an operator and what is compared with.
func (p *parser) comparison(to target) (Expr, error) {
	start := p.pos
	for _, op := range [...]Op{Lte, Gte, Neq, Lt, Gt, Eq} { // the longer ones first
		if !p.accept(op.String()) {
			continue
		}
		after := "'" + op.String() + "'"
		o, err := p.operand(after)
		if err != nil {
			return nil, err
		}
		t, err := p.compare(op, o)
		if err != nil {
			return nil, err
		}
		return p.test(start, to, t)
	}
	return nil, p.fail(start, "expected one of < <= > >=")
}

// compare reads the right side of a comparison. == compares numbers and
// full times as such and all else as text in its exact case.
func (p *parser) compare(op Op, o operand) (Test, error) {
	parts := tidy(o.parts)
	literal := isLiteral(parts)
	if op == Eq && (o.quoted || !literal) {
		return NewPattern(parts, true), nil
	}
	text := literalText(parts)
	if n, ok := ParseNumber(text); ok && literal {
		return Compare{op, n}, nil
	}
	from, until, err := p.moment(o, text)
	switch {
	case op == Eq && (err != nil || from != until):
		return NewPattern(parts, true), nil
	case err != nil || !literal:
		return nil, p.fail(o.at, "expected a number or a time (2026-01-31, 2026-01-31T14:05:00Z, now-2h) after '%s'", op)
	case from == until:
		return TimeCompare{op, from}, nil
	}
	switch op { // a whole day
	case Lte:
		return TimeCompare{Lt, until}, nil
	case Gt:
		return TimeCompare{Gte, until}, nil
	case Neq:
		return nil, p.fail(o.at, "expected a number or a time with hours and minutes after '%s'", op)
	}
	return TimeCompare{op, from}, nil
}

// regexp reads /expression/ with flags (i, m, s). It returns false and stays
// where it is when the text is rather a path like /etc/passwd.
func (p *parser) regexp() (Regexp, bool, error) {
	start := p.pos
	var source strings.Builder
	blank := false
	i := start + 1
	for i < len(p.text) && p.text[i] != '/' {
		r, size := utf8.DecodeRuneInString(p.text[i:])
		if r == '\\' && i+1 < len(p.text) {
			next, n := utf8.DecodeRuneInString(p.text[i+1:])
			if next != '/' && !unicode.IsSpace(next) {
				source.WriteByte('\\')
			}
			source.WriteString(p.text[i+1 : i+1+n])
			i += 1 + n
			continue
		}
		blank = blank || unicode.IsSpace(r)
		source.WriteRune(r)
		i += size
	}
	if i >= len(p.text) {
		return Regexp{}, false, nil
	}
	end := i + 1
	for end < len(p.text) && strings.IndexByte("ims", p.text[end]) >= 0 {
		end++
	}
	if !isWordEnd(p.text, end) || source.Len() == 0 {
		return Regexp{}, false, nil
	}
	expr := source.String()
	if blank && isAmbiguous(expr) {
		return Regexp{}, false, p.fail(start, `is this a path or a regular expression? quote a path ("/tmp"), write the spaces of an expression as \s`)
	}
	if flags := p.text[i+1 : end]; flags != "" {
		expr = "(?" + flags + ")" + expr
	}
	re, err := NewRegexp(expr)
	if err != nil {
		return Regexp{}, false, p.fail(start, "%v", err)
	}
	p.pos = end
	return re, true, nil
}

// isAmbiguous reports whether text between two slashes looks like terms of a
// search instead of an expression.
func isAmbiguous(expr string) bool {
	if strings.ContainsAny(expr, `:"`) {
		return true
	}
	for i, c := range expr {
		if c == '|' && isCommand(firstWord(expr[i+1:])) {
			return true
		}
	}
	for _, w := range strings.Fields(expr) {
		if operatorWord(w) != "" {
			return true
		}
	}
	return false
}
