package sqlview

import (
	"fmt"
	"slices"
	"strings"
)

// checkStatement refuses early, in plain words, what the authorizer would.
func checkStatement(text string) error {
	word, more := firstWord(text)
	switch {
	case word == "":
		return fmt.Errorf("%w: there is no statement; try: select * from events order by time desc limit 10", ErrStatement)
	case !slices.Contains([]string{"SELECT", "WITH", "VALUES", "EXPLAIN"}, word):
		return fmt.Errorf("%w: a statement begins with SELECT, WITH, VALUES or EXPLAIN, not %s; events, alerts and sources can only be read", ErrStatement, word)
	case more:
		return fmt.Errorf("%w: one statement at a time: something follows the semicolon", ErrStatement)
	}
	return nil
}

// firstWord returns the first word of a statement in capitals, and whether
// another statement follows its semicolon.
func firstWord(text string) (word string, more bool) {
	const wordBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	ended := false
	for text != "" {
		skip := 1
		switch c := text[0]; {
		case strings.HasPrefix(text, "--"):
			skip = through(text, 2, "\n")
			text = text[skip:]
			continue
		case strings.HasPrefix(text, "/*"):
			skip = through(text, 2, "*/")
			text = text[skip:]
			continue
		case strings.IndexByte(" \t\r\n\f", c) >= 0:
			text = text[1:]
			continue
		case c == ';':
			ended = ended || word != ""
			text = text[1:]
			continue
		case c == '\'' || c == '"' || c == '`':
			skip = through(text, 1, string(c))
		case c == '[':
			skip = through(text, 1, "]")
		case strings.IndexByte(wordBytes, c) >= 0:
			skip = len(text) - len(strings.TrimLeft(text, wordBytes))
		}
		if ended {
			return word, true
		}
		if word == "" {
			word = strings.ToUpper(text[:skip])
		}
		text = text[skip:]
	}
	return word, false
}

// through returns how many bytes of text there are up to and with end, looked
// for from byte from on.
func through(text string, from int, end string) int {
	if i := strings.Index(text[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(text)
}
