package syslog

import "time"

// The times that int64 nanoseconds can hold, in seconds since 1970.
const (
	minSeconds = -9223372036
	maxSeconds = 9223372035
)

// stamp is a time as written in a message.
type stamp struct {
	year  int // 0: none
	month int
	day   int
	hour  int
	min   int
	sec   int // up to 60: leap seconds
	nsec  int

	offset   int // east of UTC, seconds
	isOffset bool
	zone     string // abbreviation such as "CEST"; "" when none
}

// verdict says to what extent a text is a time.
type verdict uint8

const (
	noTime   verdict = iota
	dateOnly         // a date in ISO notation without a time of day
	badTime          // a well-formed time that does not exist
	goodTime
)

// civil converts a date and time of the proleptic Gregorian calendar to
// seconds since 1970, UTC.
func civil(year, month, day, hour, min, sec int) int64 {
	// Days from civil, Howard Hinnant: years begin in March.
	y := int64(year)
	if month <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := int64((153*((month+9)%12)+2)/5 + day - 1)
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return (era*146097+doe-719468)*86400 + int64(hour*3600+min*60+sec)
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if isLeap(year) {
			return 29
		}
		return 28
	}
	return 31
}

// unix returns Unix nanoseconds UTC; 0 for years that do not fit. See
// ParseHeader for received and loc.
func (t *stamp) unix(received int64, loc *time.Location) int64 {
	year := t.year
	if year == 0 {
		year = t.likelyYear(received)
	}
	sec := civil(year, t.month, t.day, t.hour, t.min, t.sec)
	if sec-86400 < minSeconds || sec+86400 > maxSeconds {
		return 0
	}
	switch {
	case t.isOffset:
		sec -= int64(t.offset)
	case loc != time.UTC || t.zone != "":
		local := time.Date(year, time.Month(t.month), t.day, t.hour, t.min, t.sec, 0, loc)
		if t.zone != "" {
			// The receiver's own abbreviations take precedence: many are
			// ambiguous.
			if name, _ := local.Zone(); name != t.zone {
				if offset, ok := zoneOffset(t.zone); ok {
					sec -= int64(offset)
					break
				}
			}
		}
		sec = local.Unix()
	}
	return sec*1e9 + int64(t.nsec)
}

// maxAhead is how far a sender's clock can be ahead of ours, in seconds, for a
// time without a year: zones and wrong clocks make a difference of hours,
// never more than a day or two.
const maxAhead = 2 * 86400

// likelyYear returns the year of a time without one: the latest in which it is
// not ahead of received. Around New Year that may be last year or next year; a
// log from April imported in November is from this April, and February 29 is
// in a leap year.
func (t *stamp) likelyYear(received int64) int {
	now := received / 1e9
	this := time.Unix(now, 0).UTC().Year()
	const leapGap = 8 // years between two leap years at most
	for year := this + 1; year >= this-leapGap; year-- {
		if t.day <= daysIn(year, t.month) && civil(year, t.month, t.day, t.hour, t.min, t.sec)-now <= maxAhead {
			return year
		}
	}
	return this
}

func digits2(s string, i int) int {
	if i+2 > len(s) || !isDigit(s[i]) || !isDigit(s[i+1]) {
		return -1
	}
	return int(s[i]-'0')*10 + int(s[i+1]-'0')
}

func digits4(s string) int {
	a, b := digits2(s, 0), digits2(s, 2)
	if a < 0 || b < 0 {
		return -1
	}
	return a*100 + b
}

// fraction reads a separator and one to nine digits as nanoseconds.
func fraction(s string, separator byte) (ns, n int) {
	if len(s) < 2 || s[0] != separator {
		return 0, 0
	}
	d := countDigits(s[1:])
	if d == 0 || d > 9 {
		return 0, 0
	}
	for i := 1; i <= 9; i++ {
		ns *= 10
		if i <= d {
			ns += int(s[i] - '0')
		}
	}
	return ns, d + 1
}

