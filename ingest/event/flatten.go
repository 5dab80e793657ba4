package event

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// MaxFields bounds how many named fields one message may add to an
	// event. What comes after is counted in FieldsDropped and tagged with
	// TagFieldsDropped; it is still in the raw message.
	MaxFields = 1024

	// MaxDepth bounds how deep JSON objects and arrays may nest.
	MaxDepth = 32

	// TagFieldsDropped marks an event whose message had more than MaxFields
	// fields; the extra FieldsDropped says how many were left out.
	TagFieldsDropped = "fields_dropped"
	FieldsDropped    = "event.fields_dropped"
)

// A JSONError tells where a text stops being a JSON object.
type JSONError struct {
	Offset int    // byte position, from 0
	What   string // what was found or expected there
	Fields int    // how many values had been read into fields before
}

func (e *JSONError) Error() string { return fmt.Sprintf("json: byte %d: %s", e.Offset, e.What) }

// FlattenJSON reads body, one JSON object (RFC 8259), into fields of ev:
//
//   - Nested objects become dotted names: {"a":{"b":1}} is a.b.
//   - Numbers keep their source text (1e3 stays "1e3"), true and false are
//     text, null is absent, "" is present and empty.
//   - An array becomes its elements' texts joined by Separator; elements that
//     are objects or arrays become their JSON text without white space; null
//     elements are left out. Empty arrays and objects are absent.
//   - Names of slot fields land in their slots. "@timestamp" as RFC 3339, or
//     as Unix time in milliseconds, sets ev.Time; an "_id" and "event.ingested" of the sender are ignored.
//   - Of several values for one name the last counts.
//
// Bytes that are not UTF-8 and unescaped control characters inside strings
// are kept as they are; an escaped lone surrogate becomes U+FFFD. Values
// without escapes are substrings of body.
//
// An error is a *JSONError; the fields before its position have been set.
func FlattenJSON(body string, ev *Event) error {
	f := flattener{body: body, ev: ev}
	f.space()
	if f.pos >= len(body) || body[f.pos] != '{' {
		return f.fail("expected an object")
	}
	if err := f.object("", 1); err != nil {
		return err
	}
	f.space()
	if f.pos < len(body) {
		return f.fail("unexpected text after the object")
	}
	if f.dropped > 0 {
		ev.Add(Tags, TagFieldsDropped)
		ev.SetExtra(FieldsDropped, strconv.Itoa(f.dropped))
	}
	return nil
}

type flattener struct {
	body    string
	pos     int
	ev      *Event
	fields  int
	dropped int

	// arena holds every text that is not a substring of body. A Builder only
	// ever appends, so strings taken from it stay valid, and a document costs
	// a few allocations however many names it has.
	arena strings.Builder
}

func (f *flattener) fail(what string) error { return &JSONError{f.pos, what, f.fields} }

