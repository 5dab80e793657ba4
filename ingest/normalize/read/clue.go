package read

import "strings"

// Clue is a piece of text that messages of a format contain. It is searched by
// its rarest character: strings.Index goes by the first one, which for most
// clues is a space or lower-case letter and stops at every word.
type Clue struct {
	Text string // the text
	rare int    // index of the rarest character
}

// common are the characters of log messages, most frequent first. Missing ones
// are rarer than all of these.
const common = ` e.0ta1on=i2sr3"d/:45lc-6789pumhfg,_bTvwySIEkCDAPR[]MNOx`

// NewClue makes a clue of a text, which must not be empty.
func NewClue(text string) Clue {
	rare := 0
	for i := range len(text) {
		if rarity(text[i]) > rarity(text[rare]) {
			rare = i
		}
	}
	return Clue{text, rare}
}

func rarity(c byte) int {
	if i := strings.IndexByte(common, c); i >= 0 {
		return i
	}
	return len(common)
}

// Index returns where the clue first occurs in msg, -1 if it does not.
func (c Clue) Index(msg string) int {
	for from := c.rare; from < len(msg); {
		i := strings.IndexByte(msg[from:], c.Text[c.rare])
		if i < 0 {
			return -1
		}
		if at := from + i - c.rare; strings.HasPrefix(msg[at:], c.Text) {
			return at
		}
		from += i + 1
	}
	return -1
}

// In reports whether msg contains the clue.
func (c Clue) In(msg string) bool { return c.Index(msg) >= 0 }
