package query

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// Expect is what can be typed at a place in a search.
type Expect uint8

// What is expected at the cursor.
const (
	ExpectNothing  Expect = iota // or nothing that can be listed: text, a number, a time
	ExpectField                  // the name of a field; in a search it may also become a word
	ExpectValue                  // a value of Field
	ExpectCommand                // a command after a pipe; Names lists them
	ExpectFunction               // an aggregation; Names lists them
	ExpectColumn                 // a column of the table to sort by; Names lists them
)

// Completion says what is expected at the cursor of a search box.
type Completion struct {
	Expect Expect
	Field  string // of ExpectValue: the name as typed, which may be a short one
	Quoted bool   // the cursor is within quotes
	Prefix string // what has been typed of it up to the cursor, without quotes and escapes

	// Start, End are the bytes of the text to be replaced by the choice: the
	// whole name or value the cursor is in, quotes included. The choice is
	// written as it is, a value with Quote.
	Start, End int

	Names []string // the choices that begin with Prefix, where they are the language's own
}

// Complete looks at a search, finished or not, with the cursor at a byte
// offset. It never fails: where it understands nothing it expects nothing.
func Complete(text string, cursor int) Completion {
	cursor = max(0, min(cursor, len(text)))
	for cursor > 0 && cursor < len(text) && !utf8.RuneStart(text[cursor]) {
		cursor--
	}
	c := completer{text: text, cursor: cursor}
	c.search()
	out := c.out
	if out.Expect == ExpectNothing {
		return Completion{Start: cursor, End: cursor}
	}
	return out
}

type completer struct {
	text   string
	cursor int
	pos    int
	out    Completion
	done   bool // the cursor has been passed
}

// found ends the search for the cursor with an answer. The bytes from start
// to end are to be replaced.
func (c *completer) found(e Expect, start, end int) {
	c.done = true
	c.out.Expect, c.out.Start, c.out.End = e, start, end
	c.out.Prefix = unescape(c.text[start:c.cursor])
}

// choices is found with names of the language's own.
func (c *completer) choices(e Expect, start, end int, names []string) {
	c.found(e, start, end)
	prefix := c.out.Prefix
	if e == ExpectColumn {
		prefix = c.text[start:c.cursor]
	}
	for _, n := range names {
		if _, ok := foldPrefix(n, prefix); ok {
			c.out.Names = append(c.out.Names, n)
		}
	}
}

// unescape removes backslashes as word does.
func unescape(s string) string {
	p := parser{text: s}
	var b strings.Builder
	for p.pos < len(s) {
		for _, part := range p.word() {
			switch part.Kind {
			case AnyString:
				b.WriteByte('*')
			case AnyChar:
				b.WriteByte('?')
			default:
				b.WriteString(part.Text)
			}
		}
		if p.pos < len(s) { // what ends a word is text here
			b.WriteByte(s[p.pos])
			p.pos++
		}
	}
	return b.String()
}

// search goes through the part before the pipes, term by term. What a value
// belongs to is kept for `field: value` and `field:(a or b)`.
func (c *completer) search() {
	field := ""           // of the value that comes next; "" for none
	var brackets []string // per open parenthesis the field of its values
	for !c.done {
		c.pos = skipSpace(c.text, c.pos)
		inside := ""
		if len(brackets) > 0 {
			inside = brackets[len(brackets)-1]
		}
		belongs := field
		if belongs == "" {
			belongs = inside
		}
		switch {
		case c.cursor < c.pos || c.pos == len(c.text):
			c.begin(belongs, c.cursor, c.cursor)
		case strings.HasPrefix(c.text[c.pos:], "||"), strings.HasPrefix(c.text[c.pos:], "&&"):
			if c.cursor == c.pos {
				c.begin(belongs, c.cursor, c.cursor)
			}
			c.pos += 2
			if c.cursor < c.pos {
				c.done = true
			}
		case c.text[c.pos] == '|':
			if c.cursor == c.pos {
				c.begin(belongs, c.cursor, c.cursor)
				return
			}
			c.pipes()
			return
		case c.text[c.pos] == '(':
			if c.cursor == c.pos {
				c.begin(belongs, c.cursor, c.cursor)
			}
			brackets = append(brackets, belongs)
			field = ""
			c.pos++
		case c.text[c.pos] == ')':
			if c.cursor == c.pos {
				c.begin(belongs, c.cursor, c.cursor)
			}
			if len(brackets) > 0 {
				brackets = brackets[:len(brackets)-1]
			}
			field = ""
			c.pos++
		case c.text[c.pos] == '"':
			c.quoted(belongs)
			field = ""
		default:
			field = c.run(field, inside)
		}
	}
}

// begin answers where nothing has been typed yet.
func (c *completer) begin(field string, start, end int) {
	switch {
	case field == "":
		c.found(ExpectField, start, end)
	case hasValues(field):
		c.found(ExpectValue, start, end)
		c.out.Field = field
	default:
		c.done = true
	}
	if field == nameExists || field == nameMissing {
		c.found(ExpectField, start, end)
	}
}

