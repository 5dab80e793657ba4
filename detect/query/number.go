package query

import (
	"math"
	"strconv"
	"strings"
)

// Number is a decimal number of any length, compared exactly: event ids,
// byte counts and 64-bit handles must not be rounded to floats.
type Number struct {
	neg         bool
	whole, frac string // digits without leading, trailing zeros
}

// ParseNumber reads a decimal number: sign, digits, fraction, exponent.
// Hexadecimal numbers, infinities and text are not accepted.
func ParseNumber(s string) (Number, bool) {
	var n Number
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		n.neg = rest[0] == '-'
		rest = rest[1:]
	}
	i := digits(rest)
	n.whole, rest = rest[:i], rest[i:]
	if rest != "" && rest[0] == '.' {
		j := 1 + digits(rest[1:])
		n.frac, rest = rest[1:j], rest[j:]
	}
	if n.whole == "" && n.frac == "" {
		return Number{}, false
	}
	if rest != "" {
		if rest[0] != 'e' && rest[0] != 'E' || len(rest) > 6 || !isExponent(rest[1:]) {
			return Number{}, false
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(f, 0) {
			return Number{}, false
		}
		return ParseNumber(strconv.FormatFloat(f, 'f', -1, 64))
	}
	n.whole = strings.TrimLeft(n.whole, "0")
	n.frac = strings.TrimRight(n.frac, "0")
	n.neg = n.neg && (n.whole != "" || n.frac != "")
	return n, true
}

func isExponent(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

// digits counts the decimal digits s begins with.
func digits(s string) int {
	i := 0
	for i < len(s) && s[i]-'0' < 10 {
		i++
	}
	return i
}

// Cmp returns -1, 0 or 1 as n is less than, equal to or greater than m.
func (n Number) Cmp(m Number) int {
	switch {
	case n.neg && !m.neg:
		return -1
	case !n.neg && m.neg:
		return 1
	}
	c := len(n.whole) - len(m.whole)
	if c == 0 {
		c = strings.Compare(n.whole, m.whole)
	}
	if c == 0 {
		c = strings.Compare(n.frac, m.frac)
	}
	if n.neg {
		c = -c
	}
	return max(-1, min(1, c))
}

// String returns the number in its shortest decimal form.
func (n Number) String() string {
	var b strings.Builder
	if n.neg {
		b.WriteByte('-')
	}
	if n.whole == "" {
		b.WriteByte('0')
	}
	b.WriteString(n.whole)
	if n.frac != "" {
		b.WriteByte('.')
		b.WriteString(n.frac)
	}
	return b.String()
}
