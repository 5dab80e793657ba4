package sigma

import (
	"errors"
	"strings"
)

// Template is a sentence with placeholders: "{count} failed logins from
// {source.ip}". A placeholder is a field of the newest event, a group-by
// field, or one of the words that package correlate knows. The zero value is
// no sentence.
type Template struct {
	parts []templatePart
}

type templatePart struct {
	text string // in braces: the placeholder's name
	name bool
}

// ParseTemplate reads a template. Braces cannot be escaped.
func ParseTemplate(s string) (Template, error) {
	if len(s) > 2000 {
		return Template{}, errors.New("longer than 2000 bytes")
	}
	var t Template
	for s != "" {
		text, rest, found := strings.Cut(s, "{")
		if text != "" {
			t.parts = append(t.parts, templatePart{text: text})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.ContainsAny(name, "{ ") {
			return Template{}, errors.New("a placeholder is a name in braces: {source.ip}")
		}
		t.parts = append(t.parts, templatePart{name, true})
		s = after
	}
	return t, nil
}

// Empty reports whether there is no sentence.
func (t Template) Empty() bool { return len(t.parts) == 0 }

// Names lists the placeholders.
func (t Template) Names() []string {
	var out []string
	for _, p := range t.parts {
		if p.name {
			out = append(out, p.text)
		}
	}
	return out
}

// Render fills the placeholders in. Placeholders that value does not know
// become "(unknown)".
func (t Template) Render(value func(name string) (string, bool)) string {
	var b strings.Builder
	for _, p := range t.parts {
		if !p.name {
			b.WriteString(p.text)
			continue
		}
		v, ok := value(p.text)
		if !ok || v == "" {
			v = "(unknown)"
		}
		b.WriteString(Printable(v))
	}
	return b.String()
}

// Printable bounds a value and keeps control characters out of the sentence:
// values come from whoever sent the message.
func Printable(s string) string {
	if len(s) > 200 {
		s = s[:200] + "..."
	}
	return strings.Map(func(r rune) rune {
		if r == 0x1f {
			return ','
		}
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
