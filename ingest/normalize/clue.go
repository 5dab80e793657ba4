package normalize

import "strings"

// clue is a piece of text that messages of a format have. It is sought by its
// rarest character: strings.Index goes by the first one, which is a blank or
// a small letter for most clues and stops at every word.
type clue struct {
	text string
	rare int // index of the rarest character
}

// common are the characters of log messages, the most frequent first. Those
// that are missing are rarer than all of these.
const common = ` e.0ta1on=i2sr3"d/:45lc-6789pumhfg,_bTvwySIEkCDAPR[]MNOx`

func clueOf(text string) clue {
	rare := 0
	for i := range len(text) {
		if rarity(text[i]) > rarity(text[rare]) {
			rare = i
		}
	}
	return clue{text, rare}
}

func rarity(c byte) int {
	if i := strings.IndexByte(common, c); i >= 0 {
		return i
	}
	return len(common)
}

// index returns where the clue first begins in msg, -1 if it is missing.
func (c clue) index(msg string) int {
	for from := c.rare; from < len(msg); {
		i := strings.IndexByte(msg[from:], c.text[c.rare])
		if i < 0 {
			return -1
		}
		if at := from + i - c.rare; strings.HasPrefix(msg[at:], c.text) {
			return at
		}
		from += i + 1
	}
	return -1
}

func (c clue) in(msg string) bool { return c.index(msg) >= 0 }
