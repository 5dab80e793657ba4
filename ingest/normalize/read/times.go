package read

import (
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Times outside these years are not believed.
const minYear, maxYear = 1990, 2200

// ParseTime reads the notations of time found in logs with explicit keys: RFC
// 3339 and its looser kin ("2006-01-02 15:04:05", fraction, zone optional),
// Unix time in s, ms, us or ns (distinguished by magnitude) or seconds with a
// fraction, and "Jan 02 2006 15:04:05.000 MST". Times without a zone are read
// in loc. The result is Unix nanoseconds.
func ParseTime(s string, loc *time.Location) (int64, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 9 || len(s) > 48 {
		return 0, false
	}
	c := s[0]
	switch {
	case c >= '0' && c <= '9' && (s[4] == '-' || s[4] == '/') && s[2] != '/':
		return parseISO(s, loc)
	case c >= '0' && c <= '9':
		if ns, ok := parseEpoch(s); ok {
			return ns, true
		}
	}
	s, loc = cutZone(s, loc)
	if c >= '0' && c <= '9' && strings.IndexByte(s[:3], '/') > 0 {
		if ns, ok := parseTwelveHours(s, loc); ok {
			return ns, true
		}
	}
	for _, layout := range layouts {
		if len(s) < len(layout)-3 || len(s) > len(layout)+10 || (layout[0] == '_') != (c >= '0' && c <= '9') {
			continue // save the error's allocation
		}
		if digits := digitsLen(s); c >= '0' && c <= '9' && (digits > 2 || digits < len(s) && s[digits] != layout[2]) {
			continue
		}
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return believable(t)
		}
	}
	return 0, false
}

// parseTwelveHours reads 3/1/2026 10:05:00 PM, with or without an offset.
// The month comes first, as is usual with such times, unless it cannot be one.
func parseTwelveHours(s string, loc *time.Location) (int64, bool) {
	i := strings.LastIndex(s, "M")
	if i < 2 || s[i-1] != 'A' && s[i-1] != 'P' || len(s) > i+1 && s[i+1] != ' ' {
		return 0, false
	}
	if zone := strings.TrimSpace(s[i+1:]); zone != "" {
		offset, ok := parseOffset(zone)
		if !ok || zone[0] != '+' && zone[0] != '-' {
			return 0, false
		}
		loc = time.FixedZone(zone, offset)
	}
	for _, layout := range [...]string{"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM", "2/1/2006 3:04:05 PM"} {
		if t, err := time.ParseInLocation(layout, s[:i+1], loc); err == nil {
			return believable(t)
		}
	}
	return 0, false
}

