package read

import (
	"strings"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// XMLScanner scans XML (1.0, without DTDs) as found in logs: no validation, no
// external entities, and no work that grows faster than the text. Attribute
// and text values are substrings unless they have entities.
type XMLScanner struct {
	Source string // to be read
	pos    int

	Kind  XMLKind // of the token that Next has read
	Name  string  // of a start or end tag, without the namespace's prefix
	attrs string  // of a start tag, unparsed
	Text  string  // of text and CDATA, entities resolved
	Empty bool    // a self-closing start tag
}

// XMLKind is the kind of an XML token.
type XMLKind uint8

const (
	XMLEnd XMLKind = iota // of the document
	XMLStartTag
	XMLEndTag
	XMLText
)

// Next reads one token; it returns false at the end, or where the text stops
// being XML.
func (x *XMLScanner) Next() bool {
	for x.pos < len(x.Source) {
		s := x.Source[x.pos:]
		if s[0] != '<' {
			end := strings.IndexByte(s, '<')
			if end < 0 {
				end = len(s)
			}
			x.pos += end
			x.Kind, x.Text = XMLText, unescapeXML(s[:end])
			return true
		}
		switch {
		case strings.HasPrefix(s, "<![CDATA["):
			end := strings.Index(s, "]]>")
			if end < 0 {
				return false
			}
			x.pos += end + 3
			x.Kind, x.Text = XMLText, s[len("<![CDATA["):end]
			return true
		case strings.HasPrefix(s, "<!--"):
			end := strings.Index(s, "-->")
			if end < 0 {
				return false
			}
			x.pos += end + 3
			continue
		}
		end := xmlTagEnd(s)
		if end < 0 {
			return false
		}
		tag := s[1:end]
		x.pos += end + 1
		switch {
		case tag == "":
			return false
		case tag[0] == '?' || tag[0] == '!':
			continue
		case tag[0] == '/':
			x.Kind, x.Name = XMLEndTag, localName(strings.TrimSpace(tag[1:]))
			return true
		}
		x.Kind, x.Empty = XMLStartTag, tag[len(tag)-1] == '/'
		if x.Empty {
			tag = tag[:len(tag)-1]
		}
		n := strings.IndexAny(tag, " \t\r\n")
		if n < 0 {
			n = len(tag)
		}
		x.Name, x.attrs = localName(tag[:n]), tag[n:]
		return true
	}
	return false
}

// xmlTagEnd returns the index of the > that ends the tag s begins with,
// ignoring those in quotes.
func xmlTagEnd(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		case c == '<':
			return -1
		}
	}
	return -1
}

func localName(s string) string {
	return s[strings.IndexByte(s, ':')+1:]
}

// nextAttr cuts one attribute off attrs.
func nextAttr(attrs string) (name, value, rest string, ok bool) {
	attrs = strings.TrimLeft(attrs, " \t\r\n")
	name, rest, ok = strings.Cut(attrs, "=")
	if !ok {
		return "", "", "", false
	}
	name = strings.TrimSpace(name)
	rest = strings.TrimLeft(rest, " \t\r\n")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", "", "", false
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return "", "", "", false
	}
	return name, unescapeXML(rest[1 : 1+end]), rest[end+2:], true
}

// Attr returns an attribute's value.
func (x *XMLScanner) Attr(name string) string {
	for attrs := x.attrs; ; {
		n, value, rest, ok := nextAttr(attrs)
		if !ok {
			return ""
		}
		if n == name {
			return value
		}
		attrs = rest
	}
}

// unescapeXML resolves the predefined and numeric entities.
func unescapeXML(s string) string {
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for amp >= 0 {
		b = append(b, s[:amp]...)
		s = s[amp:]
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		r := rune(-1)
		if end > 0 {
			r = xmlEntity(s[1:end])
		}
		if r >= 0 {
			b = utf8.AppendRune(b, r)
			s = s[end+1:]
		} else {
			b = append(b, '&')
			s = s[1:]
		}
		amp = strings.IndexByte(s, '&')
	}
	return string(append(b, s...))
}

func xmlEntity(name string) rune {
	switch name {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	n, base, digits := rune(0), rune(10), name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	for i := range len(digits) {
		d := rune(-1)
		switch c := digits[i]; {
		case '0' <= c && c <= '9':
			d = rune(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			d = rune(c|0x20-'a') + 10
		}
		if d < 0 || d >= base || n > utf8.MaxRune {
			return -1
		}
		n = n*base + d
	}
	if digits == "" || n > utf8.MaxRune {
		return -1
	}
	return n
}

// flattenXML reads one XML document into fields: elements become dotted names
// below the root's, attributes names of their own; an element that occurs
// several times has several values. It returns how many it found.
func flattenXML(text string, k *Keyed) int {
	x := XMLScanner{Source: text}
	var path []byte
	var ends [event.MaxDepth]int
	depth, found := 0, 0
	var content string
	put := func(name, value string) {
		if value = strings.TrimSpace(value); value == "" || k.fields >= event.MaxFields {
			return
		}
		k.fields++
		found++
		if isFieldName(name) {
			name = k.Prefix + name
		}
		if old, ok := k.Event.LookupName(name); ok {
			if len(old) > 16<<10 {
				return
			}
			value = old + event.Separator + value
		}
		k.Event.SetExtra(name, value)
	}
	for x.Next() {
		switch x.Kind {
		case XMLStartTag:
			if depth >= len(ends) {
				return found
			}
			ends[depth] = len(path)
			depth++
			if depth > 1 { // the root's name says little and would be in every field name
				if len(path) > 0 {
					path = append(path, '.')
				}
				path = append(path, x.Name...)
			}
			content = ""
			for attrs := x.attrs; ; {
				name, value, rest, ok := nextAttr(attrs)
				if !ok {
					break
				}
				if !strings.HasPrefix(name, "xmlns") {
					if len(path) > 0 {
						name = string(path) + "." + name
					}
					put(name, value)
				}
				attrs = rest
			}
			if x.Empty {
				depth--
				path = path[:ends[depth]]
			}
		case XMLText:
			content = x.Text
		case XMLEndTag:
			if depth == 0 {
				return found
			}
			if strings.TrimSpace(content) != "" && len(path) > 0 {
				put(string(path), content)
			}
			content = ""
			depth--
			path = path[:ends[depth]]
			if depth == 0 {
				return found
			}
		}
	}
	return found
}

// XML reads messages that are one XML document of an unknown kind.
var XML = Parser{
	Name: "xml",
	Recognize: func(msg string) bool {
		msg = strings.TrimLeft(msg, " \t\r\n\ufeff")
		return len(msg) > 4 && msg[0] == '<' && (IsLetter(msg[1]) || msg[1] == '?') && strings.HasSuffix(strings.TrimRight(msg, " \t\r\n\x00"), ">")
	},
	Parse: parseXML,
}

func parseXML(m *Message, ev *event.Event) bool {
	k := Keyed{Event: ev, Location: m.Location, Prefix: "xml."}
	if flattenXML(m.Text, &k) == 0 {
		return false
	}
	k.BindLoose()
	From(ev, "xml", "xml.log")
	return true
}
