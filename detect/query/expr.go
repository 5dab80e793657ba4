package query

import (
	"porchlight/ingest/event"
)

// Query is one search: what to look for and the bounds around it.
type Query struct {
	Expr    Expr     // nil selects everything
	Since   int64    // event time, Unix nanoseconds, inclusive; 0 means no bound
	Until   int64    // event time, Unix nanoseconds, exclusive; 0 means no bound
	AfterID event.ID // only events stored after this one; 0 means no bound
	Limit   int      // the newest so many; 0 means no limit

	Columns []Field // `| fields a, b`: what to show of each event; nil leaves it to the caller
	Stats   *Stats  // `| stats ...`: a table is wanted, not the events; nil for a plain search

	// Progress, if set, is called now and then by whoever runs the search, on
	// any goroutine, one call at a time.
	Progress func(Progress)
}

// Match reports whether the event is within the bounds and matches the tree.
// Limit is ignored.
func (q *Query) Match(ev *event.Event) bool {
	if q.Since != 0 && ev.Time < q.Since || q.Until != 0 && ev.Time >= q.Until || ev.ID <= q.AfterID && q.AfterID != 0 {
		return false
	}
	return q.Expr == nil || q.Expr.Match(ev)
}

// Expr is a node of the tree. Implementations are concrete exported types
// (And, Or, Not, Exists, ...) so that other readings can switch over them.
type Expr interface {
	Match(ev *event.Event) bool
}

// Bin is one bar of a histogram over event time.
type Bin struct {
	Start int64 // Unix nanoseconds, inclusive; a multiple of the width
	Count int
}

// Progress says how far a search has come.
type Progress struct {
	Back        int64 // event time, Unix nanoseconds: everything newer has been searched; 0 while unknown
	Done, Total int64 // events passed over, by reading or by pruning, of those within the bounds
}

// Result is what a search says about itself besides its events.
type Result struct {
	Scanned int      // events looked at
	Partial []string // what could not be searched and why, a sentence each; empty when all could
}