func (f *flattener) space() {
	for f.pos < len(f.body) && isSpace(f.body[f.pos]) {
		f.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// object reads an object whose '{' is at pos.
func (f *flattener) object(prefix string, depth int) error {
	return f.members(depth, func(key string) error {
		if f.fields >= MaxFields { // the name will not be needed
			return f.value(key, depth)
		}
		name := key
		if prefix != "" {
			name = f.join(prefix, key)
		}
		return f.value(name, depth)
	})
}

// members reads the braces, keys, colons and commas of an object and calls
// read with pos at each value.
func (f *flattener) members(depth int, read func(key string) error) error {
	if depth > MaxDepth {
		return f.fail("nested deeper than " + strconv.Itoa(MaxDepth))
	}
	f.pos++
	f.space()
	if f.pos < len(f.body) && f.body[f.pos] == '}' {
		f.pos++
		return nil
	}
	for {
		f.space()
		if f.pos >= len(f.body) || f.body[f.pos] != '"' {
			return f.fail("expected a key in quotes")
		}
		key, err := f.str()
		if err != nil {
			return err
		}
		f.space()
		if f.pos >= len(f.body) || f.body[f.pos] != ':' {
			return f.fail("expected ':' after a key")
		}
		f.pos++
		f.space()
		if err := read(key); err != nil {
			return err
		}
		if more, err := f.more('}'); !more {
			return err
		}
	}
}

// elements reads the brackets and commas of an array and calls read with pos
// at each value.
func (f *flattener) elements(depth int, read func() error) error {
	if depth > MaxDepth {
		return f.fail("nested deeper than " + strconv.Itoa(MaxDepth))
	}
	f.pos++
	f.space()
	if f.pos < len(f.body) && f.body[f.pos] == ']' {
		f.pos++
		return nil
	}
	for {
		f.space()
		if err := read(); err != nil {
			return err
		}
		if more, err := f.more(']'); !more {
			return err
		}
	}
}

// more reads the comma or the end after a value.
func (f *flattener) more(end byte) (bool, error) {
	f.space()
	if f.pos < len(f.body) {
		switch f.body[f.pos] {
		case ',':
			f.pos++
			return true, nil
		case end:
			f.pos++
			return false, nil
		}
	}
	return false, f.fail("expected ',' or '" + string(end) + "'")
}

// join returns prefix.key: the slot's own name where there is one.
func (f *flattener) join(prefix, key string) string {
	var buf [64]byte
	if len(prefix)+1+len(key) <= len(buf) {
		n := append(append(append(buf[:0], prefix...), '.'), key...)
		if slot := byName[string(n)]; slot != None {
			return slot.String()
		}
	}
	start := f.begin(len(prefix) + 1 + len(key))
	f.arena.WriteString(prefix)
	f.arena.WriteByte('.')
	f.arena.WriteString(key)
	return f.arena.String()[start:]
}

// begin makes room for a text of about n bytes and returns where it starts.
func (f *flattener) begin(n int) int {
	if f.arena.Cap()-f.arena.Len() < n {
		f.arena.Grow(max(512, n, len(f.body)/4))
	}
	return f.arena.Len()
}

// value reads the value at pos into the field called name.
func (f *flattener) value(name string, depth int) error {
	if f.pos >= len(f.body) {
		return f.fail("expected a value")
	}
	switch f.body[f.pos] {
	case '{':
		return f.object(name, depth+1)
	case '[':
		return f.array(name, depth+1)
	}
	text, null, err := f.scalar()
	switch {
	case err != nil:
		return err
	case null:
		f.unset(name)
	default:
		f.set(name, text)
	}
	return nil
}

func (f *flattener) set(name, text string) {
	if f.fields >= MaxFields {
		f.dropped++
		return
	}
	f.fields++
	if name == nameTimestamp {
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil && 1678 <= t.Year() && t.Year() <= 2261 {
			f.ev.Time = t.UnixNano()
		} else if len(text) == 13 && isNumber(text) { // Unix time in milliseconds
			if ms, _ := strconv.ParseInt(text, 10, 64); ms <= math.MaxInt64/1_000_000 {
				f.ev.Time = ms * 1e6
			}
		}
		return
	}
	f.ev.SetName(name, text)
}

// unset takes a value back that the same document gave before a null.
func (f *flattener) unset(name string) {
	if f.fields == 0 {
		return
	}
	if slot := byName[name]; slot != None {
		f.ev.Delete(slot)
		return
	}
	e := f.ev
	if i, found := slices.BinarySearchFunc(e.extra, name, func(p Pair, n string) int { return strings.Compare(p.Name, n) }); found {
		e.extra = slices.Delete(e.extra, i, i+1)
	}
}

// array reads an array whose '[' is at pos into one field.
func (f *flattener) array(name string, depth int) error {
	// The joined text is collected on the side, because reading an element
	// may itself write to the arena. One element is used as it is.
	var first string
	var joined []byte
	n := 0
	err := f.elements(depth, func() error {
		text, null, err := f.element(depth)
		if err != nil || null {
			return err
		}
		switch n {
		case 0:
			first = text
		case 1:
			joined = append(append(append(joined, first...), Separator...), text...)
		default:
			joined = append(append(joined, Separator...), text...)
		}
		n++
		return nil
	})
	switch {
	case err != nil:
		return err
	case n == 1:
		f.set(name, first)
	case n > 1:
		f.set(name, string(joined))
	}
	return nil
}

// element returns an array element's text.
func (f *flattener) element(depth int) (text string, null bool, err error) {
	if f.pos >= len(f.body) {
		return "", false, f.fail("expected a value")
	}
	if c := f.body[f.pos]; c != '{' && c != '[' {
		return f.scalar()
	}
	start := f.pos
	if err := f.skip(depth); err != nil {
		return "", false, err
	}
	return compact(f.body[start:f.pos]), false, nil
}

// skip moves over the value at pos and checks its syntax.
func (f *flattener) skip(depth int) error {
	if f.pos >= len(f.body) {
		return f.fail("expected a value")
	}
	switch f.body[f.pos] {
	case '{':
		return f.members(depth+1, func(string) error { return f.skip(depth + 1) })
	case '[':
		return f.elements(depth+1, func() error { return f.skip(depth + 1) })
	}
	_, _, err := f.scalar()
	return err
}

// compact removes the white space between the tokens of valid JSON.
func compact(s string) string {
	var out []byte
	inString, start := false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case !inString && isSpace(c):
			out = append(out, s[start:i]...)
			start = i + 1
		}
	}
	if start == 0 {
		return s
	}
	return string(append(out, s[start:]...))
}

