package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func (p *parser) end() bool { return p.pos == len(p.text) }

// has reports whether the text goes on with s.
func (p *parser) has(s string) bool { return strings.HasPrefix(p.text[p.pos:], s) }

func (p *parser) accept(s string) bool {
	if !p.has(s) {
		return false
	}
	p.pos += len(s)
	return true
}

func (p *parser) space() { p.pos = skipSpace(p.text, p.pos) }

func skipSpace(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) {
			break
		}
		i += size
	}
	return i
}

// run returns the bare text from here to the next white space, parenthesis,
// quote or pipe.
func (p *parser) run() string {
	rest := p.text[p.pos:]
	for i, r := range rest {
		if unicode.IsSpace(r) || strings.ContainsRune(`()"|`, r) {
			return rest[:i]
		}
	}
	return rest
}

// isPlainRun reports whether a bare run with colons in it is text all the
// same: an address, a URL, a MAC address, a Windows path.
func isPlainRun(run string) bool {
	if _, ok := ParseCIDR(run); ok {
		return true
	}
	if i := strings.IndexByte(run, ':'); i > 0 && strings.HasPrefix(run[i:], "://") {
		return true
	}
	if len(run) > 3 && lowerASCII(run[0])-'a' < 26 && run[1:3] == `:\` {
		if r, _ := utf8.DecodeRuneInString(run[3:]); isAlnum(r) {
			return true
		}
	}
	return isMAC(run)
}

func isMAC(s string) bool {
	if len(s) != len("00:00:00:00:00:00") {
		return false
	}
	for i := range len(s) {
		c := lowerASCII(s[i])
		if i%3 == 2 && c != ':' || i%3 != 2 && c-'0' >= 10 && c-'a' >= 6 {
			return false
		}
	}
	return true
}

// word reads a bare word with its wildcards and escapes: a backslash takes
// the meaning from the character after it, but before a letter or digit it
// is itself, so that Windows paths can be written as they are.
func (p *parser) word() []Part {
	var parts []Part
	text := func(s string) { parts = append(parts, Part{Text: s}) }
	for !isWordEnd(p.text, p.pos) {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		at := p.pos
		p.pos += size
		switch r {
		case '*':
			parts = append(parts, Part{Kind: AnyString})
		case '?':
			parts = append(parts, Part{Kind: AnyChar})
		case '\\':
			if next, size := utf8.DecodeRuneInString(p.text[p.pos:]); size > 0 && !isAlnum(next) {
				text(p.text[p.pos : p.pos+size])
				p.pos += size
			} else {
				text(`\`)
			}
		default:
			text(p.text[at:p.pos])
		}
	}
	return parts
}

// quoted reads a quoted text, after which a word must end.
func (p *parser) quoted() (string, error) {
	s, err := p.quotedText()
	if err == nil && (!isWordEnd(p.text, p.pos) || p.has(`"`)) {
		err = p.fail(p.pos, "expected a space after the quoted text")
	}
	return s, err
}

// quotedText reads a quoted text. Only \" and \\ are escapes in it.
func (p *parser) quotedText() (string, error) {
	start := p.pos
	var b strings.Builder
	for i := start + 1; i < len(p.text); i++ {
		switch c := p.text[i]; c {
		case '"':
			p.pos = i + 1
			return b.String(), nil
		case '\\':
			if i+1 < len(p.text) && (p.text[i+1] == '"' || p.text[i+1] == '\\') {
				i++
			}
			b.WriteByte(p.text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", p.fail(start, `this quote is not closed (a backslash before the last quote is written \\)`)
}

func isNameStart(r rune) bool { return unicode.IsLetter(r) || r == '_' || r == '@' }

func isNameChar(r rune) bool { return isAlnum(r) || strings.ContainsRune("_.@-#$/", r) }

// fieldName reads a name when a colon or a comparison follows it; else it
// leaves the position alone. plain says that a backslash switched off any
// special meaning of the name.
func (p *parser) fieldName() (name string, plain, ok bool) {
	if p.has("*:") {
		p.pos++
		return nameAny, false, true
	}
	name, plain, i := readName(p.text, p.pos)
	if name == "" {
		return "", false, false
	}
	rest := p.text[i:]
	if !strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "!=") {
		i = skipSpace(p.text, i)
		rest = p.text[i:]
		if !strings.HasPrefix(rest, "<") && !strings.HasPrefix(rest, ">") {
			return "", false, false
		}
	}
	p.pos = i
	return name, plain, true
}

// readName reads a field name at s[i:] and returns it and where it ends; ""
// when there is none.
func readName(s string, i int) (name string, plain bool, end int) {
	var b strings.Builder
	start := i
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '\\' {
			next, n := utf8.DecodeRuneInString(s[i+size:])
			if n == 0 || i > start && isAlnum(next) {
				return "", false, start
			}
			plain = plain || i == start
			b.WriteRune(next)
			i += size + n
			continue
		}
		if !isNameChar(r) || i == start && !isNameStart(r) {
			break
		}
		b.WriteRune(r)
		i += size
	}
	return b.String(), plain, i
}

// isWordEnd reports whether a bare word cannot go on at s[i:].
func isWordEnd(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsSpace(r) || strings.ContainsRune(`()"|`, r)
}
