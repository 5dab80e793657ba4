package syslog

import "strings"

// parse3164 reads what follows a PRI: a time, a host and a tag, any of which
// may be missing (RFC 3164 section 4.1 and what devices make of it).
func (p *parser) parse3164(s string) {
	s = skipSpaces(s)
	if month(s) == 0 && p.parseCisco(s) {
		return
	}
	t, n, v := dialectTime(s)
	switch v {
	case goodTime:
		p.stamped(&t, s[n:])
	case badTime:
		p.fail(errTimeRange)
	case dateOnly:
		p.fail(errDateOnly)
	default:
		p.unstamped(s)
	}
}

// parseBare reads a message without PRI, as found in files.
func (p *parser) parseBare() {
	t, n, v := dialectTime(p.text)
	if v != goodTime {
		p.h.Message = p.text
		if t, ok := programTime(p.text); ok {
			p.h.Time = t.unix(p.received, p.loc)
		}
		return
	}
	p.stamped(&t, p.text[n:])
	if t.year == 0 || !isDigit(p.text[0]) || p.isConvincing() {
		return
	}
	// Many programs begin their lines with an ISO date; it is a header only if
	// host and tag follow.
	*p.h = Header{Priority: -1, Time: p.h.Time, Message: p.text}
}

// programTime reads the time at the start of lines of programs' own logs where
// its notation is not one of a header: in brackets, after a day of the week,
// or as 10-Mar-2026 09:01:02.
func programTime(s string) (t stamp, ok bool) {
	const longest = 48
	if s == "" || s[0] == '{' || s[0] == '<' {
		return t, false
	}
	if s[0] == '[' {
		end := strings.IndexByte(s[:min(len(s), longest)], ']')
		if end < 0 {
			return t, false
		}
		s = s[1:end]
	}
	w := word(s)
	switch {
	case w == 3 || w == 4 && s[3] == ',':
		if strings.Contains("SunMonTueWedThuFriSat", s[:3]) {
			s = skipSpaces(s[w:])
		}
	case w == 11 && s[2] == '-' && s[6] == '-' && isDigit(s[0]) && isLetter(s[3]): // 10-Mar-2026
		s = s[3:6] + " " + s[:2] + " " + s[7:11] + s[11:min(len(s), longest)]
	}
	t, _, v := dialectTime(s)
	return t, v == goodTime
}

// isConvincing reports whether host and tag, or one of Cisco's message names,
// were found after an ISO time.
func (p *parser) isConvincing() bool {
	h := p.h
	return (h.AppName != "" && (h.Hostname != "" || h.ProcID != "")) || isMnemonic(h.Message)
}

// stamped reads what follows the time t.
func (p *parser) stamped(t *stamp, s string) {
	p.h.Format = RFC3164
	p.h.Time = t.unix(p.received, p.loc)
	if s != "" && s[0] == ':' {
		s = skipSpaces(s[1:])
		if !p.tag(s) {
			p.setMessage(s)
		}
		return
	}
	p.hostAndTag(skipSpaces(s))
}

// unstamped reads a message that has a PRI but no time. Only what cannot be
// anything else is taken as host and tag.
func (p *parser) unstamped(s string) {
	w := word(s)
	first, rest := s[:w], skipSpaces(s[w:])
	if first != "" && isHost(first) && !isLevel(first) {
		if t, n, v := dialectTime(rest); v == goodTime && t.year != 0 {
			// The host comes before the time.
			p.h.Hostname = first
			p.h.Format = RFC3164
			p.h.Time = t.unix(p.received, p.loc)
			p.afterHost(skipSpaces(strings.TrimPrefix(rest[n:], ":")))
			return
		} else if v == dateOnly {
			p.fail(errDateOnly)
			return
		}
		if _, pid, n := scanTag(rest); (n > 0 && pid != "") || isMnemonic(skipSpaces(strings.TrimPrefix(rest, ":"))) {
			p.h.Hostname = first
			p.afterHost(rest)
			return
		}
	}
	// Without a pid, capitalized words are more likely headings ("Alarm:
	// ...").
	if name, pid, n := scanTag(s); n > 0 && (pid != "" || !('A' <= name[0] && name[0] <= 'Z')) && p.tag(s) {
		return
	}
	p.setMessage(s)
}