// scalar reads a string, number, true, false or null.
func (f *flattener) scalar() (text string, null bool, err error) {
	rest := f.body[f.pos:]
	switch {
	case rest == "":
		return "", false, f.fail("expected a value")
	case rest[0] == '"':
		text, err = f.str()
		return text, false, err
	case strings.HasPrefix(rest, "true"):
		f.pos += 4
		return rest[:4], false, nil
	case strings.HasPrefix(rest, "false"):
		f.pos += 5
		return rest[:5], false, nil
	case strings.HasPrefix(rest, "null"):
		f.pos += 4
		return "", true, nil
	}
	n := numberLen(rest)
	if n == 0 {
		return "", false, f.fail("expected a value")
	}
	if n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
		return "", false, f.fail("a number with a leading zero")
	}
	f.pos += n
	return rest[:n], false, nil
}

// numberLen returns the length of the JSON number s begins with, 0 if none.
func numberLen(s string) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if !digits() {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return 0
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}

// str reads the string whose opening quote is at pos.
func (f *flattener) str() (string, error) {
	start := f.pos + 1
	rest := f.body[start:]
	q := strings.IndexByte(rest, '"')
	if q < 0 {
		return "", f.fail("a string without its end")
	}
	e := strings.IndexByte(rest[:q], '\\')
	if e < 0 {
		f.pos = start + q + 1
		return rest[:q], nil
	}
	from := f.begin(q + 32)
	f.arena.WriteString(rest[:e])
	for i := e; i < len(rest); {
		switch c := rest[i]; c {
		case '"':
			f.pos = start + i + 1
			return f.arena.String()[from:], nil
		case '\\':
			n, err := f.escape(start+i, rest[i:])
			if err != nil {
				return "", err
			}
			i += n
		default:
			run := i
			for i < len(rest) && rest[i] != '"' && rest[i] != '\\' {
				i++
			}
			f.arena.WriteString(rest[run:i])
		}
	}
	return "", f.fail("a string without its end")
}

// escape decodes the escape sequence s begins with and returns its length.
func (f *flattener) escape(at int, s string) (int, error) {
	if len(s) < 2 {
		return 0, f.fail("a string without its end")
	}
	c := s[1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r, ok := hex4(s)
		if !ok {
			f.pos = at
			return 0, f.fail(`expected four hexadecimal digits after \u`)
		}
		n := 6
		if utf16.IsSurrogate(r) {
			low, ok := hex4(s[6:])
			if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
				n = 12
			} else {
				r = utf8.RuneError
			}
		}
		f.arena.WriteRune(r)
		return n, nil
	default:
		f.pos = at
		return 0, f.fail("an unknown escape")
	}
	f.arena.WriteByte(c)
	return 2, nil
}

// hex4 reads \uXXXX at the beginning of s.
func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
