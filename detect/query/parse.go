package query

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// Limits of a search text.
const (
	MaxText  = 64 << 10 // bytes
	MaxDepth = 100      // levels of nested parentheses and nots
)

// Error says what is wrong with a search text and where.
type Error struct {
	Column int // where, in characters, 1-based
	Msg    string
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Msg) }

// Parse reads a search text; see the package comment for the language. now
// is what relative times count from; times without a zone are in its zone.
// Of Query, Limit and AfterID are left to the caller. Errors are *Error.
func Parse(text string, now time.Time) (Query, error) {
	p := &parser{text: text, now: now}
	expr, err := p.query()
	if err != nil {
		return Query{}, err
	}
	p.q.Expr = expr
	return p.q, nil
}

type parser struct {
	text  string
	pos   int // byte offset
	depth int
	now   time.Time
	q     Query   // the bounds met so far
	to    *target // within `field:(...)`: what the values belong to
}

func (p *parser) fail(at int, format string, args ...any) error {
	return &Error{Column: utf8.RuneCountInString(p.text[:at]) + 1, Msg: fmt.Sprintf(format, args...)}
}

func (p *parser) query() (Expr, error) {
	if len(p.text) > MaxText {
		return nil, &Error{Column: 1, Msg: fmt.Sprintf("the search is longer than %d KiB", MaxText>>10)}
	}
	for i, r := range p.text {
		if r == utf8.RuneError && !strings.HasPrefix(p.text[i:], string(utf8.RuneError)) {
			return nil, p.fail(i, "this character is not valid UTF-8")
		}
	}
	p.space()
	var x Expr
	if !p.end() && !p.atPipe() {
		var err error
		if x, err = p.or(); err != nil {
			return nil, err
		}
	}
	if p.has(")") {
		return nil, p.fail(p.pos, "this ')' has no '(' before it")
	}
	return x, p.pipes()
}

// enter counts one level of nesting; leave with p.depth--.
func (p *parser) enter(at int) error {
	if p.depth++; p.depth > MaxDepth {
		return p.fail(at, "parentheses and nots are nested more than %d deep", MaxDepth)
	}
	return nil
}