// hostAndTag reads what follows a time.
func (p *parser) hostAndTag(s string) {
	w := word(s)
	first := s[:w]
	if first == "" || first[0] == '%' || strings.HasPrefix(s, "last message repeated ") || strings.HasPrefix(s, "message repeated ") {
		p.setMessage(s)
		return
	}
	if host, ok := deviceHost(first); ok {
		p.h.Hostname = host
		p.afterHost(skipSpaces(s[w:]))
		return
	}
	if p.tag(s) {
		return
	}
	if isLevel(first) {
		// Some relays put the level where the host belongs. The PRI has it
		// too.
		if p.h.Priority < 0 || !p.tag(skipSpaces(s[w:])) {
			p.setMessage(s)
		}
		return
	}
	if isHost(first) {
		p.h.Hostname = first
		p.afterHost(skipSpaces(s[w:]))
		return
	}
	p.setMessage(s)
}

// afterHost reads what follows a host: usually the tag.
func (p *parser) afterHost(s string) {
	if strings.HasPrefix(s, ": ") { // Cisco ASA: "fw : %ASA-6-..."
		s = skipSpaces(s[1:])
	}
	if w := word(s); w > 0 && s[w-1] == ':' && isUniFiID(s[:w-1]) { // "ap-1 18e8294876c3,U7PG2-6.5.28: hostapd[1]: "
		s = skipSpaces(s[w:])
	}
	if p.inner(s) {
		return
	}
	if w := word(s); w >= 7 && w < len(s) && (isIPv4(s[:w]) || isIPv6(s[:w])) && p.tag(skipSpaces(s[w:])) { // Infoblox, relays
		p.h.Address = s[:w]
		return
	}
	if !p.tag(s) {
		p.setMessage(s)
	}
}

// tag takes the tag at the beginning of s, and the rest as the message. It
// returns false if there is none.
func (p *parser) tag(s string) bool {
	name, pid, n := scanTag(s)
	if n == 0 || (pid == "" && (isLevel(name) || name == "CEF" || name == "LEEF")) {
		return false
	}
	rest := skipSpaces(s[n:])
	if pid == "" && isHost(name) && (isMnemonic(rest) || p.inner(rest)) {
		// Not a tag but the host: "sw-1: %SYS-5-CONFIG_I: ...".
		p.h.Hostname = name
		if p.h.Message == "" {
			p.setMessage(rest)
		}
		return true
	}
	p.h.AppName, p.h.ProcID = name, pid
	p.setMessage(rest)
	return true
}

// scanTag reads "name:", "name[pid]:" and "name[pid] ". n is the length
// including the colon, 0 if there is no tag.
func scanTag(s string) (name, pid string, n int) {
	const longest = 96 // RFC 3164 says 32, but names of systemd units are longer
	letters := false
	for i := 0; i < len(s) && i <= longest; i++ {
		c := s[i]
		switch {
		case isLetter(c):
			letters = true
		case isDigit(c), c == '_':
		case c == '/' || c == '(':
			// paths and "(systemd)"
		case c >= utf8Start:
		case i == 0:
			return "", "", 0
		case c == '[':
			end := strings.IndexByte(s[i:], ']')
			if !letters || end < 0 || end > 129 {
				return "", "", 0
			}
			pid = s[i+1 : i+end]
			if graphic(pid) != len(pid) {
				return "", "", 0
			}
			n = i + end + 1
			if n < len(s) && s[n] == ':' {
				return s[:i], pid, n + 1
			}
			if n == len(s) || s[n] == ' ' {
				return s[:i], pid, n
			}
			return "", "", 0
		case c == ':':
			if !letters || (i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '\t' && s[i+1] != '\n') {
				return "", "", 0
			}
			return s[:i], "", i + 1
		case c == '.' || c == '-' || c == ')' || c == '@' || c == '+' || c == '#' || c == '~' || c == '\\' || c == '*':
		default:
			return "", "", 0
		}
	}
	return "", "", 0
}

