package syslog

import "strings"

// parseCisco reads the headers of Cisco IOS, NX-OS and ASA, which begin with a
// sequence number, a host and a colon, or a mark for an unsynchronized clock:
//
//	000123: *Nov 23 10:00:00.123 CET: %SYS-5-CONFIG_I: ...
//	123: sw-1: Nov 23 10:00:00: %SYS-5-CONFIG_I: ...
//	: 2026 Nov 23 10:00:00 CET: %ETHPORT-5-IF_UP: ...
//	123: 1w2d: %SYS-5-CONFIG_I: ...
//
// It returns false, leaving no trace, if s is none of these.
func (p *parser) parseCisco(s string) bool {
	n := sequence(s)
	rest := skipSpaces(s[n:])
	if n == 0 && s != "" && s[0] == ':' {
		rest = skipSpaces(s[1:])
	}
	if p.inner(rest) {
		p.h.Format = RFC3164
		return true
	}
	host := ""
	w := word(rest)
	first := strings.TrimSuffix(rest[:w], ":")
	if first != "" && (n > 0 || len(first) < w) && isHost(first) && (isIPv4(first) || letters(first)) {
		if p.inner(skipSpaces(rest[w:])) {
			p.h.Hostname = first
			p.h.Format = RFC3164
			return true
		}
		if len(first) < w {
			host = first
		}
	}
	if n == 0 {
		return false
	}
	// A sequence number and then the header of a relay, or no time at all.
	t, m, v := dialectTime(rest)
	switch {
	case v == goodTime:
		p.stamped(&t, rest[m:])
	case host != "":
		p.h.Hostname = host
		p.setMessage(skipSpaces(rest[len(host)+1:]))
	case isMnemonic(rest):
		p.setMessage(rest)
	default:
		return false
	}
	return true
}

// inner reads "[sequence: ][*|.]time: " and checks what must follow: it is the
// device's own time, which may come after a header that a relay has prepended.
// It returns false, leaving no trace, for anything else.
func (p *parser) inner(s string) bool {
	n := sequence(s)
	s = skipSpaces(s[n:])
	marked := n > 0
	if s != "" && (s[0] == '*' || s[0] == '.') {
		s = s[1:]
		marked = true
	}
	if n := uptime(s); n > 0 && isMnemonic(skipSpaces(s[n:])) {
		p.setMessage(skipSpaces(s[n:]))
		return true
	}
	t, n, v := dialectTime(s)
	if v != goodTime || n == len(s) {
		return false
	}
	// Without a colon after the time it could be any header: only a mark
	// before it makes it Cisco's.
	rest := strings.TrimPrefix(skipSpaces(s[n:]), ":")
	colon := len(rest) < len(skipSpaces(s[n:]))
	rest = skipSpaces(rest)
	if !isMnemonic(rest) && !(marked && colon) {
		return false
	}
	p.h.Time = t.unix(p.received, p.loc)
	p.setMessage(rest)
	return true
}

// sequence returns the length of a sequence number including its colon,
// "000123:".
func sequence(s string) int {
	n := countDigits(s)
	if n == 0 || n > 12 || n+1 >= len(s) || s[n] != ':' || s[n+1] != ' ' {
		return 0
	}
	return n + 1
}

// uptime returns the length of a time since boot including its colon:
// "00:02:59:", "1d03h:", "1w2d:", "2y14w:".
func uptime(s string) int {
	if len(s) > 9 && s[2] == ':' && s[5] == ':' && s[8] == ':' && digits2(s, 0) >= 0 && digits2(s, 3) >= 0 && digits2(s, 6) >= 0 {
		return 9
	}
	units, i := 0, 0
	for units < 2 {
		d := countDigits(s[i:])
		if d == 0 || i+d >= len(s) || !strings.Contains("ywdh", s[i+d:i+d+1]) {
			return 0
		}
		i += d + 1
		units++
	}
	if i >= len(s) || s[i] != ':' {
		return 0
	}
	return i + 1
}

func letters(s string) bool {
	for i := range len(s) {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}
