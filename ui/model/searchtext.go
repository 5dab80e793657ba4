package model

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// SplitPipes cuts a search before its first pipe: `a | stats count` is "a"
// and "| stats count".
func SplitPipes(text string) (search, pipes string) {
	for i := range outer(text) {
		if text[i] != '|' {
			continue
		}
		if i > 0 && text[i-1] == '|' || i+1 < len(text) && text[i+1] == '|' {
			continue // || is the operator or
		}
		return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
	}
	return strings.TrimSpace(text), ""
}

// WithTerm returns the search with one more condition, field is value or is
// not. A search that already says so is returned as is; from one that says the
// opposite, that is removed. What follows a pipe stays.
func WithTerm(text, field, value string, exclude bool) string {
	term := FieldText(field) + ":" + Quote(value)
	if exclude {
		return with(text, "not "+term, term)
	}
	return with(text, term, "not "+term)
}

// WithoutField returns the search for events without a field.
func WithoutField(text, field string) string {
	name := FieldText(field)
	return with(text, "_missing_:"+name, "_exists_:"+name)
}

// with adds a term to a search and removes its opposite.
func with(text, term, opposite string) string {
	search, pipes := SplitPipes(text)
	parts := conjuncts(search)
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == opposite })
	if slices.Contains(parts, term) {
		return text
	}
	for i, p := range parts {
		if hasWord(p, "or") {
			parts[i] = "(" + p + ")"
		}
	}
	return joinPipes(strings.Join(append(parts, term), " and "), pipes)
}

func joinPipes(search, pipes string) string {
	return strings.TrimSpace(search + " " + pipes)
}

// CountBy returns the search for how often each value of a field occurs in what
// a search finds.
func CountBy(text, field string) string {
	search, _ := SplitPipes(text)
	return joinPipes(search, "| stats count() by "+FieldText(field)+" | sort -count | head 50")
}

// About returns the search for everything an address, a user or a host is
// involved in, whichever field names it; "" for other fields.
func About(field, value string) string {
	if value == "" {
		return ""
	}
	if _, err := netip.ParseAddr(value); err == nil {
		return "ip:" + Quote(value)
	}
	switch field {
	case "user.name", "user.target.name", "user.effective.name", "source.user.name", "destination.user.name", "user.email":
		return "user:" + Quote(value)
	case "host.name", "observer.name", "log.source.address", "log.syslog.hostname":
		return "host:" + Quote(value)
	}
	return ""
}

// SearchFor returns the search for events with one of these ids.
func SearchFor(ids []event.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = id.String()
	}
	return "_id:(" + strings.Join(words, " or ") + ")"
}

// FieldText writes a field's name so that the search language takes it for that
// very field: with a backslash if it is a short name for others.
func FieldText(name string) string { return query.QuoteField(name) }

// Quote writes a value so that the search language takes it literally.
func Quote(value string) string {
	bare := value != ""
	for i := range len(value) {
		c := value[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || i > 0 && (c == '.' || c == '-' || c == '_')) {
			bare = false
			break
		}
	}
	switch strings.ToLower(value) {
	case "and", "or", "not", "last":
		bare = false
	}
	if bare {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// conjuncts splits a search at its outermost "and", unless there is an
// outermost "or".
func conjuncts(text string) []string {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if hasWord(text, "or") {
		return []string{text}
	}
	var parts []string
	start := 0
	for at := range outerWords(text, "and") {
		parts = append(parts, strings.TrimSpace(text[start:at]))
		start = at + len("and")
	}
	return append(parts, strings.TrimSpace(text[start:]))
}

func hasWord(text, word string) bool {
	for range outerWords(text, word) {
		return true
	}
	return false
}

// outerWords yields the positions of a word outside quotes and parentheses; for
// "or", those of || as well.
func outerWords(text, word string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range outer(text) {
			at := (i == 0 || text[i-1] == ' ') && len(text)-i > len(word) &&
				strings.EqualFold(text[i:i+len(word)], word) && text[i+len(word)] == ' '
			if at || word == "or" && strings.HasPrefix(text[i:], "||") {
				if !yield(i) {
					return
				}
			}
		}
	}
}

// outer yields the positions in a search that are outside quotes, parentheses
// and regular expressions, and not escaped by a backslash.
func outer(text string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		depth := 0
		for i := 0; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				for i++; i < len(text) && text[i] != '"'; i++ {
					if text[i] == '\\' {
						i++
					}
				}
			case '(':
				depth++
			case ')':
				depth--
			case '/':
				if i > 0 && text[i-1] == ':' {
					i += regexpEnd(text[i:])
				}
			default:
				if depth == 0 && !yield(i) {
					return
				}
			}
		}
	}
}

// regexpEnd returns how far after its first slash a regular expression ends
// with another; 0 if it is not one.
func regexpEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '/':
			rest := strings.TrimPrefix(s[i+1:], "i")
			if rest == "" || strings.ContainsRune(` )|`, rune(rest[0])) || unicode.IsSpace(rune(rest[0])) {
				return i
			}
		}
	}
	return 0
}
