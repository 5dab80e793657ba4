package read

import (
	"strings"

	"porchlight/ingest/event"
)

// KeyValue reads messages that consist of key=value pairs, whoever wrote them:
// date=2026-03-01 devname="fw 1" srcip=192.0.2.1 ... Values are words or
// quoted with " or ', with \ as the escape inside; separators are spaces,
// optionally after a comma or semicolon. It is tried last.
var KeyValue = Parser{
	Name:      "keyvalue",
	Recognize: recognizeKeyValue,
	Parse:     parseKeyValue,
}

// minPairs is how many pairs make a message key=value.
const minPairs = 3

// enoughPairs is how many do so without looking at the rest.
const enoughPairs = 8

// recognizeKeyValue requires at least minPairs pairs, no more loose words than
// pairs, and only a few before the first pair: prose may contain pairs, too.
func recognizeKeyValue(msg string) bool {
	if strings.Count(msg, "=") < minPairs {
		return false
	}
	sc := PairScanner{Rest: msg}
	pairs, words, leading := 0, 0, 0
	for sc.Next() {
		if sc.Key != "" {
			pairs++
		} else {
			words++
			if pairs == 0 {
				leading++
			}
		}
		if leading > 4 {
			return false
		}
		if pairs >= enoughPairs && words <= pairs {
			return true
		}
	}
	return pairs >= minPairs && words <= pairs
}

func parseKeyValue(m *Message, ev *event.Event) bool {
	k := Keyed{Event: ev, Location: m.Location, Prefix: "kv."}
	k.AddPairs(m.Text, nil)
	if t := k.Get("t"); len(t) > 16 && t[4] == '-' && k.timeRank == 0 && SetTime(ev, t, m.Location) { // Go's and Grafana's logfmt
		k.timeRank = rankStamp + 1
	}
	if k.Action == "" { // Denied CONN=wan SRC=...
		if word, _ := CutWord(m.Text); VerdictOf(word) != 0 {
			k.Action = word
		}
	}
	k.Finish()
	k.concludeLoose(m)
	if !ev.Has(event.EventModule) {
		From(ev, "keyvalue", "keyvalue.log")
	}
	return true
}

// AddPairs stores the key=value pairs of a text under the sender's keys, and
// what they mean in ECS: by the product's own table first, in which @none
// means nothing, else as for any product.
func (k *Keyed) AddPairs(text string, keys map[string]*Binding) {
	sc := PairScanner{Rest: text}
	for sc.Next() {
		if sc.Key == "" {
			continue
		}
		b, own := keys[sc.Key]
		if !own {
			b = Alias(sc.Key)
		}
		k.Add(sc.Key, sc.Unescaped(), b)
	}
}

// PairScanner splits a message into pairs and loose words.
type PairScanner struct {
	Rest  string // not read yet
	Key   string // "" for a loose word
	Value string // without the quotes, still escaped
	Quote byte   // 0 for a value without quotes

	// endless reports that no ' or " in the rest is a proper closing quote, so
	// that a message full of opening ones is not searched again and again.
	endless [2]bool
}

// Next reads the next pair or loose word; it returns false at the end.
func (sc *PairScanner) Next() bool {
	s := sc.Rest
	for s != "" && (s[0] == ' ' || s[0] == '\t' || s[0] == '\n' || s[0] == '\r' || s[0] == ',' || s[0] == ';') {
		s = s[1:]
	}
	if s == "" {
		sc.Rest = s
		return false
	}
	n := keyLen(s)
	if n == 0 || n >= len(s) || s[n] != '=' {
		sc.Key, sc.Quote = "", 0
		sc.Value, sc.Rest = CutWord(s)
		return true
	}
	sc.Key, s = s[:n], s[n+1:]
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		if end := sc.closingQuote(s); end > 0 {
			sc.Quote, sc.Value, sc.Rest = s[0], s[1:end], s[end+1:]
			return true
		}
	}
	sc.Quote = 0
	sc.Value, sc.Rest = CutWord(s)
	if i := nextPair(sc.Value); i >= 0 {
		sc.Value, sc.Rest = sc.Value[:i], s[i+1:]
	}
	sc.Value = strings.TrimRight(sc.Value, ",;")
	return true
}

// nextPair returns where in a word without spaces the next pair begins:
// date=2026-03-01,time=10:00:00. It is -1 if there is none.
func nextPair(word string) int {
	for i := range len(word) - 1 {
		if word[i] != ',' && word[i] != ';' {
			continue
		}
		rest := word[i+1:]
		if n := keyLen(rest); n > 0 && n < len(rest) && rest[n] == '=' {
			return i
		}
	}
	return -1
}

// Unescaped returns the value without its escapes.
func (sc *PairScanner) Unescaped() string {
	if sc.Quote == 0 || strings.IndexByte(sc.Value, '\\') < 0 {
		return sc.Value
	}
	var b strings.Builder
	b.Grow(len(sc.Value))
	for i := 0; i < len(sc.Value); i++ {
		c := sc.Value[i]
		// Only quotes and backslashes are escaped: C:\temp stays.
		if c == '\\' && i+1 < len(sc.Value) && (sc.Value[i+1] == sc.Quote || sc.Value[i+1] == '\\') {
			i++
			c = sc.Value[i]
		}
		b.WriteByte(c)
	}
	return b.String()
}

// keyLen returns the length of the key that s begins with.
func keyLen(s string) int {
	if !IsLetter(s[0]) && s[0] != '_' {
		return 0
	}
	i := 1
	for i < len(s) && i < 64 {
		c := s[i]
		if !IsLetter(c) && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' && c != '/' && c != '@' {
			break
		}
		i++
	}
	return i
}

// closingQuote returns the index of the quote that ends the quoted text s
// begins with, -1 if none does. A quote ends it only before a separator, so
// that stray quotes inside are tolerated.
func (sc *PairScanner) closingQuote(s string) int {
	q := s[0]
	endless := &sc.endless[0]
	if q == '"' {
		endless = &sc.endless[1]
	}
	for i := 1; i < len(s) && !*endless; i++ {
		switch s[i] {
		case '\\':
			i++
		case q:
			if i+1 == len(s) || strings.IndexByte(" \t\r\n,;)]", s[i+1]) >= 0 {
				return i
			}
		}
	}
	*endless = true
	// A trailing backslash as in path="C:\" hides the closing quote.
	if i := strings.IndexByte(s[1:], q); i >= 0 {
		return 1 + i
	}
	return -1
}
