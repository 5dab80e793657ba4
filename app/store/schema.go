package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// The formats of the files, kept in PRAGMA user_version. 0 is a file that was
// created but not filled yet; a day file of format 1 has no blocks, one of
// format 2 no positions; a porchlight.db of format 1 has no pins, one of format
// 2 no profiles and identities, one of format 3 no positions. Opening a file for
// writing completes it.
const (
	mainVersion = 4
	dayVersion  = 3
)

// A journal row is one committed batch: its events have the running numbers
// seq to seq+n-1. tmin and tmax bound their event times and rmax their
// receive times (Unix nanoseconds), repeated from data so that an index of
// the file can be read without touching the blobs.
//
// Rows are sealed into blocks, from the oldest on: all events up to the largest
// smax are in blocks, and journal rows of them are dead, except for the
// unsealable ones, whose content is damaged. What belongs to a block that has
// no row in blocks is dead too: it was never finished. smin to smax bound the
// running numbers of a block's events; other blocks may have numbers in
// between.
//
// The id of a column is that of its block times 2^20, plus its number; the id
// of a part of a filter is its number times 2^32, plus that of its block, so
// that the parts of all blocks that a search asks lie together.
const daySchema = `
CREATE TABLE IF NOT EXISTS journal(
	seq INTEGER PRIMARY KEY, n INTEGER NOT NULL,
	tmin INTEGER NOT NULL, tmax INTEGER NOT NULL, rmax INTEGER NOT NULL,
	data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS unsealable(seq INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS blocks(
	id INTEGER PRIMARY KEY, stream TEXT NOT NULL, n INTEGER NOT NULL,
	smin INTEGER NOT NULL, smax INTEGER NOT NULL,
	tmin INTEGER NOT NULL, tmax INTEGER NOT NULL, rmax INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cols(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bloom(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
` + positionsTable

// positionsTable is in day files, for what was stored there, and in
// porchlight.db (positions.go).
const positionsTable = `
CREATE TABLE IF NOT EXISTS positions(key TEXT PRIMARY KEY, n INTEGER NOT NULL, position TEXT NOT NULL) WITHOUT ROWID;
`

const (
	columnBits = 20
	shardBits  = 32
)

func columnID(block int64, col int) int64 { return block<<columnBits | int64(col) }

func shardID(block int64, shard int) int64 { return int64(shard)<<shardBits | block }

// Keys are blobs: they hold what senders wrote, in any encoding. Times are
// Unix nanoseconds.
//
// dropped_days holds, for each day that has or had a file, the running number
// with which a new file of that day would have to begin.
const mainSchema = `
CREATE TABLE IF NOT EXISTS alerts(
	id INTEGER PRIMARY KEY AUTOINCREMENT, rule_id TEXT NOT NULL, level INTEGER NOT NULL,
	status TEXT NOT NULL, updated_at INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS alerts_updated ON alerts(updated_at);
CREATE TABLE IF NOT EXISTS alert_keys(
	key BLOB NOT NULL, alert_id INTEGER NOT NULL REFERENCES alerts(id),
	PRIMARY KEY(key, alert_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alert_log(
	id INTEGER PRIMARY KEY, alert_id INTEGER NOT NULL REFERENCES alerts(id), at INTEGER NOT NULL,
	changed_by TEXT NOT NULL, action TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS alert_log_alert ON alert_log(alert_id);
CREATE TABLE IF NOT EXISTS sources(
	address TEXT PRIMARY KEY, name TEXT NOT NULL, vendor TEXT NOT NULL, last_seen INTEGER NOT NULL,
	received INTEGER NOT NULL, parsed INTEGER NOT NULL, parse_failed INTEGER NOT NULL,
	stored INTEGER NOT NULL, dropped INTEGER NOT NULL, kernel_dropped INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles(address TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identities(
	address TEXT NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, source TEXT NOT NULL,
	PRIMARY KEY(address, kind, value, first)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identities_last ON identities(last);
CREATE TABLE IF NOT EXISTS totals(
	id INTEGER PRIMARY KEY CHECK(id = 1),
	received INTEGER NOT NULL, parsed INTEGER NOT NULL, parse_failed INTEGER NOT NULL,
	stored INTEGER NOT NULL, dropped INTEGER NOT NULL, kernel_dropped INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursors(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped_days(day INTEGER PRIMARY KEY, next INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS pins(event_id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
` + positionsTable

