package sigma

import (
	"strconv"
	"time"

	"porchlight/detect/query"
)

// TimePart is a query.Test of a part of a time: minute, hour, day, week, month
// or year (Sigma Modifiers 2.1: Time Modifiers). It is read off the text of the
// value as it stands, whatever its zone; weeks are those of ISO 8601. A value
// that is not a date, or a date without a time of day where one is asked for,
// does not pass.
type TimePart struct {
	Part    string
	Compare query.Compare
}

// String implements query.Test.
func (p TimePart) String() string { return p.Part + p.Compare.String() }

// Test implements query.Test.
func (p TimePart) Test(s string) bool {
	n, ok := p.read(s)
	if !ok {
		return false
	}
	var buf [8]byte
	return p.Compare.Test(string(strconv.AppendInt(buf[:0], int64(n), 10)))
}

// read returns the part of a time in one of the forms 2006-01-02T15:04:05,
// 2006-01-02 15:04:05, 2006/01/02 15:04:05 and their beginnings, with anything
// after them.
func (p TimePart) read(s string) (int, bool) {
	year, ok := digits(s, 0, 4)
	if !ok || len(s) < len("2006-01-02") || s[4] != s[7] || s[4] != '-' && s[4] != '/' {
		return 0, false
	}
	month, ok1 := digits(s, 5, 2)
	day, ok2 := digits(s, 8, 2)
	if !ok1 || !ok2 || month < 1 || month > 12 || day < 1 || day > 31 || len(s) > 10 && isDigit(s[10]) {
		return 0, false
	}
	switch p.Part {
	case "year":
		return year, true
	case "month":
		return month, true
	case "day":
		return day, true
	case "week":
		_, week := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).ISOWeek()
		return week, true
	}
	if len(s) < len("2006-01-02T15:04") || s[10] != 'T' && s[10] != 't' && s[10] != ' ' || s[13] != ':' {
		return 0, false
	}
	hour, ok1 := digits(s, 11, 2)
	minute, ok2 := digits(s, 14, 2)
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, false
	}
	if p.Part == "hour" {
		return hour, true
	}
	return minute, true
}

func digits(s string, at, n int) (int, bool) {
	if len(s) < at+n {
		return 0, false
	}
	v := 0
	for _, c := range []byte(s[at : at+n]) {
		if !isDigit(c) {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
