package store

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite/vtab"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// timeCollation compares texts as times: as RFC 3339 writes them, 10:00:00.5Z
// would stand before 10:00:00Z.
const timeCollation = "porchlight_time"

// timeLayouts are how times may be written in SQL, those without a zone in
// UTC as SQLite's own functions mean them.
var timeLayouts = []string{time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"}

// parseSQLTime reads Unix nanoseconds.
func parseSQLTime(text string) (int64, bool) {
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
	at, aok := parseSQLTime(a)
	bt, bok := parseSQLTime(b)
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

// sqlColumn is a column of a table: its name and what follows it in CREATE
// TABLE.
type sqlColumn struct{ name, decl string }

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

func eventColumns() []sqlColumn {
	out := []sqlColumn{{"_id", "INTEGER"}, {"@timestamp", timeText}, {"time", "INTEGER"}, {"event.ingested", timeText}, {"received", "INTEGER"}}
	for f := event.None + 1; f < event.NumFields; f++ {
		decl := "TEXT"
		if f.Kind() == event.Long {
			decl = "INTEGER"
		}
		out = append(out, sqlColumn{f.String(), decl})
	}
	return append(out, sqlColumn{"extra", "TEXT"}, sqlColumn{"query", "TEXT HIDDEN"})
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

// eventQuery is the search that stands for the conditions of a statement.
type eventQuery struct {
	q      query.Query
	search string // what the column query holds
	given  bool   // query was given
	none   bool   // nothing can fit
	loose  bool   // SQLite has to look again: the search finds more than fits
}

// condition is one comparison with a value that SQLite passes down.
type condition struct {
	Col int
	Op  vtab.ConstraintOp
}

// add narrows the search by a condition. It must leave in whatever fits under
// SQL's rules; SQLite looks at each row again.
func (e *eventQuery) add(c condition, v vtab.Value, now time.Time, plainText bool) error {
	if v == nil { // no comparison with NULL holds
		e.none = true
		return nil
	}
	switch c.Col {
	case colQuery:
		return e.addSearch(v, now)
	case colID:
		e.addID(c.Op, v)
	case colTimestamp, colTime, colIngested, colReceived:
		if plainText && (c.Col == colTimestamp || c.Col == colIngested) {
			e.loose = true
			return nil
		}
		e.addTime(c, v)
	default:
		e.loose = true
		if f := slotOf(c.Col); f != event.None && !plainText {
			e.addSlot(f, c.Op, v)
		}
	}
	return nil
}

func (e *eventQuery) and(x query.Expr) {
	all, _ := e.q.Expr.(query.And)
	e.q.Expr = append(all, x)
}

func (e *eventQuery) addSearch(v vtab.Value, now time.Time) error {
	text, ok := v.(string)
	if !ok {
		return errSearchText
	}
	q, err := query.Parse(text, now)
	if err != nil {
		return searchError{text, err}
	}
	if q.Stats != nil || q.Columns != nil || q.Limit != 0 {
		return errSearchPipes
	}
	if !e.given {
		e.search, e.given = text, true
	}
	if q.Expr != nil {
		e.and(q.Expr)
	}
	e.since(q.Since)
	e.until(q.Until)
	return nil
}

func (e *eventQuery) since(t int64) {
	if t != 0 && (e.q.Since == 0 || t > e.q.Since) {
		e.q.Since = t
	}
}

func (e *eventQuery) until(t int64) {
	if t != 0 && (e.q.Until == 0 || t < e.q.Until) {
		e.q.Until = t
	}
}

func (e *eventQuery) addID(op vtab.ConstraintOp, v vtab.Value) {
	n, ok := v.(int64)
	if text, is := v.(string); is {
		n, ok = canonical(text)
	}
	if !ok {
		e.loose = true
		return
	}
	switch op {
	case vtab.OpEQ:
		e.none = e.none || n <= 0
		e.and(query.ID(max(n, 0)))
	case vtab.OpGE:
		e.q.AfterID = max(e.q.AfterID, event.ID(max(n-1, 0)))
	case vtab.OpGT:
		e.q.AfterID = max(e.q.AfterID, event.ID(max(n, 0)))
	default: // a search has no bound above
		e.loose = true
	}
}

// addTime bounds the event time, or compares the receive time.
func (e *eventQuery) addTime(c condition, v vtab.Value) {
	var at int64
	ok := false
	switch v := v.(type) {
	case int64:
		at, ok = v, c.Col == colTime || c.Col == colReceived
	case string:
		if c.Col == colTimestamp || c.Col == colIngested {
			at, ok = parseSQLTime(v)
		} else {
			at, ok = canonical(v)
		}
	case float64: // strftime('%s') * 1e9: bounds one further out are enough
		e.loose = true
		if c.Col != colTime || math.Abs(v) > 9e18 {
			return
		}
		if at = int64(v); c.Op == vtab.OpGT || c.Op == vtab.OpGE {
			e.since(at - 1024)
		} else if c.Op == vtab.OpLT || c.Op == vtab.OpLE {
			e.until(at + 1024) // a float64 of today's times is exact to 256 ns
		}
		return
	}
	// 0 means no bound to a search; the last moments cannot be stepped over.
	if !ok || at <= 0 || at == math.MaxInt64 {
		e.loose = true
		return
	}
	if c.Col == colIngested || c.Col == colReceived {
		ops := map[vtab.ConstraintOp]query.Op{vtab.OpEQ: query.Eq, vtab.OpGT: query.Gt, vtab.OpGE: query.Gte, vtab.OpLT: query.Lt, vtab.OpLE: query.Lte}
		e.and(query.Is{Field: query.NewField("event.ingested"), Test: query.TimeCompare{Op: ops[c.Op], At: at}})
		return
	}
	switch c.Op {
	case vtab.OpGT:
		e.since(at + 1)
	case vtab.OpGE:
		e.since(at)
	case vtab.OpLT:
		e.until(at)
	case vtab.OpLE:
		e.until(at + 1)
	case vtab.OpEQ:
		e.since(at)
		e.until(at + 1)
	}
}

// addSlot narrows by `field = value` and `field LIKE pattern`, in any case.
func (e *eventQuery) addSlot(f event.Field, op vtab.ConstraintOp, v vtab.Value) {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	default:
		return
	}
	// Values joined by the separator are shown as a JSON array, and tested one
	// by one by a search.
	// Bytes that are no UTF-8 are the same to no search.
	if strings.Contains(text, event.Separator) || strings.HasPrefix(text, "[") || !utf8.ValidString(text) {
		return
	}
	field := query.NewField(f.String())
	if n, ok := query.ParseNumber(text); ok && op == vtab.OpEQ && f.Kind() == event.Long {
		e.and(query.Is{Field: field, Test: query.Compare{Op: query.Eq, Number: n}}) // 022 is 22 to SQLite
		return
	}
	if op == vtab.OpEQ {
		e.and(query.Is{Field: field, Test: query.Text(text)})
		return
	}
	if f.Kind() != event.Text && (strings.ContainsAny(text, "\"\\[],") || strings.IndexFunc(text, func(r rune) bool { return r < ' ' }) >= 0) {
		return // it may mean what JSON adds
	}
	wild := query.Part{Kind: query.AnyString}
	for literal := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '%' || r == '_' }) {
		e.and(query.Is{Field: field, Test: query.NewPattern([]query.Part{wild, {Text: literal}, wild}, false)})
	}
}

