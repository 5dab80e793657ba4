package query

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// Case is ignored by Unicode simple folding (CaseFolding.txt, status C and
// S): it maps one character to one character, so lengths in characters never
// change, and "ß" does not equal "ss". All text is folded to the smallest
// character of its orbit, ASCII letters to lower case.

// badByte is added to a byte that is not UTF-8: each such byte is one
// character that equals only itself.
const badByte = unicode.MaxRune + 1

// decode returns the character at s[i:] and its size in bytes.
func decode(s string, i int) (rune, int) {
	if c := s[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && size == 1 {
		r = badByte + rune(s[i])
	}
	return r, size
}

func lowerASCII(c byte) byte {
	if c-'A' < 26 {
		c += 'a' - 'A'
	}
	return c
}

func fold(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lowerASCII(byte(r)))
	}
	if r >= badByte {
		return r
	}
	low := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		low = min(low, o)
	}
	if low < utf8.RuneSelf { // the Kelvin sign and the long s
		return rune(lowerASCII(byte(low)))
	}
	return low
}

// foldText folds every character of a valid UTF-8 text.
func foldText(s string) string { return strings.Map(fold, s) }

// foldPrefix reports whether s begins with prefix, case ignored, and how many
// bytes of s that takes. Neither needs to be folded.
func foldPrefix(s, prefix string) (int, bool) {
	i := 0
	for j := 0; j < len(prefix); {
		if i == len(s) {
			return 0, false
		}
		r, n := decode(s, i)
		q, m := decode(prefix, j)
		if r != q && fold(r) != fold(q) {
			return 0, false
		}
		i, j = i+n, j+m
	}
	return i, true
}

// literal is a piece of text to find in values.
type literal struct {
	text  string // folded unless cased; valid UTF-8
	cased bool
	ascii bool

	// foreign: text is ASCII but holds a k or s, which two characters
	// outside ASCII (U+212A, U+017F) fold to.
	foreign bool

	chars  int  // length of text in characters
	anchor int  // index of the byte looked for first: the rarest in logs
	lower  byte // that byte
	upper  byte // and its upper case, the same when it has none
}

func newLiteral(s string, cased bool) literal {
	if !cased {
		s = foldText(s)
	}
	l := literal{text: s, cased: cased, ascii: true, chars: utf8.RuneCountInString(s)}
	rarest := -1
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			l.ascii = false
			continue
		}
		l.foreign = l.foreign || c == 'k' || c == 's'
		if r := rarity(c); r > rarest {
			rarest, l.anchor, l.lower, l.upper = r, i, c, c
			if 'a' <= c && c <= 'z' {
				l.upper = c - ('a' - 'A')
			}
		}
	}
	l.foreign = l.foreign && l.ascii
	return l
}

// rarity ranks a byte by how seldom it is in log text; a guess is enough, it
// only steers which byte is sought first.
func rarity(c byte) int {
	if i := strings.IndexByte(" etaoinsr0123hldcumfp:.-456789gwybv=/_kxjqz", c); i >= 0 {
		return i
	}
	return 50
}

// at returns where the literal ends when s has it at i, else -1.
func (l *literal) at(s string, i int) int {
	if l.cased {
		if strings.HasPrefix(s[i:], l.text) {
			return i + len(l.text)
		}
		return -1
	}
	t := l.text
	if len(s)-i < l.chars {
		return -1
	}
	for j := 0; j < len(t); {
		if i >= len(s) {
			return -1
		}
		c, d := s[i], t[j]
		if c < utf8.RuneSelf {
			if lowerASCII(c) != d {
				return -1
			}
			i, j = i+1, j+1
			continue
		}
		r, n := decode(s, i)
		q, m := utf8.DecodeRuneInString(t[j:])
		if r != q && fold(r) != q {
			return -1
		}
		i, j = i+n, j+m
	}
	return i
}

// ends reports whether s ends with the literal.
func (l *literal) ends(s string) bool {
	if l.cased {
		return strings.HasSuffix(s, l.text)
	}
	if l.ascii && !l.foreign {
		return len(s) >= len(l.text) && l.at(s, len(s)-len(l.text)) >= 0
	}
	start := back(s, l.chars)
	return start >= 0 && l.at(s, start) == len(s)
}

