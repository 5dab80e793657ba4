package query

import (
	"time"

	"porchlight/ingest/event"
)

// Stats is the table a search asks for after its pipes:
//
//	... | stats count(), dcount(user.name) by source.ip, bin(1h) | sort -count | head 20
type Stats struct {
	Aggs []Agg // at least one
	By   []Key // none: one row over everything
	Sort []Order
	Head int // rows; 0 means no limit
}

// AggFunc is what an Agg computes.
type AggFunc uint8

// The aggregations. Numbers are read as decimal; values that are not numbers
// are left out.
const (
	Count  AggFunc = iota // events; with a field, events that have it
	DCount                // distinct values of the field
	Sum
	Avg
	Min
	Max
)

// Agg is one aggregation over the events of a group.
type Agg struct {
	Func  AggFunc
	Field Field  // no Refs: count() of events
	Name  string // the column's name: "count", "dcount(user.name)" or what `as` said
}

// Key is one thing to group by: a field's value (an event with several values
// of it counts in each group), or a step of time.
type Key struct {
	Field Field         // event.Timestamp where Bin is set
	Bin   time.Duration // bin(1h); 0 for a plain field
	Name  string        // the column's name
}

// Order is one column to sort by.
type Order struct {
	Column int // of the table: the keys first, then the aggregations
	Desc   bool
}

// ColumnKind says what the cells of a column are.
type ColumnKind uint8

// The kinds of columns.
const (
	TextColumn   ColumnKind = iota // Cell.Text
	NumberColumn                   // Cell.Number, and Cell.Text as it is to be shown
	TimeColumn                     // Cell.Time: the start of a bin, or the min or max of a time
)

// Column describes a column of a Table.
type Column struct {
	Name  string
	Kind  ColumnKind
	Field event.Ref // of a key: what `field:value` narrows a search to a row; the zero Ref for aggregations
}

// Cell is one value of a Table.
type Cell struct {
	Null   bool // the events of the group lack the field, or there was nothing to compute from
	Text   string
	Number float64
	Time   int64 // Unix nanoseconds
}

// Table is the answer to Stats: its keys' columns first, then the
// aggregations'.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	Groups  int  // groups found, before Head
	Cut     bool // there were more groups than can be kept: those found last are in none

	// Estimated: some dcount had more values than can be kept and is within
	// about 2 % of the truth, 7 % for groups that were small when memory ran out.
	Estimated bool
}