var alertColumns = []sqlColumn{{"id", "TEXT"}, {"rule_id", "TEXT"}, {"title", "TEXT"}, {"level", "TEXT"}, {"status", "TEXT"},
	{"count", "INTEGER"}, {"first_seen", timeText}, {"last_seen", timeText}, {"created_at", timeText}, {"updated_at", timeText},
	{"why", "TEXT"}, {"entities", "TEXT"}, {"events", "TEXT"}, {"tags", "TEXT"}, {"changed_by", "TEXT"}, {"reason", "TEXT"}, {"note", "TEXT"}}

func alertRows(ctx context.Context, s *Store) ([][]vtab.Value, error) {
	alerts, err := s.Alerts(ctx, alert.Filter{})
	if err != nil {
		return nil, err
	}
	var out [][]vtab.Value
	list := func(v any, n int) vtab.Value {
		text, e := json.Marshal(v)
		if err == nil {
			err = e
		}
		if n == 0 {
			return "[]"
		}
		return string(text)
	}
	at := func(t time.Time) vtab.Value { return event.FormatTime(t.UnixNano()) }
	for _, a := range alerts {
		out = append(out, []vtab.Value{a.ID, a.Rule.ID, a.Title, string(a.Level), string(a.Status),
			int64(a.Count), at(a.FirstSeen), at(a.LastSeen), at(a.CreatedAt), at(a.UpdatedAt),
			a.Why, list(a.Entities, len(a.Entities)), list(a.Events, len(a.Events)), list(a.Tags, len(a.Tags)),
			a.ChangedBy, string(a.Reason), a.Note})
	}
	return out, err
}

var sourceColumns = []sqlColumn{{"address", "TEXT"}, {"name", "TEXT"}, {"vendor", "TEXT"}, {"last_seen", timeText},
	{"received", "INTEGER"}, {"parsed", "INTEGER"}, {"parse_failed", "INTEGER"}, {"stored", "INTEGER"}, {"dropped", "INTEGER"}}

func sourceRows(ctx context.Context, s *Store) ([][]vtab.Value, error) {
	_, sources, err := s.Sources(ctx)
	var out [][]vtab.Value
	for _, src := range sources {
		out = append(out, []vtab.Value{src.Address, src.Name, src.Vendor, event.FormatTime(src.LastSeen),
			int64(src.Received), int64(src.Parsed), int64(src.ParseFailed), int64(src.Stored), int64(src.Dropped)})
	}
	return out, err
}

var identityColumns = []sqlColumn{{"address", "TEXT"}, {"kind", "TEXT"}, {"value", "TEXT"}, {"first", timeText}, {"last", timeText}, {"source", "TEXT"}}

// maxIdentityRows bounds the table: it is read whole.
const maxIdentityRows = 1_000_000

func identityRows(ctx context.Context, s *Store) ([][]vtab.Value, error) {
	ids, err := s.Identities(ctx, "", maxIdentityRows)
	var out [][]vtab.Value
	for _, i := range ids {
		out = append(out, []vtab.Value{i.Address, i.Kind.String(), i.Value, event.FormatTime(i.First), event.FormatTime(i.Last), i.From})
	}
	return out, err
}