const utf8Start = 0x80

// deviceHost recognizes hosts that would pass for tags or text: addresses
// followed by a colon, UniFi's names.
func deviceHost(first string) (host string, ok bool) {
	bare := strings.TrimSuffix(first, ":")
	switch {
	case len(bare) > 4 && strings.HasPrefix(bare, `("`) && strings.HasSuffix(bare, `")`):
		if inner := bare[2 : len(bare)-2]; isUniFiName(inner) {
			return inner, true
		}
	case isUniFiName(bare):
		return bare, true
	case isIPv6(first):
		return first, true
	case isIPv6(bare), isIPv4(bare):
		return bare, true
	case len(bare) > 2 && bare[0] == '[' && bare[len(bare)-1] == ']' && isIPv6(bare[1:len(bare)-1]):
		return bare[1 : len(bare)-1], true
	}
	return "", false
}

// isUniFiName reports whether s is "model,mac,version", which UniFi devices
// send as their host.
func isUniFiName(s string) bool {
	i := strings.IndexByte(s, ',')
	return i > 0 && len(s) > i+14 && isMAC(s[i+1:i+13]) && s[i+13] == ','
}

// isUniFiID reports whether s is "mac,model-version", which newer UniFi
// devices send after their host name.
func isUniFiID(s string) bool { return len(s) > 13 && isMAC(s[:12]) && s[12] == ',' }

func isMAC(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return len(s) == 12
}

// isHost reports whether a word can be a host's name or address.
func isHost(s string) bool {
	if len(s) > 255 || !(isDigit(s[0]) || isLetter(s[0]) || s[0] >= utf8Start || s[0] == ':' || s[0] == '_') {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case isDigit(c), isLetter(c), c >= utf8Start, c == '.', c == '-', c == '_', c == '/', c == '@':
		case c == ':' || c == '%':
			return isIPv6(s)
		default:
			return false
		}
	}
	return true
}

// isIPv6 reports whether s looks like an IPv6 address, with or without zone.
func isIPv6(s string) bool {
	colons, run := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == ':':
			colons++
			run = 0
		case isHex(c):
			if run++; run > 4 {
				return false
			}
		case c == '.':
			run = 0
		case c == '%':
			return colons >= 2 && i+1 < len(s) && !strings.Contains(s[i:], ":")
		default:
			return false
		}
	}
	if colons < 2 || colons > 7 {
		return false
	}
	short := strings.Contains(s, "::")
	// "a:b:c:" is an address followed by a colon, "a:b::" an address.
	if s[len(s)-1] == ':' && !strings.HasSuffix(s, "::") {
		return false
	}
	return short || colons == 7
}

func isIPv4(s string) bool {
	dots, run := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && run > 0:
			dots++
			run = 0
		case isDigit(c) && run < 3:
			run++
		default:
			return false
		}
	}
	return dots == 3 && run > 0
}

// isLevel reports whether a word names a severity: lines without a host may
// begin with one.
func isLevel(s string) bool {
	if len(s) < 3 || len(s) > 11 {
		return false
	}
	for _, level := range [...]string{"info", "warning", "warn", "error", "err", "debug", "notice", "critical", "crit",
		"alert", "emerg", "emergency", "fatal", "trace", "severe", "information"} {
		if len(s) == len(level) && strings.EqualFold(s, level) {
			return true
		}
	}
	return false
}

// word returns the length of s up to its first space or line end.
func word(s string) int {
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t', '\n', '\r':
			return i
		}
	}
	return len(s)
}