// back returns where the last n characters of s begin, -1 when it has fewer.
func back(s string, n int) int {
	for ; n > 0; n-- {
		if s == "" {
			return -1
		}
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return len(s)
}

// index returns the bounds of the leftmost occurrence at or after from, or
// -1, -1.
func (l *literal) index(s string, from int) (start, end int) {
	switch {
	case l.cased:
		if i := strings.Index(s[from:], l.text); i >= 0 {
			return from + i, from + i + len(l.text)
		}
		return -1, -1
	case l.ascii:
		i := l.indexASCII(s, from)
		seen := s[from:]
		if i >= 0 {
			seen = s[from:i]
		}
		if !l.foreign || strings.IndexByte(seen, 0xC5) < 0 && strings.IndexByte(seen, 0xE2) < 0 {
			if i < 0 {
				return -1, -1
			}
			return i, i + len(l.text)
		}
	}
	for i := from; i < len(s); {
		if end := l.at(s, i); end >= 0 {
			return i, end
		}
		_, size := decode(s, i)
		i += size
	}
	return -1, -1
}

// indexASCII is index for a folded ASCII literal, blind to characters of s
// outside ASCII.
func (l *literal) indexASCII(s string, from int) int {
	if len(s)-from < len(l.text) {
		return -1
	}
	limit := len(s) - len(l.text) + l.anchor + 1 // where the anchor cannot be any more
	within := s[:limit]
	lo, up := seek(within, from+l.anchor, l.lower), limit
	if l.upper != l.lower {
		up = seek(within, from+l.anchor, l.upper)
	}
	for {
		p := min(lo, up)
		if p == limit {
			return -1
		}
		start := p - l.anchor
		if equalASCII(s[start:start+len(l.text)], l.text) {
			return start
		}
		if p == lo {
			lo = seek(within, p+1, l.lower)
		} else {
			up = seek(within, p+1, l.upper)
		}
	}
}

// equalASCII compares s with a folded ASCII text of the same length.
func equalASCII(s, folded string) bool {
	for i := range len(folded) {
		if lowerASCII(s[i]) != folded[i] {
			return false
		}
	}
	return true
}

// seek returns the index of the first c at or after from, len(s) if none.
func seek(s string, from int, c byte) int {
	if i := strings.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return len(s)
}

// Fold returns the text with the case of every character folded as searches
// fold it: texts that differ in case only have equal folds. Bytes that are not
// UTF-8 become U+FFFD.
func Fold(s string) string { return foldText(s) }

// AppendFold appends the text with the case of every character folded to dst,
// bytes that are not UTF-8 as they are, and reports whether all of it is ASCII.
// Where a Pattern that ignores case finds a literal in a text, the fold of the
// literal is in the fold of the text.
func AppendFold(dst []byte, s string) (out []byte, ascii bool) {
	const tops, overA, overZ = 0x8080808080808080, (0x80 - 'A') * 0x0101010101010101, (0x80 - 'Z' - 1) * 0x0101010101010101
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s[i:]), 8))
		if x&tops != 0 {
			break
		}
		// A letter is at least A and not beyond Z; bit 5 makes it lower case.
		x |= (x + overA) &^ (x + overZ) & tops >> 2
		dst = binary.LittleEndian.AppendUint64(dst, x)
	}
	ascii = true
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			dst = append(dst, lowerASCII(c))
			i++
			continue
		}
		ascii = false
		r, size := decode(s, i)
		if r >= badByte {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, fold(r))
		}
		i += size
	}
	return dst, ascii
}

// Finder finds a text in others, case ignored unless Cased says otherwise.
type Finder struct{ lit literal }

// NewFinder prepares to look for a text, which must not be empty.
func NewFinder(text string, cased bool) *Finder { return &Finder{newLiteral(text, cased)} }

// Index returns the bounds of the leftmost occurrence in s at or after from,
// or -1, -1.
func (f *Finder) Index(s string, from int) (start, end int) { return f.lit.index(s, from) }