// The pragmas of each kind of connection, in the order in which they are set. A
// reader's cache is per connection and day file, so it dominates memory.
var (
	writerPragmas = []string{"busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "cache_size=-16384",
		"wal_autocheckpoint=4000", "journal_size_limit=67108864"}
	checkpointPragmas = []string{"busy_timeout=5000", "synchronous=FULL"}
	readerPragmas     = []string{"busy_timeout=5000", "query_only=1", "cache_size=-256"}
)

// access is how SQLite opens a file (https://www.sqlite.org/uri.html).
type access string

const (
	readWriteCreate access = "mode=rwc"
	readWrite       access = "mode=rw"
	readOnly        access = "mode=ro"
	immutable       access = "mode=ro&immutable=1" // no WAL, no locks: only for folders nobody can write to
)

// dsn composes the data source name of a database file: file:///var/x.db,
// file:///C:/x.db, or file:x.db, which is relative to the working directory.
func dsn(path string, a access, pragmas []string) string {
	scheme := "file:"
	if filepath.IsAbs(path) {
		scheme = "file://"
	}
	path = filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" && !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	var b strings.Builder
	b.WriteString(scheme + (&url.URL{Path: path}).EscapedPath() + "?" + string(a))
	for _, p := range pragmas {
		b.WriteString("&_pragma=" + url.QueryEscape(p))
	}
	return b.String()
}

// conn is one SQLite connection without database/sql in between: a day file
// has exactly one writer, and its statements are few and hot. Calls must not
// overlap.
type conn struct{ c driver.Conn }

func openConn(path string, a access, pragmas []string) (*conn, error) {
	if a == readWriteCreate {
		// SQLite would make it readable by everyone; its logs follow the file.
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err == nil {
			err = f.Close()
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	c, err := (&sqlite.Driver{}).Open(dsn(path, a, pragmas))
	if err != nil {
		return nil, err
	}
	return &conn{c}, nil
}

func (c *conn) close() error { return c.c.Close() }

// unwatched is the context of single statements on day files: they are short,
// and whoever starts a write has to learn how it ended. Callers look at their
// own context between statements, the sealer at whether it is to stop.
var unwatched = context.Background()

// exec runs a script.
func (c *conn) exec(script string, args ...driver.Value) error {
	_, err := c.c.(driver.ExecerContext).ExecContext(unwatched, script, named(args))
	return err
}

// query calls f with each row; the values are only valid during the call.
func (c *conn) query(q string, f func(v []driver.Value) error, args ...driver.Value) error {
	rows, err := c.c.(driver.QueryerContext).QueryContext(unwatched, q, named(args))
	if err != nil {
		return err
	}
	return eachRow(rows, f)
}

func eachRow(rows driver.Rows, f func(v []driver.Value) error) (err error) {
	v := make([]driver.Value, len(rows.Columns()))
	for {
		if err = rows.Next(v); err != nil {
			break
		}
		if err = f(v); err != nil {
			break
		}
	}
	if err == io.EOF {
		err = nil
	}
	if e := rows.Close(); err == nil {
		err = e
	}
	return err
}

func named(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, v := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out
}

// version reads the format of the file behind the connection.
func (c *conn) version() (int, error) {
	var v int64
	err := c.query("PRAGMA user_version", func(row []driver.Value) error {
		v, _ = row[0].(int64)
		return nil
	})
	return int(v), err
}

// create fills an empty file or checks that it can be used.
func (c *conn) create(path, schema string) error {
	v, err := c.version()
	if err != nil {
		return err
	}
	known := versionOf(path)
	if err := checkVersion(path, v); err != nil {
		return err
	}
	if v == known {
		return nil
	}
	return c.exec(fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version=%d; COMMIT", schema, known))
}

// versionOf returns the format in which a file is written.
func versionOf(path string) int {
	if strings.HasPrefix(filepath.Base(path), dayPrefix) {
		return dayVersion
	}
	return mainVersion
}

func checkVersion(path string, v int) error {
	if known := versionOf(path); v > known {
		return fmt.Errorf("open %s: %w (format %d, this version knows %d); install the newer version or use another folder with --data",
			path, ErrNewer, v, known)
	}
	return nil
}
