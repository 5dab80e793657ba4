package query

import (
	"strconv"
	"strings"
	"time"
)

// layouts of absolute times, RFC 3339 and what people shorten it to.
var layouts = [...]string{
	time.RFC3339,
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05", "2006-01-02 15:04:05",
	"2006-01-02T15:04", "2006-01-02 15:04",
}

// parseTime reads a time: absolute (RFC 3339 or shorter), a clock time of
// today, a day (2026-01-31, today, yesterday), or now, now-2h. A day is the
// span [from, until), all else an instant, from == until.
func parseTime(s string, now time.Time) (from, until time.Time, ok bool) {
	zone := now.Location()
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, s, zone); err == nil {
			return t, t, inRange(t)
		}
	}
	y, m, d := now.Date()
	whole := func(t time.Time) (time.Time, time.Time, bool) { return t, t.AddDate(0, 0, 1), inRange(t) }
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return whole(t)
	}
	for _, l := range [...]string{"15:04:05", "15:04"} {
		if t, err := time.Parse(l, s); err == nil {
			t = time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
			return t, t, true
		}
	}
	s = strings.ToLower(s)
	switch s {
	case "today":
		return whole(time.Date(y, m, d, 0, 0, 0, 0, zone))
	case "yesterday":
		return whole(time.Date(y, m, d-1, 0, 0, 0, 0, zone))
	case "now":
		return now, now, true
	}
	if ago, found := strings.CutPrefix(s, "now-"); found {
		t, ok := before(now, ago)
		return t, t, ok
	}
	return time.Time{}, time.Time{}, false
}

// before returns the time so long before now: 30s, 15m, 24h, 7d, 2w.
func before(now time.Time, length string) (time.Time, bool) {
	d, ok := span(length)
	if !ok {
		return time.Time{}, false
	}
	t := now.Add(-d)
	return t, inRange(t)
}

// span reads a length of time of at most 100 years. A day is 24 hours
// whatever the clocks do.
func span(length string) (time.Duration, bool) {
	i := digits(length)
	if i == 0 || i > 9 {
		return 0, false
	}
	n, err := strconv.ParseInt(length[:i], 10, 64)
	if err != nil {
		return 0, false
	}
	var unit time.Duration
	switch strings.ToLower(length[i:]) {
	case "s", "sec", "second", "seconds":
		unit = time.Second
	case "m", "min", "minute", "minutes":
		unit = time.Minute
	case "h", "hour", "hours":
		unit = time.Hour
	case "d", "day", "days":
		unit = day
	case "w", "week", "weeks":
		unit = 7 * day
	default:
		return 0, false
	}
	const most = 100 * 365 * day
	if n > int64(most/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

const day = 24 * time.Hour

// spanText writes whole seconds so that span reads them back: 90m, 1d.
func spanText(d time.Duration) string {
	for _, u := range [...]struct {
		unit time.Duration
		name string
	}{{7 * day, "w"}, {day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= u.unit && d%u.unit == 0 {
			return strconv.FormatInt(int64(d/u.unit), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + "s"
}

// moment reads a time as a value.
func (p *parser) moment(o operand, text string) (from, until int64, err error) {
	a, b, ok := parseTime(text, p.now)
	if !ok {
		return 0, 0, p.fail(o.at, "expected a time such as 2026-01-31, 2026-01-31T14:05:00Z or now-2h")
	}
	return a.UnixNano(), b.UnixNano(), nil
}

// bound reads the time after since: or until:, which began at start.
func (p *parser) bound(start int, name string) error {
	if err := p.wantWhole(start, "'"+name+":'"); err != nil {
		return err
	}
	o, err := p.operand("'" + name + ":'")
	if err != nil {
		return err
	}
	text := literalText(o.parts)
	if !o.quoted {
		text = o.raw
	}
	if t, ok := before(p.now, text); ok {
		p.limit(name, t)
		return nil
	}
	from, until, ok := parseTime(text, p.now)
	if !ok {
		return p.fail(o.at, "expected a time such as 2026-01-31, 2026-01-31T14:05:00Z, yesterday or 2h after '%s:'", name)
	}
	if name == nameUntil {
		from = until
	}
	p.limit(name, from)
	return nil
}

// limit narrows the search's bounds.
func (p *parser) limit(name string, t time.Time) {
	ns := t.UnixNano()
	switch {
	case name == nameSince && (p.q.Since == 0 || ns > p.q.Since):
		p.q.Since = ns
	case name == nameUntil && (p.q.Until == 0 || ns < p.q.Until):
		p.q.Until = ns
	}
}

// wantWhole complains about a time bound that is not about the whole search.
func (p *parser) wantWhole(at int, what string) error {
	if p.depth > 0 {
		return p.fail(at, "%s bounds the whole search: move it out of the parentheses or the 'not'", what)
	}
	return nil
}

// last reads `last 24h` or `last 24 hours`. Without a length of time, last
// is a word like any other.
func (p *parser) last() (bool, error) {
	const word = "last"
	start, rest := p.pos, p.text[p.pos:]
	if len(rest) < len(word) || !equalASCII(rest[:len(word)], word) {
		return false, nil
	}
	p.pos += len(word)
	if p.space(); p.pos == start+len(word) {
		p.pos = start
		return false, nil
	}
	length := p.run()
	p.pos += len(length)
	if digits(length) == len(length) {
		p.space()
		unit := p.run()
		p.pos += len(unit)
		length += unit
	}
	t, ok := before(p.now, length)
	if !ok {
		p.pos = start
		return false, nil
	}
	p.limit(nameSince, t)
	return true, p.wantWhole(start, "'last'")
}
