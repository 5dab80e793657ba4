package sqlview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite/vtab"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Mistakes in the use of the column query.
var (
	errSearchText  = fmt.Errorf("%w: the column query takes a search as text: where query = 'ssh'", ErrStatement)
	errSearchPipes = fmt.Errorf("%w: a search inside SQL cannot have pipes; SQL does what they do", ErrStatement)
	errSearchAlone = fmt.Errorf("%w: the column query only works as a condition of its own: where query = 'ssh' and time > 0", ErrStatement)
)

// searchError is a mistake in the search itself.
type searchError struct {
	text string
	err  error
}

func (e searchError) Error() string   { return fmt.Sprintf("sql: query = '%s': %v", e.text, e.err) }
func (e searchError) Unwrap() []error { return []error{ErrStatement, e.err} }

// table is a vtab.Table without what read-only tables need not do.
type table interface {
	BestIndex(info *vtab.IndexInfo) error
	Open() (vtab.Cursor, error)
}

// module makes a read-only table.
type module struct {
	columns []column
	table   func() table
}

// readOnlyTable adds the rest.
type readOnlyTable struct{ table }

func (readOnlyTable) Disconnect() error { return nil }
func (readOnlyTable) Destroy() error    { return nil }

// Create implements vtab.Module.
func (m *module) Create(c vtab.Context, args []string) (vtab.Table, error) {
	return m.Connect(c, args)
}

// Connect implements vtab.Module.
func (m *module) Connect(c vtab.Context, _ []string) (vtab.Table, error) {
	columns := make([]string, len(m.columns))
	for i, col := range m.columns {
		columns[i] = `"` + col.name + `" ` + col.decl
	}
	return readOnlyTable{m.table()}, c.Declare("CREATE TABLE x(" + strings.Join(columns, ", ") + ")")
}

// VolatileArgs implements vtab.VolatileArgsOpter: only so are texts passed
// whole that hold a zero byte. What is kept of them has to be copied.
func (m *module) VolatileArgs() bool { return true }

// list returns how to make a table of rows that are loaded once, when they
// are first asked for.
func (q *session) list(load func(context.Context, Store) ([][]vtab.Value, error)) func() table {
	return func() table { return &listTable{q: q, load: load} }
}

type listTable struct {
	q      *session
	load   func(context.Context, Store) ([][]vtab.Value, error)
	loaded bool
	rows   [][]vtab.Value
}

// BestIndex implements vtab.Table.
func (t *listTable) BestIndex(info *vtab.IndexInfo) error {
	info.EstimatedCost, info.EstimatedRows = 1000, 1000
	return nil
}

// Open implements vtab.Table.
func (t *listTable) Open() (vtab.Cursor, error) { return &listCursor{t: t}, nil }

type listCursor struct {
	t *listTable
	i int
}

func (c *listCursor) Filter(int, string, []vtab.Value) error {
	c.i = 0
	if c.t.loaded {
		return nil
	}
	rows, err := c.t.load(c.t.q.ctx, c.t.q.store)
	if err != nil {
		return c.t.q.fail(err)
	}
	c.t.rows, c.t.loaded = rows, true
	return nil
}

func (c *listCursor) Next() error                        { c.i++; return nil }
func (c *listCursor) Eof() bool                          { return c.i >= len(c.t.rows) }
func (c *listCursor) Column(col int) (vtab.Value, error) { return c.t.rows[c.i][col], nil }
func (c *listCursor) Rowid() (int64, error)              { return int64(c.i) + 1, nil }
func (c *listCursor) Close() error                       { return nil }

// eventTable is the table events.
type eventTable struct{ q *session }

// eventPlan is what BestIndex tells Filter.
type eventPlan struct {
	Args         []condition `json:",omitempty"` // what each argument is compared with, and how
	Exists, Null []int       `json:",omitempty"` // columns that must be there, must not
	Limit        int         `json:",omitempty"` // 1 + index of the argument LIMIT; 0: none
	Offset       int         `json:",omitempty"` // the same for OFFSET
	Columns      []int       `json:",omitempty"` // all that is read; nil: anything
}

// lastTracked is the bit that stands for all columns from it on.
const lastTracked = 63

