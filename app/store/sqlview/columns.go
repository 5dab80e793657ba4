package sqlview

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite/vtab"

	"porchlight/ingest/event"
)

// timeCollation compares texts as times: as RFC 3339 writes them, 10:00:00.5Z
// would stand before 10:00:00Z.
const timeCollation = "porchlight_time"

// timeLayouts are how times may be written in SQL, those without a zone in
// UTC as SQLite's own functions mean them.
var timeLayouts = []string{time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"}

// parseTime reads Unix nanoseconds.
func parseTime(text string) (int64, bool) {
	if len(text) < len(time.DateOnly) || text[4] != '-' { // errors of time cost allocations
		return 0, false
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixNano(), 1678 <= t.Year() && t.Year() < 2262
		}
	}
	return 0, false
}

// compareTimes orders times before what is none.
func compareTimes(a, b string) int {
	if a == b {
		return 0
	}
	at, aok := parseTime(a)
	bt, bok := parseTime(b)
	switch {
	case aok && bok:
		return cmp.Compare(at, bt)
	case aok:
		return -1
	case bok:
		return 1
	}
	return strings.Compare(a, b)
}

// column is a column of a table: its name and what follows it in CREATE
// TABLE.
type column struct{ name, decl string }

const timeText = "TEXT COLLATE " + timeCollation

// The columns of events that are not slots come first; the slots follow, then
// extra and query.
const (
	colID = iota
	colTimestamp
	colTime
	colIngested
	colReceived
	colSlots
	colExtra = colSlots + int(event.NumFields) - 1
	colQuery = colExtra + 1
)

// slotOf returns the field of a column, event.None when it has none.
func slotOf(col int) event.Field {
	if col < colSlots || col >= colExtra {
		return event.None
	}
	return event.Field(col - colSlots + 1)
}

func eventColumns() []column {
	out := []column{{"_id", "INTEGER"}, {"@timestamp", timeText}, {"time", "INTEGER"}, {"event.ingested", timeText}, {"received", "INTEGER"}}
	for f := event.None + 1; f < event.NumFields; f++ {
		decl := "TEXT"
		if f.Kind() == event.Long {
			decl = "INTEGER"
		}
		out = append(out, column{f.String(), decl})
	}
	return append(out, column{"extra", "TEXT"}, column{"query", "TEXT HIDDEN"})
}

// eventValue returns the value of an event in a column but query.
func eventValue(ev *event.Event, col int) vtab.Value {
	switch col {
	case colID:
		return int64(ev.ID)
	case colTimestamp:
		return event.FormatTime(ev.Time)
	case colTime:
		return ev.Time
	case colIngested:
		return event.FormatTime(ev.Received)
	case colReceived:
		return ev.Received
	case colExtra:
		if text := ev.AppendExtrasJSON(nil); text != nil {
			return string(text)
		}
		return nil
	}
	f := slotOf(col)
	if !ev.Has(f) {
		return nil
	}
	return slotValue(f, ev.Get(f))
}

// slotValue returns a field's text as SQL sees it: numbers as such when no
// digit is lost by it.
func slotValue(f event.Field, text string) vtab.Value {
	if f.Kind() == event.Long {
		if n, ok := canonical(text); ok {
			return n
		}
	}
	return f.Kind().Plain(text)
}

// canonical reads an integer that is written as it would be printed.
func canonical(text string) (int64, bool) {
	if text == "" || len(text) > 20 || text[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}
