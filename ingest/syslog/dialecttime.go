package syslog

// dialectTime reads a time at the beginning of s in any notation found in
// headers other than RFC 5424's:
//
//	Nov 23 10:00:00             RFC 3164; the day padded with a space, a zero, or not
//	Nov 23 2026 10:00:00        Cisco ASA
//	Nov 23 10:00:00 2026        Aruba
//	2026 Nov 23 10:00:00        Cisco NX-OS
//	2026-11-23T10:00:00+01:00   rsyslog's file format, VMware, Omada (with a space)
//	2026:11:23-10:00:00         Sophos UTM
//
// each with an optional fraction and zone ("Z", "+0100", " CET"). n is its
// length; it is followed by a space, a colon, or nothing.
func dialectTime(s string) (t stamp, n int, v verdict) {
	if s == "" {
		return t, 0, noTime
	}
	if isDigit(s[0]) {
		year := digits4(s)
		if year <= 0 || len(s) < 5 {
			return t, 0, noTime
		}
		t.year = year
		if s[4] == ' ' && month(s[5:]) != 0 {
			n, v = t.monthFirst(s[5:], true)
			n += 5
		} else {
			n, v = t.iso(s)
		}
	} else {
		n, v = t.monthFirst(s, false)
	}
	if v == noTime || v == dateOnly {
		return t, 0, v
	}
	n += t.behind(s[n:])
	if n < len(s) && s[n] != ' ' && s[n] != ':' {
		return t, 0, noTime
	}
	return t, n, v
}

// monthFirst reads "Nov 23 10:00:00" and "Nov 23 2026 10:00:00".
func (t *stamp) monthFirst(s string, hasYear bool) (n int, v verdict) {
	t.month = month(s)
	if t.month == 0 {
		return 0, noTime
	}
	n = 4
	for n < len(s) && s[n] == ' ' && n < 6 {
		n++
	}
	d := countDigits(s[n:])
	switch d {
	case 1:
		t.day = int(s[n] - '0')
	case 2:
		t.day = digits2(s, n)
	default:
		return 0, noTime
	}
	n += d
	for i := 0; n < len(s) && i < 2; i++ {
		if s[n] != ' ' {
			return 0, noTime
		}
		n++
		if s[n:] != "" && s[n] == ' ' { // a space pads the hour
			n++
		}
		if w := t.clock(s[n:], '.'); w > 0 {
			return n + w, t.check(t.year)
		}
		if hasYear || countDigits(s[n:]) != 4 {
			return 0, noTime
		}
		if t.year = digits4(s[n:]); t.year == 0 {
			return 0, noTime
		}
		hasYear = true
		n += 4
	}
	return 0, noTime
}

// iso reads "2026-11-23T10:00:00" with other separators too. The year is set.
func (t *stamp) iso(s string) (n int, v verdict) {
	const date = len("2006-01-02")
	if len(s) < date || (s[4] != '-' && s[4] != '/' && s[4] != ':') || s[7] != s[4] {
		return 0, noTime
	}
	t.month, t.day = digits2(s, 5), digits2(s, 8)
	if t.month < 0 || t.day < 0 {
		return 0, noTime
	}
	if len(s) == date {
		return 0, dateOnly
	}
	switch {
	case s[date] == 'T' || s[date] == ' ':
	case s[date] == '-' && s[4] == ':':
	default:
		return 0, noTime
	}
	w := t.clock(s[date+1:], '.')
	if w == 0 {
		return 0, dateOnly
	}
	n = date + 1 + w
	if t.nsec == 0 {
		var f int // Python and Java write a comma
		t.nsec, f = fraction(s[n:], ',')
		n += f
	}
	return n, t.check(t.year)
}

// clock reads "10:00:00" and a fraction; it returns 0 for anything else.
func (t *stamp) clock(s string, point byte) (n int) {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return 0
	}
	t.hour, t.min, t.sec = digits2(s, 0), digits2(s, 3), digits2(s, 6)
	if t.hour < 0 || t.min < 0 || t.sec < 0 {
		return 0
	}
	t.nsec, n = fraction(s[8:], point)
	return 8 + n
}

// check reports whether the time exists; without a year February 29 does.
func (t *stamp) check(year int) verdict {
	if year == 0 {
		year = 2000
	}
	if t.month < 1 || t.month > 12 || t.day < 1 || t.day > daysIn(year, t.month) ||
		t.hour > 23 || t.min > 59 || t.sec > 60 {
		return badTime
	}
	return goodTime
}

// behind reads what can follow the time of day: zone and year, in either
// order.
func (t *stamp) behind(s string) (n int) {
	for range 2 {
		w := t.behindOnce(s[n:])
		if w == 0 {
			break
		}
		n += w
	}
	return n
}

func (t *stamp) behindOnce(s string) int {
	zoned := t.isOffset || t.zone != ""
	if s == "" || (s[0] != ' ' && zoned) {
		return 0
	}
	if s[0] == 'Z' {
		t.isOffset = true
		return 1
	}
	space := 0
	if s[0] == ' ' {
		space = 1
		s = s[1:]
	}
	ends := func(n int) bool { return n == len(s) || s[n] == ' ' || s[n] == ':' }
	if !zoned {
		if offset, w := numericZone(s); w > 0 && ends(w) {
			t.offset, t.isOffset = offset, true
			return space + w
		}
		if space == 1 {
			w := 0
			for w < len(s) && w < 5 && isLetter(s[w]) {
				w++
			}
			if name := s[:w]; name == "UTC" || name == "GMT" {
				if offset, o := shortZone(s[w:]); o > 0 && ends(w+o) {
					t.offset, t.isOffset = offset, true
					return space + w + o
				}
			}
			if w >= 3 && ends(w) {
				// An unknown word is also a zone if a colon ends the time.
				known := false
				if s[0] <= 'Z' {
					_, known = zoneOffset(s[:w])
				}
				if known || (w < len(s) && s[w] == ':' && isMnemonic(skipSpaces(s[w+1:]))) {
					t.zone = s[:w]
					return space + w
				}
			}
		}
	}
	if t.year == 0 && space == 1 && countDigits(s) == 4 && (len(s) == 4 || s[4] == ' ') && (s[:2] == "19" || s[:2] == "20") {
		t.year = digits4(s)
		return space + 4
	}
	return 0
}

// shortZone reads what Cisco puts after "UTC": +1, -10, +07:30.
func shortZone(s string) (offset, n int) {
	if len(s) >= 2 && (s[0] == '+' || s[0] == '-') && countDigits(s[1:]) == 1 {
		offset = int(s[1]-'0') * 3600
		if s[0] == '-' {
			offset = -offset
		}
		return offset, 2
	}
	return numericZone(s)
}

// isMnemonic reports whether s begins like one of Cisco's message names,
// "%ASA-6-302013" or "%SYS-5-CONFIG_I".
func isMnemonic(s string) bool {
	if len(s) < 6 || s[0] != '%' {
		return false
	}
	for i := 1; i+2 < len(s) && s[i] > ' ' && s[i] != ':'; i++ {
		if s[i] == '-' && isDigit(s[i+1]) && s[i+2] == '-' {
			return true
		}
	}
	return false
}