// rfc3339 reads RFC 5424's TIMESTAMP, with up to nine fractional digits. n is
// 0 for anything else.
func rfc3339(s string) (ns int64, n int) {
	const shape = "2006-01-02T15:04:05"
	if len(s) <= len(shape) || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, 0
	}
	year, month, day := digits4(s), digits2(s, 5), digits2(s, 8)
	hour, min, sec := digits2(s, 11), digits2(s, 14), digits2(s, 17)
	if year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		hour < 0 || hour > 23 || min < 0 || min > 59 || sec < 0 || sec > 59 {
		return 0, 0
	}
	n = len(shape)
	frac, f := fraction(s[n:], '.')
	n += f
	offset := 0
	switch {
	case n < len(s) && s[n] == 'Z':
		n++
	default:
		var w int
		if offset, w = numericZone(s[n:]); w != len("+00:00") {
			return 0, 0
		}
		n += w
	}
	at := civil(year, month, day, hour, min, sec) - int64(offset)
	if at < minSeconds || at > maxSeconds {
		return 0, n
	}
	return at*1e9 + int64(frac), n
}

// numericZone reads +01:00, +0100 or +01 as seconds east of UTC.
func numericZone(s string) (offset, n int) {
	if s == "" || (s[0] != '+' && s[0] != '-') {
		return 0, 0
	}
	hours, minutes := digits2(s, 1), 0
	if hours < 0 || hours > 23 {
		return 0, 0
	}
	n = 3
	if n < len(s) && s[n] == ':' {
		if minutes = digits2(s, 4); minutes < 0 {
			return 0, 0
		}
		n = 6
	} else if m := digits2(s, 3); m >= 0 {
		minutes, n = m, 5
	}
	if minutes > 59 {
		return 0, 0
	}
	offset = hours*3600 + minutes*60
	if s[0] == '-' {
		offset = -offset
	}
	return offset, n
}

// month returns 1 to 12 for an English month abbreviation in any case followed
// by a space, 0 for anything else.
func month(s string) int {
	if len(s) < 4 || s[3] != ' ' {
		return 0
	}
	switch uint32(s[0]|0x20)<<16 | uint32(s[1]|0x20)<<8 | uint32(s[2]|0x20) {
	case 'j'<<16 | 'a'<<8 | 'n':
		return 1
	case 'f'<<16 | 'e'<<8 | 'b':
		return 2
	case 'm'<<16 | 'a'<<8 | 'r':
		return 3
	case 'a'<<16 | 'p'<<8 | 'r':
		return 4
	case 'm'<<16 | 'a'<<8 | 'y':
		return 5
	case 'j'<<16 | 'u'<<8 | 'n':
		return 6
	case 'j'<<16 | 'u'<<8 | 'l':
		return 7
	case 'a'<<16 | 'u'<<8 | 'g':
		return 8
	case 's'<<16 | 'e'<<8 | 'p':
		return 9
	case 'o'<<16 | 'c'<<8 | 't':
		return 10
	case 'n'<<16 | 'o'<<8 | 'v':
		return 11
	case 'd'<<16 | 'e'<<8 | 'c':
		return 12
	}
	return 0
}

// zoneOffset knows the abbreviations that devices put after a time, in any
// case. Ambiguous ones get the European or American reading.
func zoneOffset(name string) (seconds int, ok bool) {
	const hour = 3600
	var upper [5]byte
	if len(name) > len(upper) {
		return 0, false
	}
	for i := range len(name) {
		upper[i] = name[i] &^ 0x20
	}
	switch string(upper[:len(name)]) {
	case "Z", "UTC", "GMT", "WET":
		return 0, true
	case "CET", "MEZ", "BST", "WEST":
		return hour, true
	case "CEST", "MESZ", "EET", "SAST":
		return 2 * hour, true
	case "EEST", "MSK", "TRT":
		return 3 * hour, true
	case "IST":
		return 5*hour + hour/2, true
	case "SGT", "HKT", "AWST":
		return 8 * hour, true
	case "JST", "KST":
		return 9 * hour, true
	case "ACST":
		return 9*hour + hour/2, true
	case "AEST":
		return 10 * hour, true
	case "ACDT":
		return 10*hour + hour/2, true
	case "AEDT":
		return 11 * hour, true
	case "NZST":
		return 12 * hour, true
	case "NZDT":
		return 13 * hour, true
	case "BRT", "ART", "ADT":
		return -3 * hour, true
	case "EDT", "AST":
		return -4 * hour, true
	case "EST", "CDT":
		return -5 * hour, true
	case "CST", "MDT":
		return -6 * hour, true
	case "MST", "PDT":
		return -7 * hour, true
	case "PST", "AKDT":
		return -8 * hour, true
	case "AKST":
		return -9 * hour, true
	case "HST":
		return -10 * hour, true
	}
	return 0, false
}
