package query

import (
	"slices"
	"strings"
	"unicode"

	"porchlight/ingest/event"
)

// String returns the tree in the search language; Parse reads it back to an
// equal tree. What the language has no words for is written as closely as
// possible: a Field of several Refs that is no alias by its name, an And or Or
// of one part as that part, a CIDR on a text field or a single address in any
// field (read as text), and Same as `field:{other}`, which does not say its Op
// and is read as text. The text of a nil tree is empty.
func String(e Expr) string {
	if e == nil {
		return ""
	}
	var w writer
	w.expr(e, whole)
	return w.String()
}

type writer struct{ strings.Builder }

// place is where an expression stands; it decides about parentheses.
type place uint8

const (
	whole  place = iota
	inOr         // a part of an Or
	within       // a part of an And, or under a Not
)

func (w *writer) expr(e Expr, at place) {
	switch n := e.(type) {
	case nil:
		w.WriteString("*:*")
	case And:
		w.list(n, "*:*", " and ", at == within, within, at)
	case Or:
		w.list(n, "not *:*", " or ", at != whole, inOr, at)
	case Not:
		w.WriteString("not ")
		w.expr(n.X, within)
	case Const:
		if !n {
			w.WriteString("not ")
		}
		w.WriteString("*:*")
	case ID:
		w.WriteString("_id:" + event.ID(n).String())
	case Exists:
		w.WriteString(nameExists + ":" + n.Field.text())
	case Null:
		w.WriteString(nameMissing + ":" + n.Field.text())
	case Is:
		w.WriteString(n.Field.text() + ":" + n.valueText())
	case Keyword:
		w.WriteString(nameAny + ":" + valueText(n.Test, true))
	case Same:
		w.WriteString(n.Field.text() + ":{" + n.Other.text() + "}")
	}
}

func (w *writer) list(parts []Expr, empty, joint string, brackets bool, inside, at place) {
	switch len(parts) {
	case 0:
		w.WriteString(empty)
		return
	case 1:
		w.expr(parts[0], at)
		return
	}
	if brackets {
		w.WriteByte('(')
	}
	for i, x := range parts {
		if i > 0 {
			w.WriteString(joint)
		}
		w.expr(x, inside)
	}
	if brackets {
		w.WriteByte(')')
	}
}

// text returns the field's name as it must be written in a search.
func (f Field) text() string {
	a, reserved := findAlias(f.Name)
	if reserved && !a.any && slices.Equal(a.field().Refs, f.Refs) {
		return nameText(f.Name)
	}
	if isReserved(f.Name) {
		return `\` + f.Name
	}
	return nameText(f.Name)
}

// nameText escapes what a name in a search cannot hold.
func nameText(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i == 0 && !isNameStart(r) || !isNameChar(r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (n Is) valueText() string {
	if p, ok := n.Test.(Pattern); ok && (n.Field.isTime() || n.Field.isID()) && !p.Cased() {
		return "=" + patternText(p.Parts())
	}
	return valueText(n.Test, n.Field.isText())
}

// valueText returns what follows the colon. On text fields a plain value is
// a Phrase, elsewhere it is a Pattern; the other one needs an operator.
func valueText(t Test, text bool) string {
	switch t := t.(type) {
	case Phrase:
		if text && len(t.Parts()) > 0 && !isAnyString(t.Parts()) {
			return patternText(t.Parts())
		}
	case Pattern:
		if text && !t.Cased() && len(t.Parts()) > 0 {
			return "=" + patternText(t.Parts())
		}
	}
	return t.String()
}

// String implements Test.
func (p Pattern) String() string {
	parts := p.Parts()
	switch {
	case p.Cased() && isLiteral(parts): // bare, it could be read as a number
		return "==" + quote(literalText(parts))
	case p.Cased():
		return "==" + patternText(parts)
	case isAnyString(parts):
		return "=*"
	}
	return patternText(parts)
}

// String implements Test.
func (p Phrase) String() string { return "~" + patternText(p.Parts()) }

// String implements Test.
func (r Regexp) String() string {
	var b strings.Builder
	b.WriteByte('/')
	escaped := false
	for _, c := range r.Source() {
		if !escaped && (c == '/' || unicode.IsSpace(c)) {
			b.WriteByte('\\')
		}
		escaped = !escaped && c == '\\'
		b.WriteRune(c)
	}
	b.WriteByte('/')
	return b.String()
}

// String implements Test.
func (c CIDR) String() string {
	if c.Prefix.IsSingleIP() {
		return c.Prefix.Addr().String()
	}
	return c.Prefix.String()
}

// String implements Test.
func (c Compare) String() string { return c.Op.String() + c.Number.String() }

// String implements Test.
func (c TimeCompare) String() string { return c.Op.String() + event.FormatTime(c.At) }

func isAnyString(parts []Part) bool { return len(parts) == 1 && parts[0].Kind == AnyString }

func literalText(parts []Part) string {
	if len(parts) == 0 {
		return ""
	}
	return parts[0].Text
}

// patternText writes tidy parts: bare where nothing in them could be taken
// for something else, quoted where they hold no wildcard, escaped otherwise.
func patternText(parts []Part) string {
	if isLiteral(parts) {
		s := literalText(parts)
		if !isBare(s) {
			return quote(s)
		}
		return s
	}
	var b strings.Builder
	for _, p := range parts {
		switch p.Kind {
		case AnyString:
			b.WriteByte('*')
		case AnyChar:
			b.WriteByte('?')
		default:
			for _, r := range p.Text {
				if !isBareChar(r) || b.Len() == 0 && !isBareStart(r) {
					b.WriteByte('\\')
				}
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// isBare reports whether a value can stand unquoted and mean just its text.
func isBare(s string) bool {
	for i, r := range s {
		if !isBareChar(r) || i == 0 && !isBareStart(r) {
			return false
		}
	}
	_, isAddr := ParseCIDR(s)
	return s != "" && !isAddr && operatorWord(s) == ""
}

func isBareChar(r rune) bool {
	return isAlnum(r) || strings.ContainsRune("_.-/@%+,", r)
}

func isBareStart(r rune) bool { return isAlnum(r) || r == '_' || r == '.' || r == '@' }

// isAlnum recognizes letters and digits, before which a backslash is a
// backslash.
func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