// digitsLen returns how many digits s begins with.
func digitsLen(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// layouts of times that are neither ISO nor Unix; fractions of a second are
// accepted by package time after any of them.
var layouts = []string{
	"Jan _2 2006 15:04:05",
	"Jan _2 15:04:05 2006",
	"_2 Jan 2006 15:04:05",
	"_2/Jan/2006:15:04:05 -0700",
	"_2/Jan/2006:15:04:05",
	"_2-Jan-2006 15:04:05",
	"_2.01.2006 15:04:05",
	"Mon Jan _2 15:04:05 2006",
	"Mon, _2 Jan 2006 15:04:05",
	"Mon, _2 Jan 2006 15:04:05 -0700",
	"_2 Jan 2006 15:04:05 -0700",
	"Jan _2 2006 15:04:05 -0700",
}

// zones are abbreviations that are unambiguous in a log.
var zones = map[string]*time.Location{
	"Z": time.UTC, "UTC": time.UTC, "GMT": time.UTC, "WET": time.UTC,
	"CET": time.FixedZone("CET", 3600), "CEST": time.FixedZone("CEST", 7200),
	"EET": time.FixedZone("EET", 7200), "EEST": time.FixedZone("EEST", 10800),
	"EST": time.FixedZone("EST", -5*3600), "EDT": time.FixedZone("EDT", -4*3600),
	"CST": time.FixedZone("CST", -6*3600), "CDT": time.FixedZone("CDT", -5*3600),
	"MST": time.FixedZone("MST", -7*3600), "MDT": time.FixedZone("MDT", -6*3600),
	"PST": time.FixedZone("PST", -8*3600), "PDT": time.FixedZone("PDT", -7*3600),
}

// cutZone cuts a zone abbreviation off the end of s.
func cutZone(s string, loc *time.Location) (string, *time.Location) {
	if before, last, ok := CutLast(s, " "); ok {
		if z := zones[last]; z != nil {
			return before, z
		}
		if len(last) > 4 && (last[:3] == "GMT" || last[:3] == "UTC") && (last[3] == '+' || last[3] == '-') {
			if offset, ok := parseOffset(last[3:]); ok {
				return before, time.FixedZone(last, offset)
			}
		}
	}
	return s, loc
}

func believable(t time.Time) (int64, bool) {
	if y := t.Year(); y < minYear || y > maxYear {
		return 0, false
	}
	return t.UnixNano(), true
}

// parseEpoch reads Unix time; the number of digits before the point gives the
// unit (10 s, 13 ms, 16 us, 19 ns).
func parseEpoch(s string) (int64, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	var n int64
	for i := range len(whole) {
		if whole[i] < '0' || whole[i] > '9' {
			return 0, false
		}
		if n = n*10 + int64(whole[i]-'0'); n < 0 {
			return 0, false
		}
	}
	var unit int64
	switch len(whole) {
	case 9, 10:
		unit = 1e9
	case 13:
		unit = 1e6
	case 16:
		unit = 1e3
	case 19:
		unit = 1
	default:
		return 0, false
	}
	n *= unit
	for i := range len(fraction) {
		if fraction[i] < '0' || fraction[i] > '9' {
			return 0, false
		}
		unit /= 10
		n += int64(fraction[i]-'0') * unit
	}
	return believable(time.Unix(0, n).UTC())
}

// parseISO reads YYYY-MM-DD[T ]hh:mm[:ss[.frac]][zone] where '-' may be '/' and
// zone is Z, +hh:mm, +hhmm, +hh or an abbreviation.
func parseISO(s string, loc *time.Location) (int64, bool) {
	if len(s) < 16 || s[10] != 'T' && s[10] != ' ' && s[10] != 't' {
		return 0, false
	}
	return parseISOParts(s[:10], s[11:], "", loc)
}

// parseISOParts is parseISO for a separate day, time and zone; the zone may
// also follow the time.
func parseISOParts(day, clock, zone string, loc *time.Location) (int64, bool) {
	if len(day) != 10 || len(clock) < 5 || day[7] != day[4] || day[4] != '-' && day[4] != '/' || clock[2] != ':' {
		return 0, false
	}
	year, ok1 := digits(day[:4])
	month, ok2 := digits(day[5:7])
	date, ok3 := digits(day[8:])
	hour, ok4 := digits(clock[:2])
	minute, ok5 := digits(clock[3:5])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || month < 1 || month > 12 || date < 1 || date > 31 || hour > 23 || minute > 59 {
		return 0, false
	}
	second, nano, i := 0, 0, 5
	if i < len(clock) && clock[i] == ':' {
		ok := len(clock) >= 8
		if ok {
			second, ok = digits(clock[6:8])
		}
		if !ok || second > 60 {
			return 0, false
		}
		i = 8
		if i < len(clock) && (clock[i] == '.' || clock[i] == ',') {
			unit := 100_000_000
			for i++; i < len(clock) && '0' <= clock[i] && clock[i] <= '9'; i++ {
				nano += int(clock[i]-'0') * unit
				unit /= 10
			}
		}
	}
	if behind := strings.TrimPrefix(clock[i:], " "); behind != "" {
		zone = behind
	}
	offset := 0
	switch {
	case zone == "":
	case zones[zone] != nil:
		loc = zones[zone]
	case zone == "z":
		loc = time.UTC
	case zone[0] == '+' || zone[0] == '-':
		var ok bool
		if offset, ok = parseOffset(zone); !ok {
			return 0, false
		}
		loc = time.UTC
	default:
		return 0, false
	}
	t := time.Date(year, time.Month(month), date, hour, minute, second, nano, loc)
	return believable(t.Add(-time.Duration(offset) * time.Second))
}

// digits reads a short number consisting only of digits.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

// parseOffset reads +hh:mm, +hhmm or +hh as seconds.
func parseOffset(s string) (int, bool) {
	digits, n := 0, 0
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == ':' && i == 3:
		case '0' <= c && c <= '9' && digits < 4:
			n = n*10 + int(c-'0')
			digits++
		default:
			return 0, false
		}
	}
	switch digits {
	case 2:
		n *= 100
	case 4:
	default:
		return 0, false
	}
	n = n/100*3600 + n%100*60
	if s[0] == '-' {
		n = -n
	}
	return n, n >= -24*3600 && n <= 24*3600
}