// noValue stands for what compares: a number or a time comes next.
const noValue = "<"

// hasValues reports whether the values of a field can be listed.
func hasValues(field string) bool {
	switch field {
	case noValue, nameSince, nameUntil, nameAny, nameExists, nameMissing:
		return false
	}
	f := Expand(field)[0]
	return !f.isTime() && !f.isID()
}

// quoted passes over a quoted text at the position.
func (c *completer) quoted(field string) {
	start := c.pos
	i := start + 1
	for i < len(c.text) && c.text[i] != '"' {
		if c.text[i] == '\\' && i+1 < len(c.text) {
			i++
		}
		i++
	}
	closed := i < len(c.text)
	end := min(i+1, len(c.text))
	c.pos = end
	if c.cursor > start && (c.cursor < end || c.cursor == end && !closed) {
		c.done = true
		if field == "" || !hasValues(field) {
			return
		}
		if !closed { // what follows may be the rest of the search
			end = c.cursor
		}
		c.found(ExpectValue, start, end)
		c.out.Field, c.out.Quoted = field, true
		c.out.Prefix = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(c.text[start+1 : c.cursor])
		return
	}
	if c.cursor == start {
		c.begin(field, start, start)
	} else if c.cursor == end {
		c.done = true
	}
}

// run passes over a bare word at the position, which may be a field with its
// value or the value of one, and returns the field of the value that comes
// next.
func (c *completer) run(field, inside string) string {
	p := parser{text: c.text, pos: c.pos}
	p.word()
	start, end := c.pos, p.pos
	c.pos = end
	here := c.cursor <= end
	if field == "" && inside == "" { // a term
		if start < end && (c.text[start] == '-' || c.text[start] == '!') {
			start++
		}
		if c.cursor < start {
			c.done = true
			return ""
		}
		name, _, i := readName(c.text, start)
		if strings.HasPrefix(c.text[start:], "*:") {
			name, i = nameAny, start+1
		}
		rest := c.text[i:end]
		op := operatorLen(rest)
		switch {
		case name == "" || isPlainRun(c.text[start:end]): // text such as a URL, or >= 5 after a blank
			c.done = c.done || here
			if operatorLen(c.text[start:end]) > 0 {
				return noValue
			}
			return ""
		case here && c.cursor <= i && (op > 0 || i == end):
			c.found(ExpectField, start, i)
			return ""
		case op == 0:
			c.done = c.done || here
			return ""
		}
		if rest[0] == '<' || rest[0] == '>' {
			name = noValue
		}
		field, start = name, i+op
		if here && c.cursor < start { // within the operator
			c.done = true
			return ""
		}
		if start < end || here {
			field = c.value(field, start, end)
		}
		return field
	}
	if field == "" {
		field = inside
	}
	return c.value(field, start, end)
}

// value looks at the bare value of a field from start to end, which may begin
// with an operator, and returns the field if the value comes later.
func (c *completer) value(field string, start, end int) string {
	here := c.cursor <= end
	op := valueOperator(c.text[start:end])
	if op > 0 && (c.text[start] == '<' || c.text[start] == '>') {
		field = noValue
	}
	if here && c.cursor < start+op {
		c.done = true
		return ""
	}
	start += op
	if start == end && !here {
		return field
	}
	if here {
		c.begin(field, start, end)
	}
	return ""
}

// operatorLen returns the length of : != < > <= >= at the start of s.
func operatorLen(s string) int {
	for _, op := range [...]string{":", "!=", "<=", ">=", "<", ">"} {
		if strings.HasPrefix(s, op) {
			return len(op)
		}
	}
	return 0
}

// valueOperator returns the length of what may stand between : and a value.
func valueOperator(s string) int {
	for _, op := range [...]string{"==", "<=", ">=", "<>", "=", "~", "<", ">"} {
		if strings.HasPrefix(s, op) {
			return len(op)
		}
	}
	return 0
}

// Quote returns the text that stands for just this value after `field:`: bare
// where nothing in it could be taken for something else, in quotes otherwise.
// An address stays bare, and so means the address in all its spellings. Bytes
// that are not UTF-8, which a search cannot hold, become the wildcard ?.
func Quote(value string) string {
	if a, err := netip.ParseAddr(value); err == nil && a.Zone() == "" && !a.Is4In6() && a.String() == value {
		return value
	}
	if utf8.ValidString(value) {
		return patternText([]Part{{Text: value}})
	}
	var parts []Part
	for i := 0; i < len(value); {
		r, size := decode(value, i)
		if r >= badByte {
			parts = append(parts, Part{Kind: AnyChar})
		} else {
			parts = append(parts, Part{Text: value[i : i+size]})
		}
		i += size
	}
	return patternText(tidy(parts))
}

// QuoteField returns the name of a field as it must be written in a search
// or after a pipe: a vendor's field called user as \user.
func QuoteField(name string) string { return NewField(name).text() }