// or reads an expression up to the end or a ')'. It returns nil when there
// were only time bounds.
func (p *parser) or() (Expr, error) {
	var list Or
	for {
		start := p.pos
		x, err := p.and()
		if err != nil {
			return nil, err
		}
		more := p.operator("or")
		if x == nil {
			if more || len(list) > 0 {
				return nil, p.fail(start, "a time bounds the whole search and cannot be one side of 'or'")
			}
			return nil, nil
		}
		list = append(list, x)
		if !more {
			break
		}
		if err := p.wantTerm("or"); err != nil {
			return nil, err
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

func (p *parser) and() (Expr, error) {
	var list And
	for {
		x, err := p.not()
		if err != nil {
			return nil, err
		}
		if x != nil {
			list = append(list, x)
		}
		p.space()
		if p.operator("and") {
			if err := p.wantTerm("and"); err != nil {
				return nil, err
			}
			continue
		}
		if p.end() || p.has(")") || p.atOperator("or") || p.atPipe() {
			break
		}
		if p.to != nil {
			return nil, p.fail(p.pos, "expected 'or', 'and' or ')' between the values in parentheses")
		}
	}
	switch len(list) {
	case 0:
		return nil, nil
	case 1:
		return list[0], nil
	}
	return list, nil
}

// wantTerm complains unless something to search for follows.
func (p *parser) wantTerm(after string) error {
	p.space()
	if p.end() || p.has(")") || p.atPipe() {
		return p.fail(p.pos, "expected something to search for after '%s'", after)
	}
	return nil
}

func (p *parser) not() (Expr, error) {
	start := p.pos
	if !p.negation() {
		return p.term()
	}
	if err := p.enter(start); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.wantTerm("not"); err != nil {
		return nil, err
	}
	x, err := p.not()
	if err != nil {
		return nil, err
	}
	return negate(x), nil
}

func negate(x Expr) Expr {
	if c, ok := x.(Const); ok {
		return !c
	}
	return Not{x}
}

// negation consumes not, ! or - in front of a term.
func (p *parser) negation() bool {
	if p.atOperator("not") {
		p.pos += len("not")
		return true
	}
	if p.to == nil && (p.has("!") || p.has("-")) && p.pos+1 < len(p.text) && skipSpace(p.text, p.pos+1) == p.pos+1 && p.text[p.pos+1] != ')' {
		p.pos++
		return true
	}
	return false
}

// operator consumes and, or in any of their spellings.
func (p *parser) operator(name string) bool {
	if !p.atOperator(name) {
		return false
	}
	p.pos += len(name)
	if name == "and" && p.text[p.pos-len(name)] == '&' {
		p.pos--
	}
	return true
}

// atOperator reports whether the text goes on with the operator and, or, not.
func (p *parser) atOperator(name string) bool {
	switch name {
	case "and":
		if p.has("&&") {
			return true
		}
	case "or":
		if p.has("||") {
			return true
		}
	}
	rest := p.text[p.pos:]
	if len(rest) < len(name) || operatorWord(rest[:len(name)]) != name {
		return false
	}
	return isWordEnd(rest, len(name))
}

// operatorWord returns and, or, not when s is that word in any case.
func operatorWord(s string) string {
	for _, w := range [...]string{"and", "or", "not"} {
		if len(s) == len(w) && equalASCII(s, w) {
			return w
		}
	}
	return ""
}

// term reads one thing to search for. It returns nil for a time bound.
func (p *parser) term() (Expr, error) {
	p.space()
	start := p.pos
	for _, name := range [...]string{"and", "or"} {
		if p.atOperator(name) {
			return nil, p.fail(start, "expected something to search for before '%s'; quote it to search for the word", name)
		}
	}
	switch {
	case p.accept("("):
		if err := p.enter(start); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		p.space()
		if p.has(")") {
			return nil, p.fail(p.pos, "expected something to search for after '('")
		}
		if p.end() {
			return nil, p.fail(start, "this '(' is not closed")
		}
		x, err := p.or()
		if err != nil {
			return nil, err
		}
		return x, p.closing(start)
	case p.atPipe(): // only after a parenthesis
		return nil, p.closing(start)
	case p.to != nil:
		return p.value(*p.to)
	case p.has(`"`):
		s, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if s == "" {
			return nil, p.fail(start, "expected text between the quotes")
		}
		return Is{NewField(event.Message.String()), NewPhrase([]Part{{Text: s}})}, nil
	}
	if ok, err := p.last(); ok || err != nil {
		return nil, err
	}
	if isPlainRun(p.run()) {
		return p.freeText()
	}
	if name, plain, ok := p.fieldName(); ok {
		return p.fieldTerm(start, name, plain)
	}
	return p.freeText()
}

// closing reads the ')' that belongs to the '(' at start.
func (p *parser) closing(start int) error {
	switch {
	case p.accept(")"):
		return nil
	case p.atPipe():
		return p.fail(p.pos, "a '|' works on the whole search and cannot be inside parentheses; write 'or' between alternatives, or quote a '|' to search for it")
	}
	return p.fail(start, "this '(' is not closed")
}

// freeText reads a bare word to be found in the message.
func (p *parser) freeText() (Expr, error) {
	start, run := p.pos, p.run()
	if cidr, ok := ParseCIDR(run); ok {
		p.pos += len(run)
		return p.freeAddress(start, run, cidr)
	}
	parts := p.word()
	if isAnyString(tidy(parts)) {
		return Const(true), nil
	}
	return Is{NewField(event.Message.String()), NewPhrase(parts)}, nil
}

// freeAddress finds a bare address in the message and in the fields for
// addresses, a bare network in the latter only.
func (p *parser) freeAddress(start int, run string, cidr CIDR) (Expr, error) {
	if err := p.enter(start); err != nil {
		return nil, err
	}
	p.depth--
	var list Or
	if cidr.Prefix.IsSingleIP() {
		list = append(list, Is{NewField(event.Message.String()), NewPhrase([]Part{{Text: run}})})
	}
	for _, f := range Expand("ip") {
		list = append(list, Is{f, cidr})
	}
	return list, nil
}
