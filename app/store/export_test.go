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

func TestEventFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.db")
	f, err := CreateEventFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	events := append(newOffice(1, noon).batch(100), sqlEvents()...)
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
		`SELECT count(*), count("source.ip"), min(_id), max(_id) FROM events`:                                       `{109, 100, 1, 109}`,
		`SELECT "@timestamp", time, typeof("source.port"), "source.port", "event.code" FROM events WHERE _id = 101`: `{"2026-11-23T12:00:00Z", 1795435200000000000, "integer", 22, "4625"}`,
		`SELECT extra, "source.port" FROM events WHERE _id = 104`:                                                   `{"{\"vendor.level\":\"x\"}", "many"}`,
		`SELECT "user.name" FROM events WHERE _id = 106`:                                                            "{\"\ufffd\"}",
		`SELECT "event.category" FROM events WHERE _id = 107`:                                                       `{"[\"authentication\",\"session\"]"}`,
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
	path := filepath.Join(t.TempDir(), "out.db")
	// A name that is taken, in whatever case, is not added again.
	f, err := CreateEventFile(path, []query.Field{query.NewField("user.name"), query.NewField("User.Name"), query.NewField("time"),
		query.NewField(`odd "name"`), query.NewField("source.port"), {Name: "who", Refs: []event.Ref{event.Resolve("no.such"), event.Resolve("user.name")}}})
	if err != nil {
		t.Fatal(err)
	}
	events := sqlEvents()
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
