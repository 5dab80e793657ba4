package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"porchlight/detect/alert"
)

const (
	maxTitle = 100  // runes
	maxBody  = 1000 // runes; desktop sinks show less
)

// noteOf puts an alert into words: "Critical: SSH login after brute force" and why.
func noteOf(a *alert.Alert) Note {
	level := string(a.Level)
	if level != "" {
		level = strings.ToUpper(level[:1]) + level[1:] + ": "
	}
	return Note{
		AlertID: a.ID,
		Level:   a.Level,
		Title:   shorten(level+plain(a.Title), maxTitle),
		Body:    shorten(plain(a.Why), maxBody),
	}
}

// plain makes text from log messages safe to show on one line: valid UTF-8
// (D-Bus ends the connection on anything else), no line breaks, no control
// characters, and no invisible ones that reorder what the admin reads.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Noncharacter_Code_Point, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// shorten cuts a text to a number of runes, at a word where one is near.
func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == runes { // room for the ellipsis
			s = s[:i]
			break
		}
	}
	if i := strings.LastIndexByte(s, ' '); i > len(s)*3/4 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:") + "…"
}
