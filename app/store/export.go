package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// EventFile is a plain SQLite file of events for other tools, being written.
// Its one table, events, has "_id" as its key, "@timestamp" and
// "event.ingested" as RFC 3339 text, time and received in Unix nanoseconds, a
// column per field and extra, a JSON object of the fields without a slot.
// There is an index on time.
//
// The columns of numbers are INTEGER, as other tools like them: 022 is stored
// as 22. Bytes that are not UTF-8 become U+FFFD.
type EventFile struct {
	path    string
	conn    *conn
	insert  driver.Stmt // nil: must be prepared again
	all     bool        // take in all fields, adding columns as they occur
	columns []query.Field
	slots   [event.NumFields]bool // among columns; of all
	args    []driver.NamedValue
}

// fileColumn is a column of an EventFile: its name and what follows it in
// CREATE TABLE.
type fileColumn struct{ name, decl string }

// fileColumns are the columns every EventFile has.
var fileColumns = []fileColumn{{"_id", "INTEGER PRIMARY KEY"}, {"@timestamp", "TEXT"}, {"time", "INTEGER"},
	{"event.ingested", "TEXT"}, {"received", "INTEGER"}}

// CreateEventFile begins a file at path, where nothing or an empty file must
// be. With columns it holds only these instead of all fields that occur.
func CreateEventFile(path string, columns []query.Field) (_ *EventFile, err error) {
	// A half-written file is thrown away, so nothing is kept to undo it.
	c, err := openConn(path, readWriteCreate, []string{"journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"})
	if err != nil {
		return nil, fileError(path, err)
	}
	f := &EventFile{path: path, conn: c, all: columns == nil}
	defer func() {
		if err != nil {
			err = errors.Join(fileError(path, err), f.Discard())
		}
	}()
	var decl []string
	for _, col := range fileColumns {
		decl = append(decl, quoteName(col.name)+" "+col.decl)
	}
	if f.all {
		decl = append(decl, "extra TEXT")
	}
	if err := c.exec("BEGIN; CREATE TABLE events(" + strings.Join(decl, ", ") + ")"); err != nil {
		return nil, err
	}
	for _, col := range columns {
		if err := f.addColumn(col); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// addColumn adds a column unless there is one of the name, which SQLite
// compares without regard to case.
func (f *EventFile) addColumn(col query.Field) error {
	taken := func(name string) bool { return strings.EqualFold(name, col.Name) }
	if slices.ContainsFunc(fileColumns, func(c fileColumn) bool { return taken(c.name) }) ||
		slices.ContainsFunc(f.columns, func(c query.Field) bool { return taken(c.Name) }) {
		return nil
	}
	decl := "TEXT"
	if len(col.Refs) == 1 && col.Refs[0].Field.Kind() == event.Long {
		decl = "INTEGER"
	}
	if err := f.conn.exec("ALTER TABLE events ADD COLUMN " + quoteName(col.Name) + " " + decl); err != nil {
		return err
	}
	f.columns = append(f.columns, col)
	return f.unprepare()
}

func (f *EventFile) unprepare() error {
	if f.insert == nil {
		return nil
	}
	err := f.insert.Close()
	f.insert = nil
	return err
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// prepare composes the statement for the columns there are now.
func (f *EventFile) prepare() error {
	var names []string
	for _, col := range fileColumns {
		names = append(names, quoteName(col.name))
	}
	for _, col := range f.columns {
		names = append(names, quoteName(col.Name))
	}
	if f.all {
		names = append(names, "extra")
	}
	var err error
	f.insert, err = f.conn.c.Prepare("INSERT INTO events(" + strings.Join(names, ", ") + ") VALUES(?" + strings.Repeat(", ?", len(names)-1) + ")")
	f.args = named(make([]driver.Value, len(names)))
	return err
}

// Add writes an event.
func (f *EventFile) Add(ev *event.Event) error {
	if f.all {
		for r := range ev.Each() {
			if r.Field == event.None || f.slots[r.Field] {
				continue
			}
			f.slots[r.Field] = true
			if err := f.addColumn(query.NewField(r.Name)); err != nil {
				return fileError(f.path, err)
			}
		}
	}
	if f.insert == nil {
		if err := f.prepare(); err != nil {
			return fileError(f.path, err)
		}
	}
	for i, v := range [...]driver.Value{int64(ev.ID), event.FormatTime(ev.Time), ev.Time, event.FormatTime(ev.Received), ev.Received} {
		f.args[i].Value = v
	}
	at := len(fileColumns)
	for _, col := range f.columns {
		f.args[at].Value = fieldValue(ev, col)
		at++
	}
	if f.all {
		f.args[at].Value = nil
		if text := ev.AppendExtrasJSON(nil); text != nil {
			f.args[at].Value = string(text)
		}
	}
	_, err := f.insert.(driver.StmtExecContext).ExecContext(unwatched, f.args)
	return fileError(f.path, err)
}

// fieldValue returns what a field holds, nil when it is absent. Columns of
// numbers make numbers of the texts that are some.
func fieldValue(ev *event.Event, col query.Field) driver.Value {
	for _, r := range col.Refs {
		v, ok := ev.Lookup(r)
		if !ok {
			continue
		}
		return strings.ToValidUTF8(r.Field.Kind().Plain(v), "\ufffd")
	}
	return nil
}

// Finish completes the file: it is on the disk when nil is returned.
func (f *EventFile) Finish() error {
	err := errors.Join(f.unprepare(), f.conn.exec("CREATE INDEX events_time ON events(time); COMMIT"), f.conn.close())
	f.conn = nil
	if err == nil {
		err = syncFile(f.path)
	}
	return fileError(f.path, err)
}

// syncFile brings a file's content to the disk.
func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// Discard closes and deletes the file, whatever its state.
func (f *EventFile) Discard() error {
	if f.conn != nil {
		// It is deleted: errors of closing do not matter.
		_ = errors.Join(f.unprepare(), f.conn.close())
		f.conn = nil
	}
	return removeDatabase(f.path)
}

// fileError names the file and the way out of a full disk.
func fileError(path string, err error) error {
	switch {
	case err == nil, errors.Is(err, ErrFull):
		return err
	case resultCode(err)&0xff == codeFull, diskFull(err):
		return fmt.Errorf("write %s: %w: no space is left there (%w); free some or choose another place", path, ErrFull, err)
	}
	return fmt.Errorf("write %s: %w", path, err)
}
