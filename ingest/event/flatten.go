package event

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxFields bounds how many named fields one message may add to an event.
	// The rest is counted in FieldsDropped and tagged with TagFieldsDropped;
	// it is still in the raw message.
	MaxFields = 1024

	// MaxDepth bounds how deep JSON objects and arrays may nest.
	MaxDepth = 32

	// TagFieldsDropped marks an event whose message had more than MaxFields
	// fields; the extra FieldsDropped says how many were left out.
	TagFieldsDropped = "fields_dropped"
	FieldsDropped    = "event.fields_dropped"
)

// A JSONError says where a text stops being a JSON object.
type JSONError struct {
	Offset int    // byte position, from 0
	What   string // what was found or expected
	Fields int    // values read into fields before it
}

func (e *JSONError) Error() string { return fmt.Sprintf("json: byte %d: %s", e.Offset, e.What) }

// FlattenJSON reads body, one JSON object (RFC 8259), into fields of ev:
//
//   - Nested objects become dotted names: {"a":{"b":1}} is a.b.
//   - Numbers keep their source text (1e3 stays "1e3"), true and false are
//     text, null is absent, "" is present and empty.
//   - An array becomes its elements' texts joined by Separator; elements that
//     are objects or arrays become compact JSON text; null elements are left
//     out. Empty arrays and objects are absent.
//   - Values of slot fields go into their slots. "@timestamp" as RFC 3339, or
//     as Unix time in milliseconds, sets ev.Time; a sender's "_id" and
//     "event.ingested" are ignored.
//   - Of several values for one name the last wins.
//
// Bytes that are not UTF-8 and unescaped control characters inside strings
// are kept as they are; an escaped lone surrogate becomes U+FFFD. Values
// without escapes are substrings of body.
//
// Errors are of type *JSONError; the fields before its position have been set.
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
	// appends, so strings taken from it stay valid, and a document costs few
	// allocations however many names it has.
	arena strings.Builder
}

func (f *flattener) fail(what string) error { return &JSONError{f.pos, what, f.fields} }

func (f *flattener) space() {
	for f.pos < len(f.body) && isSpace(f.body[f.pos]) {
		f.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// object reads the object whose '{' is at pos.
func (f *flattener) object(prefix string, depth int) error {
	return f.members(depth, func(key string) error {
		if f.fields >= MaxFields { // the name is not needed
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

// more reads the comma or closing bracket after a value.
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

// unset removes a value that the same document set before a null.
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

// array reads the array whose '[' is at pos into one field.
func (f *flattener) array(name string, depth int) error {
	// The joined text is collected separately, because reading an element may
	// itself write to the arena. A single element is used as is.
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

// skip skips the value at pos and checks its syntax.
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
