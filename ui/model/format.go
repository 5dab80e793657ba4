package model

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"porchlight/detect/alert"
)

// Count prints a number with thousands separated: 1,284,000.
func Count[N int | int64 | uint64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Short prints a number compactly: 812, 1.3 k, 24 k, 1.1 M.
func Short(v float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}} {
		if math.Abs(v) >= u.size*0.9995 {
			return trim(v/u.size) + u.name
		}
	}
	return trim(v)
}

// trim prints at most one decimal, and none from ten up.
func trim(v float64) string {
	if math.Abs(v) >= 9.95 || v == math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// Rate prints messages per second, or per minute or hour if that is less than
// one.
func Rate(perSecond float64) string {
	switch {
	case perSecond <= 0:
		return "0"
	case perSecond >= 0.95:
		return Short(perSecond) + "/s"
	case perSecond*60 >= 0.95:
		return Short(perSecond*60) + "/min"
	}
	return Short(perSecond*3600) + "/h"
}

// Percent prints part of whole: 100 %, 99.7 %, 0 %; "–" of nothing. It never
// rounds up to 100 or down to 0.
func Percent(part, whole uint64) string {
	if whole == 0 {
		return "–"
	}
	p := float64(part) / float64(whole) * 100
	switch {
	case part == whole:
		return "100 %"
	case part == 0:
		return "0 %"
	case p > 99.9:
		return "99.9 %"
	case p < 0.1:
		return "0.1 %"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + " %"
}

// Bytes prints a size in binary units: 812 B, 1.4 MiB.
func Bytes(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, unit := float64(n), ""
	for _, unit = range []string{"KiB", "MiB", "GiB", "TiB"} {
		if v /= 1024; v < 1024 {
			break
		}
	}
	return trim(v) + " " + unit
}

// Ago prints how long ago something was: "now", "12 s ago", "5 min ago", "3 h
// ago", "4 days ago".
func Ago(d time.Duration) string {
	switch {
	case d < 2*time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// Plural prints a count with its noun: "1 source", "3 sources".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// LevelName is a level as a word in a sentence or a list: "Critical".
func LevelName(l alert.Level) string {
	if l == "" {
		return ""
	}
	return strings.ToUpper(string(l[:1])) + string(l[1:])
}
