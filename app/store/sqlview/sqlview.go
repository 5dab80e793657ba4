// Package sqlview answers SQL over what a store holds: read-only tables of
// events, alerts, senders and identities, worked out by SQLite while conditions
// on events become searches of the store.
package sqlview

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// ErrStatement is wrapped by the errors of statements that are wrong
// themselves.
var ErrStatement = errors.New("sql")

// Store is where the rows of the tables come from; store.Store is one. A
// statement may run several searches at once.
type Store interface {
	Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error)
	Alerts(ctx context.Context, f alert.Filter) ([]alert.Alert, error)
	Sources(ctx context.Context) (source.Counters, []source.Source, error)
	Identities(ctx context.Context, address string, limit int) ([]event.Identity, error)
}

// View is a store as SQL sees it.
type View struct {
	Store Store
	Now   func() time.Time // what relative times in searches count from; nil is time.Now
}

// Query answers one SELECT over these read-only tables:
//
//	events   one row per event: all ECS fields of package event under their own
//	         names, each NULL when absent; "time" and "received" in Unix
//	         nanoseconds; extra, a JSON object of all other fields. The hidden
//	         column query takes a search: where query = 'ssh and not user:backup'
//	alerts   one row per alert; entities, events and tags are JSON arrays
//	sources  one row per sender, as status shows them
//	identities  who had an address, and when: network card, host name, user
//
// header is called once with the names of the columns, then row with each row;
// its values are int64, float64, string, []byte or nil, and the slice is valid
// during the call only. An error of either ends the call and is returned.
//
// The result says what could not be searched. The error wraps ErrStatement
// when the statement is to blame.
func (v View) Query(ctx context.Context, statement string, header func(columns []string) error, row func(values []any) error) (query.Result, error) {
	if err := ctx.Err(); err != nil {
		return query.Result{}, err
	}
	if err := checkStatement(statement); err != nil {
		return query.Result{}, err
	}
	if v.Now == nil {
		v.Now = time.Now
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lower := strings.ToLower(statement)
	q := &session{store: v.Store, now: v.Now(), ctx: ctx, plainText: strings.Contains(lower, "rtrim") || strings.Contains(lower, "binary")}
	conn, err := q.open()
	if err != nil {
		return query.Result{}, fmt.Errorf("open the in-memory database: %w", err)
	}
	err = q.answer(conn, statement, header, row)
	err = errors.Join(err, conn.Close())
	q.store = nil // see open
	return q.result(), err
}

// session is one SQL statement at work. SQLite calls its tables on one
// goroutine, their searches run on others.
type session struct {
	store Store
	now   time.Time
	ctx   context.Context

	// plainText keeps conditions on text from being pushed down: the statement
	// may use the collation RTRIM or BINARY, of which tables are not told.
	plainText bool

	mu      sync.Mutex
	scanned int
	partial []string
	err     error  // the first that a table reported
	denied  string // what the statement may not do
}

// open makes an empty database in memory and the tables in it.
//
// The driver keeps the modules of its Drivers for the life of the process. A
// Driver per statement scopes them to the one store and session; what stays
// behind is small because Query cuts the session loose from its store.
func (q *session) open() (driver.Conn, error) {
	d := &sqlite.Driver{}
	err := d.RegisterCollationUtf8(timeCollation, compareTimes)
	modules := []struct {
		table string
		m     module
	}{
		{"events", module{eventColumns(), func() table { return &eventTable{q} }}},
		{"alerts", module{alertColumns, q.list(alertRows)}},
		{"sources", module{sourceColumns, q.list(sourceRows)}},
		{"identities", module{identityColumns, q.list(identityRows)}},
	}
	for _, m := range modules {
		err = errors.Join(err, d.RegisterModule("porchlight_"+m.table, &m.m))
	}
	if err != nil {
		return nil, err
	}
	// Without _dqs=0 a misspelt "source.ipp" would be a text.
	c, err := d.Open("file::memory:?_dqs=0&_defensive=1&_pragma=cache_size=-65536")
	if err != nil {
		return nil, err
	}
	for _, m := range modules {
		err = errors.Join(err, q.exec(c, "CREATE VIRTUAL TABLE "+m.table+" USING porchlight_"+m.table))
	}
	if err == nil {
		err = c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(q.authorize)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (q *session) exec(c driver.Conn, statement string) error {
	_, err := c.(driver.ExecerContext).ExecContext(q.ctx, statement, nil)
	return err
}

// authorize lets statements read and nothing else.
func (q *session) authorize(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthFunction:
		if arg2 != "load_extension" {
			return sqlite.AuthorizerOK
		}
	case sqlite.AuthPragma: // select * from pragma_table_info('events')
		if slices.Contains([]string{"table_info", "table_xinfo", "table_list", "function_list"}, strings.ToLower(arg1)) {
			return sqlite.AuthorizerOK
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.denied == "" {
		q.denied = "this statement would change something, or reach beyond the tables; events, alerts and sources can only be read: use SELECT"
	}
	return sqlite.AuthorizerDeny
}

func (q *session) answer(c driver.Conn, statement string, header func([]string) error, row func([]any) error) (err error) {
	// What a table says is more than what SQLite makes of it.
	defer func() {
		if e := q.reason(); e != nil && err != nil {
			err = e
		}
	}()
	rows, err := c.(driver.QueryerContext).QueryContext(q.ctx, statement, nil)
	if err != nil {
		return q.blame(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if err := header(rows.Columns()); err != nil {
		return err
	}
	values, out := make([]driver.Value, len(rows.Columns())), make([]any, len(rows.Columns()))
	for {
		if err := q.ctx.Err(); err != nil {
			return err
		}
		if err := rows.Next(values); err == io.EOF {
			return nil
		} else if err != nil {
			return q.blame(err)
		}
		for i, v := range values {
			out[i] = v
		}
		if err := row(out); err != nil {
			return err
		}
	}
}

// blame separates mistakes of the statement from troubles of the machine.
func (q *session) blame(err error) error {
	if e := q.ctx.Err(); e != nil {
		return e
	}
	failed, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch failed.Code() & 0xff { // the primary result code
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM:
		return err
	}
	// "SQL logic error: no such column: x (1)"
	text := strings.TrimPrefix(err.Error(), "SQL logic error: ")
	if i := strings.LastIndex(text, " ("); i > 0 && strings.HasSuffix(text, ")") {
		text = text[:i]
	}
	return fmt.Errorf("%w: %s", ErrStatement, text)
}

// reason returns why the statement cannot go on, nil when nothing was said.
func (q *session) reason() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil && q.denied != "" {
		return fmt.Errorf("%w: %s", ErrStatement, q.denied)
	}
	return q.err
}

// fail notes an error of a table, which SQLite does not always pass on.
func (q *session) fail(err error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	return err
}

// note adds up what searches say about themselves.
func (q *session) note(res query.Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.scanned += res.Scanned
	for _, p := range res.Partial {
		if !slices.Contains(q.partial, p) { // a join searches the same days again and again
			q.partial = append(q.partial, p)
		}
	}
}

func (q *session) result() query.Result {
	q.mu.Lock()
	defer q.mu.Unlock()
	return query.Result{Scanned: q.scanned, Partial: q.partial}
}
