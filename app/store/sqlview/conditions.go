package sqlview

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite/vtab"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

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
			at, ok = parseTime(v)
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
