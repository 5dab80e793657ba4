package event

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

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
		return "", f.fail("unterminated string")
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
	return "", f.fail("unterminated string")
}

// escape decodes the escape sequence s begins with and returns its length.
func (f *flattener) escape(at int, s string) (int, error) {
	if len(s) < 2 {
		return 0, f.fail("unterminated string")
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
