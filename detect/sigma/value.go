package sigma

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"porchlight/detect/query"
)

// wildcards reads a value of a rule (Sigma: Wildcards, Escaping): * is any
// text, ? exactly one character. A backslash takes the meaning from a
// wildcard or a backslash after it and stands for itself before anything
// else: \* is a star, \\* a backslash and a wildcard, \\\* a backslash and a
// star.
func wildcards(s string) []query.Part {
	var parts []query.Part
	var lit []byte
	wild := func(kind query.PartKind) {
		if len(lit) > 0 {
			parts = append(parts, query.Part{Kind: query.Literal, Text: string(lit)})
			lit = lit[:0]
		}
		parts = append(parts, query.Part{Kind: kind})
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '?' || s[i+1] == '\\'):
			i++
			lit = append(lit, s[i])
		case c == '*':
			wild(query.AnyString)
		case c == '?':
			wild(query.AnyChar)
		default:
			lit = append(lit, c)
		}
	}
	if len(lit) > 0 {
		parts = append(parts, query.Part{Kind: query.Literal, Text: string(lit)})
	}
	return parts
}

// plain returns the text of a value without wildcards.
func plain(parts []query.Part) (string, bool) {
	var b strings.Builder
	for _, p := range parts {
		if p.Kind != query.Literal {
			return "", false
		}
		b.WriteString(p.Text)
	}
	return b.String(), true
}

// mapLiterals applies f to the texts between wildcards.
func mapLiterals(parts []query.Part, f func(string) string) []query.Part {
	out := slices.Clone(parts)
	for i, p := range out {
		if p.Kind == query.Literal {
			out[i].Text = f(p.Text)
		}
	}
	return out
}

// base64Offsets returns the three texts one of which is in the base64 form of
// any bytes that contain s: without the characters that depend on what
// stands before and after.
func base64Offsets(s string) []string {
	start := [3]int{0, 2, 3}
	end := [3]int{0, 3, 2}
	out := make([]string, 3)
	for i := range out {
		e := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", i) + s))
		stop := len(e) - end[(len(s)+i)%3]
		out[i] = e[min(start[i], stop):stop]
	}
	return out
}

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// utf16Text is s in UTF-16, its bytes taken as text.
func utf16Text(s string, bigEndian bool) string {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		if bigEndian {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// dashes are what Windows programs accept before an option, or what word
// processors make of it (Sigma: windash).
var dashes = []string{"-", "/", "\u2013", "\u2014", "\u2015"}

// maxWindash is the most dashes for which windash writes out all permutations;
// beyond that, a regular expression says the same in less space.
const maxWindash = 3

// windash returns the tests for a value in which every dash or slash before
// a word may be any of the dashes.
func windash(parts []query.Part) (permutations [][]query.Part, positions int) {
	permutations = [][]query.Part{nil}
	for _, p := range parts {
		if p.Kind != query.Literal {
			permutations = appendAll(permutations, []query.Part{p})
			continue
		}
		rest := p.Text
		for {
			i := optionDash(rest)
			if i < 0 {
				permutations = appendAll(permutations, []query.Part{{Text: rest}})
				break
			}
			positions++
			permutations = appendAll(permutations, []query.Part{{Text: rest[:i]}})
			alternatives := make([]query.Part, len(dashes))
			for k, d := range dashes {
				alternatives[k] = query.Part{Text: d}
			}
			if positions > maxWindash {
				alternatives = alternatives[:1]
			}
			permutations = appendAll(permutations, alternatives)
			rest = rest[i+1:]
		}
	}
	return permutations, positions
}

// appendAll extends every sequence by every one of the alternatives.
func appendAll(seqs [][]query.Part, alternatives []query.Part) [][]query.Part {
	out := make([][]query.Part, 0, len(seqs)*len(alternatives))
	for _, a := range alternatives {
		for _, s := range seqs {
			out = append(out, append(slices.Clip(s), a))
		}
	}
	return out
}

// optionDash returns where in s a dash or slash introduces a word without being
// inside one, or -1.
func optionDash(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '-' && s[i] != '/' {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		if (i == 0 || !isWord(before)) && i+1 < len(s) && isWord(after) {
			return i
		}
	}
	return -1
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// windashRegexp is windash as one regular expression.
func windashRegexp(parts []query.Part, cased bool) (query.Test, error) {
	var b strings.Builder
	b.WriteString("(?s")
	if !cased {
		b.WriteByte('i')
	}
	b.WriteString(")^")
	for _, p := range parts {
		switch p.Kind {
		case query.AnyString:
			b.WriteString(".*")
		case query.AnyChar:
			b.WriteByte('.')
		default:
			rest := p.Text
			for i := optionDash(rest); i >= 0; i = optionDash(rest) {
				b.WriteString(regexp.QuoteMeta(rest[:i]) + "[" + strings.Join(dashes, "") + "]")
				rest = rest[i+1:]
			}
			b.WriteString(regexp.QuoteMeta(rest))
		}
	}
	b.WriteByte('$')
	return query.NewRegexp(b.String())
}
