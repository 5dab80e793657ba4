package block

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// A Token is what the filter knows: the hash of a word of a text, of four
// numbers joined by dots in a text (an address), or of the whole value of any
// other field, all folded as the search language folds case.
type Token uint64

const (
	// maxToken is the longest value or word, in bytes, that is a token.
	maxToken = 256

	hashSeed  = 14695981039346656037
	hashPrime = 1099511628211
)

// lower folds ASCII letters; class says how a text splits: word characters
// belong together, a joiner connects two words, anything else separates them.
var lower, class = func() (lower, class [256]byte) {
	for i := range 256 {
		c := byte(i)
		lower[i] = c
		switch {
		case 'A' <= c && c <= 'Z':
			lower[i] = c + 'a' - 'A'
			class[i] = classWord
		case 'a' <= c && c <= 'z', c == '_', c >= utf8.RuneSelf:
			class[i] = classWord
		case '0' <= c && c <= '9':
			class[i] = classWord | classDigit
		case c == '.' || c == ':' || c == '-':
			class[i] = classJoiner
		}
	}
	return lower, class
}()

const (
	classWord byte = 1 << iota
	classDigit
	classJoiner
)

func mix(h uint64) Token {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 29
	h *= 0xd6e8feb86659fd93
	return Token(h ^ h>>32)
}

// hashOf returns the token of a text as a whole; false when the text is too
// long to have one.
func hashOf(s string) (Token, bool) {
	if len(s) > utf8.UTFMax*maxToken {
		return 0, false
	}
	h := uint64(hashSeed)
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			s = query.Fold(s)
			return hashFolded(s), len(s) <= maxToken
		}
		h = (h ^ uint64(lower[c])) * hashPrime
	}
	return mix(h), len(s) <= maxToken
}

func hashFolded(s string) Token {
	h := uint64(hashSeed)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return mix(h)
}

// valueTokens calls add with the tokens of a field that is not a text: each of
// its values as a whole, addresses also in their canonical form, and the words
// of the values.
func valueTokens(v string, add func(Token)) {
	for strings.IndexByte(v, event.Separator[0]) >= 0 {
		var one string
		one, v, _ = strings.Cut(v, event.Separator)
		valueToken(one, add)
	}
	valueToken(v, add)
}

func valueToken(v string, add func(Token)) {
	if h, ok := hashOf(v); ok {
		add(h)
	}
	for i := range len(v) {
		if class[v[i]]&classWord == 0 || v[i] >= utf8.RuneSelf { // more than one word
			textTokens(v, add)
			break
		}
	}
	if i := strings.IndexByte(v, ':'); i >= 0 && strings.IndexByte(v[i+1:], ':') >= 0 && len(v) <= maxToken {
		if a, err := netip.ParseAddr(v); err == nil {
			h, _ := hashOf(a.Unmap().WithZone("").String())
			add(h)
		}
	}
}

// textTokens calls add with the tokens of a text: its words, and each four
// numbers in a row that dots join.
func textTokens(s string, add func(Token)) {
	q := quads{s: s}
	for i := 0; i < len(s); {
		w := wordAt(s, i)
		if w.end == i {
			i = w.next
			continue
		}
		if w.ascii {
			if w.end-i <= maxToken {
				add(mix(w.hash))
			}
		} else if h, ok := hashOf(s[i:w.end]); ok {
			add(h)
		}
		if from := q.word(i, w.end, w.number); from >= 0 {
			h, _ := hashOf(s[from:w.end])
			add(h)
		}
		i = w.next
	}
}

// word is what wordAt found: s[i:end] is a word, empty if there is none at i,
// and the next may begin at next.
type word struct {
	end, next int
	hash      uint64 // before mix; of ASCII words
	ascii     bool
	number    bool // of ASCII digits alone
}

func wordAt(s string, i int) word {
	w := word{hash: hashSeed, ascii: true, number: true}
	for i < len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				w.end, w.next = i, i+size
				return w
			}
			w.ascii, w.number = false, false
			i += size
			continue
		}
		k := class[c]
		if k&classWord == 0 {
			w.end, w.next = i, i+1
			return w
		}
		w.number = w.number && k&classDigit != 0
		w.hash = (w.hash ^ uint64(lower[c])) * hashPrime
		i++
	}
	w.end, w.next = i, i
	return w
}

// quads finds four numbers in a row that dots join.
type quads struct {
	s      string
	starts [4]int // of the last words of the row, the newest last
	n      int
	end    int // of the last word
}