// columnsOf lists the columns of a mask, nil when it does not tell.
func columnsOf(mask uint64) []int {
	if mask>>lastTracked != 0 {
		return nil
	}
	out := []int{colID} // never empty
	for i := colID + 1; i < lastTracked; i++ {
		if mask>>i&1 != 0 {
			out = append(out, i)
		}
	}
	return out
}

// BestIndex implements vtab.Table. An IN is passed as = and Filter called with
// each of its values, or not at all; SQLite compares the costs.
func (t *eventTable) BestIndex(info *vtab.IndexInfo) error {
	plan := eventPlan{Columns: columnsOf(info.ColUsed)}
	cost, exact := 1e7, true // an invented number of events; only proportions count
	// The searches go first: SQLite lets the first 16 conditions only be
	// settled by the table.
	for i := range info.Constraints {
		if c := &info.Constraints[i]; c.Usable && c.Column == colQuery && c.Op == vtab.OpEQ {
			c.ArgIndex, c.Omit = len(plan.Args), true
			plan.Args = append(plan.Args, condition{c.Column, c.Op})
			cost /= 1000
		}
	}
	for i := range info.Constraints {
		c := &info.Constraints[i]
		col := c.Column
		if col < 0 {
			col = colID // the row id
		}
		narrows := 1.0
		switch {
		case col == colQuery && c.Op == vtab.OpEQ && c.Usable, c.Op == vtab.OpLIMIT, c.Op == vtab.OpOFFSET:
			continue
		case !c.Usable:
			exact = false
			continue
		case col == colID && c.Op == vtab.OpEQ:
			info.IdxFlags = vtab.IndexScanUnique
			narrows = 1e7
		case col == colID && (c.Op == vtab.OpGT || c.Op == vtab.OpGE), col < colSlots && col != colID && isRange(c.Op):
			narrows = 4
		case col < colSlots && col != colID && c.Op == vtab.OpEQ:
			narrows = 1e5
		case slotOf(col) != event.None && c.Op == vtab.OpEQ:
			narrows, exact = 100, false
		case slotOf(col) != event.None && c.Op == vtab.OpLIKE:
			narrows, exact = 10, false
		case slotOf(col) != event.None && c.Op == vtab.OpISNOTNULL:
			plan.Exists, exact = append(plan.Exists, col), false
			continue
		case slotOf(col) != event.None && c.Op == vtab.OpISNULL:
			plan.Null, exact = append(plan.Null, col), false
			continue
		default:
			exact = false
			continue
		}
		c.ArgIndex = len(plan.Args)
		plan.Args = append(plan.Args, condition{col, c.Op})
		cost /= narrows
	}
	if info.OrderByConsumed = delivered(info.OrderBy); exact && (info.OrderByConsumed || len(info.OrderBy) == 0) {
		next := len(plan.Args)
		for i := range info.Constraints {
			switch c := &info.Constraints[i]; {
			case !c.Usable:
			case c.Op == vtab.OpLIMIT:
				c.ArgIndex, plan.Limit = next, next+1
				next++
			case c.Op == vtab.OpOFFSET:
				c.ArgIndex, plan.Offset = next, next+1
				next++
			}
		}
	}
	text, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	info.IdxStr = string(text)
	info.EstimatedCost = max(cost, 10)
	info.EstimatedRows = int64(max(cost, 1))
	return nil
}

func isRange(op vtab.ConstraintOp) bool {
	return op == vtab.OpGT || op == vtab.OpGE || op == vtab.OpLT || op == vtab.OpLE
}

// delivered reports whether a search yields events in this order: the newest
// event time first, among equals the higher number.
func delivered(order []vtab.OrderBy) bool {
	for i, o := range order {
		byTime := o.Column == colTime || o.Column == colTimestamp
		if !o.Desc || i == 0 && !byTime || i > 0 && !byTime && o.Column != colID && o.Column >= 0 {
			return false
		}
	}
	return len(order) > 0
}

// Open implements vtab.Table.
func (t *eventTable) Open() (vtab.Cursor, error) { return &eventCursor{q: t.q}, nil }

// searchAhead is how many events a search may be ahead of the statement.
const searchAhead = 128

