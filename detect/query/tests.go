package query

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Test is a condition on one value. Implementations are concrete exported
// types (Pattern, Phrase, Regexp, CIDR, Compare, TimeCompare) so that other
// readings can switch over them.
type Test interface {
	Test(value string) bool

	// String returns what follows `field:` in the search language.
	String() string
}

// Regexp is an RE2 expression that must occur somewhere in the value. Case
// counts unless the expression says (?i).
type Regexp struct{ re *regexp.Regexp }

// NewRegexp compiles an expression (syntax: https://github.com/google/re2/wiki/Syntax).
func NewRegexp(source string) (Regexp, error) {
	if !strings.Contains(source, `\Q`) {
		source = plainSlashes(source)
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return Regexp{}, fmt.Errorf("regular expression: %w", err)
	}
	return Regexp{re}, nil
}

// plainSlashes undoes the escapes that mean nothing to RE2, of slashes and
// white space, so that equal expressions have equal sources.
func plainSlashes(source string) string {
	if !strings.ContainsRune(source, '\\') {
		return source
	}
	var b strings.Builder
	for i := 0; i < len(source); {
		if source[i] != '\\' || i+1 == len(source) {
			b.WriteByte(source[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(source[i+1:])
		if r != '/' && !unicode.IsSpace(r) {
			b.WriteByte('\\')
		}
		b.WriteString(source[i+1 : i+1+size])
		i += 1 + size
	}
	return b.String()
}

// Source returns the expression, slashes and white space unescaped.
func (r Regexp) Source() string { return r.re.String() }

// Test implements Test.
func (r Regexp) Test(s string) bool { return r.re.MatchString(s) }

// CIDR is a network or, with all bits set, a single address. Make it with
// NewCIDR or ParseCIDR.
type CIDR struct{ Prefix netip.Prefix }

// NewCIDR brings the prefix into the form values are compared with: host
// bits cleared, IPv4 in IPv6 (::ffff:0:0/96) as IPv4.
func NewCIDR(p netip.Prefix) CIDR {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return CIDR{p.Masked()}
}

// ParseCIDR reads a network (10.0.0.0/8, 2001:db8::/32) or an address. An
// IPv6 zone is ignored, as Test does.
func ParseCIDR(s string) (CIDR, bool) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return NewCIDR(p), err == nil
	}
	a, ok := parseAddr(s)
	if !ok {
		return CIDR{}, false
	}
	return CIDR{netip.PrefixFrom(a, a.BitLen())}, true
}

// Test implements Test. A value that is not an address does not pass.
func (c CIDR) Test(s string) bool {
	a, ok := parseAddr(s)
	return ok && c.Prefix.Contains(a)
}

// parseAddr reads an address without its zone, IPv4 in IPv6 as IPv4. It looks
// before it parses because netip's errors cost an allocation and the first byte
// gives most values that are not addresses away.
func parseAddr(s string) (netip.Addr, bool) {
	dots, colons := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c-'0' < 10 || lowerASCII(c)-'a' < 6:
		case c == '%' && colons >= 2:
			s = s[:i]
		default:
			return netip.Addr{}, false
		}
		if i >= len(s) || i > 45 {
			break
		}
	}
	if len(s) > 45 || colons < 2 && (colons != 0 || dots != 3) {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap(), err == nil
}

// Op is a comparison.
type Op uint8

// The comparisons.
const (
	Lt Op = iota
	Lte
	Gt
	Gte
	Eq
	Neq
)

// String returns the operator as the search language writes it after `field:`.
func (o Op) String() string {
	return [...]string{Lt: "<", Lte: "<=", Gt: ">", Gte: ">=", Eq: "==", Neq: "<>"}[o]
}

// holds reports whether `a op b` holds when a compares to b as cmp (-1, 0, 1).
func (o Op) holds(cmp int) bool {
	switch o {
	case Lt:
		return cmp < 0
	case Lte:
		return cmp <= 0
	case Gt:
		return cmp > 0
	case Gte:
		return cmp >= 0
	case Eq:
		return cmp == 0
	}
	return cmp != 0
}

// Compare compares values as numbers: `value Op Number`. A value that is not a
// number does not pass, whatever the Op.
type Compare struct {
	Op     Op
	Number Number
}

// Test implements Test.
func (c Compare) Test(s string) bool {
	n, ok := ParseNumber(s)
	return ok && c.Op.holds(n.Cmp(c.Number))
}

// TimeCompare compares values as times: `value Op At`. A value that is not
// RFC 3339 does not pass, whatever the Op. On @timestamp and event.ingested
// the event's own times are compared.
type TimeCompare struct {
	Op Op
	At int64 // Unix nanoseconds
}

// Test implements Test.
func (c TimeCompare) Test(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' {
		return false // looked at first because time's errors cost allocations
	}
	t, err := time.Parse(time.RFC3339, s)
	return err == nil && inRange(t) && c.holds(t.UnixNano())
}

// Holds reports whether a time (Unix nanoseconds) passes.
func (c TimeCompare) Holds(at int64) bool { return c.holds(at) }

func (c TimeCompare) holds(at int64) bool {
	switch {
	case at < c.At:
		return c.Op.holds(-1)
	case at > c.At:
		return c.Op.holds(1)
	}
	return c.Op.holds(0)
}

// inRange reports whether Unix nanoseconds can hold the time.
func inRange(t time.Time) bool { return 1678 <= t.Year() && t.Year() < 2262 }
