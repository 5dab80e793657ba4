package store

import (
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// table reads a file of events as another tool would.
func table(t *testing.T, path, statement string) []string {
	t.Helper()
	c, err := openConn(path, readOnly, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	var out []string
	err = c.query(statement, func(v []driver.Value) error {
		values := make([]any, len(v))
		for i := range v {
			values[i] = v[i]
		}
		out = append(out, strings.TrimPrefix(fmt.Sprintf("%#v", values), "[]interface {}"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mixedEvents hold numbers that are none, bytes that are no text, lists and
// fields without a slot.
func mixedEvents() []event.Event {
	var out []event.Event
	add := func(fields ...string) {
		var ev event.Event
		ev.Time, ev.Received = noon.UnixNano(), noon.UnixNano()
		for i := 0; i < len(fields); i += 2 {
			ev.SetName(fields[i], fields[i+1])
		}
		out = append(out, ev)
	}
	add("user.name", "anna", "source.port", "22", "event.code", "04625")
	add("user.name", "", "source.port", "many", "vendor.level", "x")
	add("user.name", "\xff\xfe", "message", "Fäiled 100% [x]")
	add("event.category", "authentication\x1fsession", "tags", "one", "vendor.list", "a\x1fb")
	add("source.bytes", "9223372036854775807", "source.port", "022")
	return out
}

func TestEventFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.db")
	f, err := CreateEventFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	events := append(newOffice(1, noon).batch(100), mixedEvents()...)
	for i := range events {
		events[i].ID = event.ID(i + 1)
		if err := f.Add(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	for statement, want := range map[string]string{
		`SELECT count(*), count("source.ip"), min(_id), max(_id) FROM events`:                                       `{105, 100, 1, 105}`,
		`SELECT "@timestamp", time, typeof("source.port"), "source.port", "event.code" FROM events WHERE _id = 101`: `{"2026-11-23T12:00:00Z", 1795435200000000000, "integer", 22, "04625"}`,
		`SELECT extra, "source.port" FROM events WHERE _id = 102`:                                                   `{"{\"vendor.level\":\"x\"}", "many"}`,
		`SELECT "user.name" FROM events WHERE _id = 103`:                                                            "{\"\ufffd\"}",
		`SELECT "event.category" FROM events WHERE _id = 104`:                                                       `{"[\"authentication\",\"session\"]"}`,
		`SELECT "source.bytes", "source.port" FROM events WHERE _id = 105`:                                          `{9223372036854775807, 22}`,
		`SELECT count(*) FROM sqlite_master WHERE type = 'index' AND sql LIKE '%(time)'`:                            `{1}`,
		`SELECT count(*) FROM pragma_table_info('events') WHERE name = 'dns.question.name'`:                         `{0}`,
		`PRAGMA integrity_check`: `{"ok"}`,
	} {
		if got := table(t, path, statement); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", statement, got, want)
		}
	}
}

func TestEventFileColumns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.db")
	// A name that is taken, in whatever case, is not added again.
	f, err := CreateEventFile(path, []query.Field{query.NewField("user.name"), query.NewField("User.Name"), query.NewField("time"),
		query.NewField(`odd "name"`), query.NewField("source.port"), {Name: "who", Refs: []event.Ref{event.Resolve("no.such"), event.Resolve("user.name")}}})
	if err != nil {
		t.Fatal(err)
	}
	events := mixedEvents()
	events[0].SetName(`odd "name"`, "x")
	if err := f.Add(&events[0]); err != nil {
		t.Fatal(err)
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	if got := table(t, path, "SELECT name FROM pragma_table_info('events')"); strings.Join(got, "") != `{"_id"}{"@timestamp"}{"time"}{"event.ingested"}{"received"}{"user.name"}{"odd \"name\""}{"source.port"}{"who"}` {
		t.Errorf("columns %v", got)
	}
	if got := table(t, path, `SELECT "user.name", "odd ""name""", "source.port", who FROM events`); got[0] != `{"anna", "x", 22, "anna"}` {
		t.Errorf("got %v", got)
	}
}

func TestEventFileDiscard(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := CreateEventFile(filepath.Join(dir, "out.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	events := newOffice(1, noon).batch(2000)
	for i := range events {
		events[i].ID = event.ID(i + 1)
		if err := f.Add(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Add(&events[0]); err == nil { // the key is taken
		t.Error("an event was added twice")
	}
	if err := f.Discard(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}
