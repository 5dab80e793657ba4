package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"porchlight/detect/query"
)

// ErrSQL is wrapped by the errors of statements that are wrong themselves.
var ErrSQL = errors.New("sql")

// SQL answers one SELECT over these read-only tables:
//
//	events   one row per event: the fields of event.FieldNames under their own
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
// The result says what could not be searched. The error wraps ErrSQL when the
// statement is to blame.
func (s *Store) SQL(ctx context.Context, statement string, header func(columns []string) error, row func(values []any) error) (query.Result, error) {
	if err := s.usable(ctx, false); err != nil {
		return query.Result{}, err
	}
	if err := checkStatement(statement); err != nil {
		return query.Result{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lower := strings.ToLower(statement)
	q := &sqlSession{store: s, ctx: ctx, plainText: strings.Contains(lower, "rtrim") || strings.Contains(lower, "binary")}
	conn, err := q.open()
	if err != nil {
		return query.Result{}, fmt.Errorf("open the database of questions: %w", err)
	}
	err = q.answer(conn, statement, header, row)
	err = errors.Join(err, conn.close())
	q.store = nil // see open
	return q.result(), err
}

// sqlSession is one SQL statement at work. SQLite calls its tables on one
// goroutine, their searches run on others.
type sqlSession struct {
	store *Store
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
// behind is small because SQL cuts the session loose from its store.
func (q *sqlSession) open() (*conn, error) {
	d := &sqlite.Driver{}
	err := d.RegisterCollationUtf8(timeCollation, compareTimes)
	modules := []struct {
		table string
		m     sqlModule
	}{
		{"events", sqlModule{eventColumns(), func() sqlTable { return &eventTable{q} }}},
		{"alerts", sqlModule{alertColumns, q.list(alertRows)}},
		{"sources", sqlModule{sourceColumns, q.list(sourceRows)}},
		{"identities", sqlModule{identityColumns, q.list(identityRows)}},
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
	out := &conn{c}
	for _, m := range modules {
		err = errors.Join(err, out.exec("CREATE VIRTUAL TABLE "+m.table+" USING porchlight_"+m.table))
	}
	if err == nil {
		err = c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(q.authorize)
	}
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	return out, nil
}

// authorize lets statements read and nothing else.
func (q *sqlSession) authorize(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
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

func (q *sqlSession) answer(c *conn, statement string, header func([]string) error, row func([]any) error) (err error) {
	// What a table says is more than what SQLite makes of it.
	defer func() {
		if e := q.reason(); e != nil && err != nil {
			err = e
		}
	}()
	rows, err := c.c.(driver.QueryerContext).QueryContext(q.ctx, statement, nil)
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

// blame tells the statement's mistakes from the machine's troubles.
func (q *sqlSession) blame(err error) error {
	if e := q.ctx.Err(); e != nil {
		return e
	}
	switch resultCode(err) & 0xff {
	case 0, codeIOErr, codeFull, codeCantOpen, codeNoMem:
		return err
	}
	// "SQL logic error: no such column: x (1)"
	text := strings.TrimPrefix(err.Error(), "SQL logic error: ")
	if i := strings.LastIndex(text, " ("); i > 0 && strings.HasSuffix(text, ")") {
		text = text[:i]
	}
	return fmt.Errorf("%w: %s", ErrSQL, text)
}

// reason returns why the statement cannot go on, nil when nothing was said.
func (q *sqlSession) reason() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil && q.denied != "" {
		return fmt.Errorf("%w: %s", ErrSQL, q.denied)
	}
	return q.err
}

// fail notes an error of a table, which SQLite does not always pass on.
func (q *sqlSession) fail(err error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	return err
}

// note adds up what searches say about themselves.
func (q *sqlSession) note(res query.Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.scanned += res.Scanned
	for _, p := range res.Partial {
		if !slices.Contains(q.partial, p) { // a join searches the same days again and again
			q.partial = append(q.partial, p)
		}
	}
}

func (q *sqlSession) result() query.Result {
	q.mu.Lock()
	defer q.mu.Unlock()
	return query.Result{Scanned: q.scanned, Partial: q.partial}
}

// checkStatement refuses early, in plain words, what the authorizer would.
func checkStatement(text string) error {
	word, more := firstWord(text)
	switch {
	case word == "":
		return fmt.Errorf("%w: there is no statement; try: select * from events order by time desc limit 10", ErrSQL)
	case !slices.Contains([]string{"SELECT", "WITH", "VALUES", "EXPLAIN"}, word):
		return fmt.Errorf("%w: a statement begins with SELECT, WITH, VALUES or EXPLAIN, not %s; events, alerts and sources can only be read", ErrSQL, word)
	case more:
		return fmt.Errorf("%w: one statement at a time: something follows the semicolon", ErrSQL)
	}
	return nil
}

// firstWord returns the first word of a statement in capitals, and whether
// another statement follows its semicolon.
func firstWord(text string) (word string, more bool) {
	const wordBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	ended := false
	for text != "" {
		skip := 1
		switch c := text[0]; {
		case strings.HasPrefix(text, "--"):
			skip = through(text, 2, "\n")
			text = text[skip:]
			continue
		case strings.HasPrefix(text, "/*"):
			skip = through(text, 2, "*/")
			text = text[skip:]
			continue
		case strings.IndexByte(" \t\r\n\f", c) >= 0:
			text = text[1:]
			continue
		case c == ';':
			ended = ended || word != ""
			text = text[1:]
			continue
		case c == '\'' || c == '"' || c == '`':
			skip = through(text, 1, string(c))
		case c == '[':
			skip = through(text, 1, "]")
		case strings.IndexByte(wordBytes, c) >= 0:
			skip = len(text) - len(strings.TrimLeft(text, wordBytes))
		}
		if ended {
			return word, true
		}
		if word == "" {
			word = strings.ToUpper(text[:skip])
		}
		text = text[skip:]
	}
	return word, false
}

// through returns how many bytes of text there are up to and with end, looked
// for from byte from on.
func through(text string, from int, end string) int {
	if i := strings.Index(text[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(text)
}