// SetTime makes a time in the message the event's own.
func SetTime(ev *event.Event, s string, loc *time.Location) bool {
	ns, ok := ParseTime(s, loc)
	if ok {
		ev.Time = ns
	}
	return ok
}

// javaLayout translates a pattern of Java's SimpleDateFormat (LEEF's
// devTimeFormat) into a layout of package time.
func javaLayout(pattern string) (string, bool) {
	if len(pattern) > 64 {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(pattern); {
		c := pattern[i]
		if c == '\'' {
			end := strings.IndexByte(pattern[i+1:], '\'')
			if end < 0 {
				return "", false
			}
			b.WriteString(pattern[i+1 : i+1+end])
			i += end + 2
			continue
		}
		n := 1
		for i+n < len(pattern) && pattern[i+n] == c {
			n++
		}
		if !IsLetter(c) {
			b.WriteString(pattern[i : i+n])
			i += n
			continue
		}
		part := javaPart(c, n)
		if part == "" {
			return "", false
		}
		b.WriteString(part)
		i += n
	}
	return b.String(), true
}

func javaPart(c byte, n int) string {
	pick := func(short, long string) string {
		if n == 1 {
			return short
		}
		return long
	}
	switch c {
	case 'y':
		if n == 2 {
			return "06"
		}
		return "2006"
	case 'M':
		switch n {
		case 3:
			return "Jan"
		case 4:
			return "January"
		}
		return pick("1", "01")
	case 'd':
		return pick("2", "02")
	case 'H':
		return "15"
	case 'h':
		return pick("3", "03")
	case 'm':
		return pick("4", "04")
	case 's':
		return pick("5", "05")
	case 'S':
		return strings.Repeat("0", n)
	case 'a':
		return "PM"
	case 'E':
		return "Mon"
	case 'z':
		return "MST"
	case 'Z':
		return "-0700"
	case 'X':
		return "Z07:00"
	}
	return ""
}

// parseLayout reads s by a layout, and a zone abbreviation at the end by our
// own table: package time knows only its location's.
func parseLayout(layout, s string, loc *time.Location) (time.Time, error) {
	if short, ok := strings.CutSuffix(layout, " MST"); ok {
		s, loc = cutZone(s, loc)
		layout = short
	}
	return time.ParseInLocation(layout, s, loc)
}

// Zone returns the zone of an abbreviation that is unambiguous in a log; nil
// for others.
func Zone(abbreviation string) *time.Location { return zones[abbreviation] }

// SpanDuration sets event.duration from start and end.
func (k *Keyed) SpanDuration() {
	start, ok1 := ParseTime(k.Get("event.start"), k.Location)
	end, ok2 := ParseTime(k.Get("event.end"), k.Location)
	if ok1 && ok2 && end >= start {
		k.Event.SetExtra(FieldDuration, strconv.FormatInt(end-start, 10))
	}
}