// word takes the next word and returns where the four that it completes begin,
// -1 when it completes none.
func (q *quads) word(start, end int, number bool) int {
	if !number || end-start > 3 {
		q.n = 0
		return -1
	}
	if q.n == 0 || start != q.end+1 || q.s[q.end] != '.' {
		q.n = 0
	}
	if q.n == 4 {
		copy(q.starts[:], q.starts[1:])
		q.n = 3
	}
	q.starts[q.n] = start
	q.n++
	q.end = end
	if q.n < 4 {
		return -1
	}
	return q.starts[0]
}

// tokenSet collects the distinct tokens of a block by shard.
type tokenSet struct {
	slots  []Token // open addressing; 0 is free
	n      int
	shards [Shards][]Token
}

func (t *tokenSet) reset() {
	if t.slots == nil {
		t.slots = make([]Token, 1<<14)
	}
	clear(t.slots)
	t.n = 0
	for i := range t.shards {
		t.shards[i] = t.shards[i][:0]
	}
}

func (t *tokenSet) add(h Token) {
	if h == 0 {
		h = 1
	}
	mask := Token(len(t.slots) - 1)
	i := h & mask
	for t.slots[i] != 0 {
		if t.slots[i] == h {
			return
		}
		i = (i + 1) & mask
	}
	t.slots[i] = h
	t.n++
	s := h.Shard()
	t.shards[s] = append(t.shards[s], h)
	if t.n > len(t.slots)/2 {
		t.grow()
	}
}

func (t *tokenSet) grow() {
	old := t.slots
	t.slots = make([]Token, 2*len(old))
	mask := Token(len(t.slots) - 1)
	for _, h := range old {
		if h == 0 {
			continue
		}
		i := h & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = h
	}
}

// Shard returns which part of a block's filter holds the token.
func (t Token) Shard() int { return int(t >> 60) }

// A shard of the filter is a Bloom filter of bitsPerToken bits a token and
// probes probes: about one token in a hundred seems to be there but is not. The
// blob begins with the CRC-32C of what follows and the salt of the block, both
// little endian; the bits follow. Without a salt a token that collides with
// common ones would seem to be in nearly every block.
const (
	bitsPerToken = 10
	probes       = 6

	shardHead = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func bloom(tokens []Token, salt uint32) []byte {
	if len(tokens) == 0 {
		return nil
	}
	size := (len(tokens)*bitsPerToken + 7) / 8
	out := make([]byte, shardHead+size)
	binary.LittleEndian.PutUint32(out[4:], salt)
	b := out[shardHead:]
	for _, h := range tokens {
		for p := range probesOf(h, salt, size) {
			b[p>>3] |= 1 << (p & 7)
		}
	}
	binary.LittleEndian.PutUint32(out, crc32.Checksum(out[4:], castagnoli))
	return out
}

// saltOf makes a salt of a block's first number, which no other block of the
// day has.
func saltOf(b *Bounds) uint32 { return uint32(mix(b.Smin)) }

// probesOf yields the bits of a token in a filter of size bytes.
func probesOf(h Token, salt uint32, size int) func(yield func(uint64) bool) {
	return func(yield func(uint64) bool) {
		x, n := uint64(mix(uint64(h)^uint64(salt)<<32)), uint64(size)*8
		for range probes {
			p, _ := bits.Mul64(x, n)
			if !yield(p) {
				return
			}
			x = x*0x9E3779B97F4A7C15 + 0x7f4a7c15
		}
	}
}

// MayHold reports whether a shard of a filter may hold the token. A damaged
// shard may hold anything.
func MayHold(shard []byte, h Token) bool {
	if len(shard) == 0 {
		return false
	}
	if CheckShard(shard) != nil {
		return true
	}
	b, salt := shard[shardHead:], binary.LittleEndian.Uint32(shard[4:])
	for p := range probesOf(h, salt, len(b)) {
		if b[p>>3]&(1<<(p&7)) == 0 {
			return false
		}
	}
	return true
}

// CheckShard reports a shard whose checksum does not match.
func CheckShard(shard []byte) error {
	if len(shard) == 0 {
		return nil
	}
	if len(shard) <= shardHead || binary.LittleEndian.Uint32(shard) != crc32.Checksum(shard[4:], castagnoli) {
		return damaged("the checksum of its filter does not match")
	}
	return nil
}