// eventCursor reads what a search of its own goroutine finds.
type eventCursor struct {
	q  *session
	ev *event.Event // nil: past the last
	eq eventQuery

	found chan *event.Event // closed by the search at its end
	stop  context.CancelFunc
	err   error // of the search; valid once found is closed
}

// Filter implements vtab.Cursor: it begins a search.
func (c *eventCursor) Filter(_ int, idx string, args []vtab.Value) error {
	c.end()
	c.eq, c.ev = eventQuery{}, nil
	var plan eventPlan
	if err := json.Unmarshal([]byte(idx), &plan); err != nil {
		return c.q.fail(err)
	}
	for i, cond := range plan.Args {
		v := args[i]
		if text, ok := v.(string); ok {
			v = strings.Clone(text)
		}
		if err := c.eq.add(cond, v, c.q.now, c.q.plainText); err != nil {
			return c.q.fail(err)
		}
	}
	if c.eq.none {
		return nil
	}
	for _, col := range plan.Exists {
		c.eq.and(query.Exists{Field: query.NewField(slotOf(col).String())})
	}
	for _, col := range plan.Null {
		c.eq.and(query.Null{Field: query.NewField(slotOf(col).String())})
	}
	if limit, ok := plan.limit(args); ok && !c.eq.loose {
		if limit == 0 {
			return nil
		}
		c.eq.q.Limit = limit
	}
	c.eq.q.Columns = plan.fields()
	c.begin()
	return c.Next()
}

// limit returns how many events the statement can want at most.
func (p *eventPlan) limit(args []vtab.Value) (int, bool) {
	if p.Limit == 0 {
		return 0, false
	}
	const most = 1 << 30
	n, ok := args[p.Limit-1].(int64)
	if !ok || n < 0 || n > most { // a negative LIMIT is none
		return 0, false
	}
	if p.Offset > 0 {
		skip, ok := args[p.Offset-1].(int64)
		if !ok || skip > most {
			return 0, false
		}
		n += max(skip, 0)
	}
	return int(n), true
}

// fields returns the columns as the search knows them, nil for all.
func (p *eventPlan) fields() []query.Field {
	var out []query.Field
	for _, col := range p.Columns {
		name := slotOf(col).String()
		switch col {
		case colID:
			name = event.DocumentID.String()
		case colTimestamp, colTime:
			name = event.Timestamp.String()
		case colIngested, colReceived:
			name = event.EventIngested.String()
		}
		out = append(out, query.NewField(name))
	}
	return out
}

func (c *eventCursor) begin() {
	ctx, stop := context.WithCancel(c.q.ctx)
	found := make(chan *event.Event, searchAhead)
	c.found, c.stop, c.err = found, stop, nil
	store, q := c.q.store, c.eq.q
	go func() {
		defer close(found)
		res, err := store.Search(ctx, q, func(ev *event.Event) bool {
			select {
			case found <- ev:
				return true
			case <-ctx.Done():
				return false
			}
		})
		c.q.note(res)
		c.err = err
	}()
}

// end stops the search and waits until it is gone.
func (c *eventCursor) end() {
	if c.stop == nil {
		return
	}
	c.stop()
	for range c.found { // what was found ahead
	}
	c.stop = nil
}

// Next implements vtab.Cursor.
func (c *eventCursor) Next() error {
	if c.ev = <-c.found; c.ev != nil {
		return nil
	}
	err := c.err
	if err == nil {
		err = c.q.ctx.Err() // a search that is told to stop has no error of its own
	}
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			err = fmt.Errorf("search for the table events: %w", err)
		}
		return c.q.fail(err)
	}
	return nil
}

// Eof implements vtab.Cursor.
func (c *eventCursor) Eof() bool { return c.ev == nil }

// Column implements vtab.Cursor.
func (c *eventCursor) Column(col int) (vtab.Value, error) {
	if col != colQuery {
		return eventValue(c.ev, col), nil
	}
	if !c.eq.given {
		return nil, c.q.fail(errSearchAlone)
	}
	return c.eq.search, nil
}

// Rowid implements vtab.Cursor.
func (c *eventCursor) Rowid() (int64, error) { return int64(c.ev.ID), nil }

// Close implements vtab.Cursor.
func (c *eventCursor) Close() error {
	c.end()
	return nil
}
