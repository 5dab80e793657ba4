package sqlview

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"

	"porchlight/app/store"
	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// openStore opens a store that seals soon, so that statements find events in
// its journal and in blocks.
func openStore(t testing.TB, dir string, change ...func(*store.Config)) *store.Store {
	t.Helper()
	cfg := store.Config{Dir: dir, Command: "porchlight serve", SealEvents: 40, BlockEvents: 64, Now: func() time.Time { return noon }}
	for _, f := range change {
		f(&cfg)
	}
	s, err := store.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func mustAppend(t testing.TB, s *store.Store, batch []event.Event) {
	t.Helper()
	if err := s.Append(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
}

// ask runs a statement and returns its rows as text.
func ask(t testing.TB, s Store, statement string) []string {
	t.Helper()
	out, err := tryAsk(context.Background(), s, statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return out
}

func view(s Store) View { return View{Store: s, Now: func() time.Time { return noon }} }

func anyHeader([]string) error { return nil }

func tryAsk(ctx context.Context, s Store, statement string) (out []string, err error) {
	_, err = view(s).Query(ctx, statement, anyHeader, func(values []any) error {
		out = append(out, fmt.Sprintf("%#v", values))
		return nil
	})
	return out, err
}

// oddEvents have what is easy to get wrong between texts, numbers and times.
func oddEvents() []event.Event {
	var out []event.Event
	add := func(at time.Duration, fields ...string) {
		var ev event.Event
		ev.Time, ev.Received = noon.Add(at).UnixNano(), noon.UnixNano()
		for i := 0; i < len(fields); i += 2 {
			ev.SetName(fields[i], fields[i+1])
		}
		out = append(out, ev)
	}
	add(0, "user.name", "anna", "source.port", "22", "event.code", "4625")
	add(0, "user.name", "Anna", "source.port", "23", "event.code", "04625")
	add(time.Second/2, "user.name", "anna ", "source.port", "80")
	add(time.Second, "user.name", "", "source.port", "many", "vendor.level", "x")
	add(-time.Second, "user.name", "an\x00na", "message", "a\x1fb failed")
	add(-time.Nanosecond, "user.name", "\xff\xfe", "message", "Fäiled 100% [x]")
	add(time.Hour, "event.category", "authentication\x1fsession", "tags", "one", "message", `["authentication","session"]`)
	add(-time.Hour, "event.category", "session", "user.name", "svc_backup", "vendor.list", "a\x1fb")
	add(-25*time.Hour, "source.bytes", "9223372036854775807")
	return out
}

// connector opens databases of one driver.
type connector struct{ d *sqlite.Driver }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	return c.d.Open("file::memory:?_dqs=0")
}
func (c connector) Driver() driver.Driver { return c.d }

// plainCopy holds the same events in an ordinary table.
func plainCopy(t *testing.T, events []event.Event) *sql.DB {
	t.Helper()
	d := &sqlite.Driver{}
	if err := d.RegisterCollationUtf8(timeCollation, compareTimes); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector{d})
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // the database is its connection's
	var decl []string
	columns := eventColumns()[:colQuery]
	for _, col := range columns {
		decl = append(decl, `"`+col.name+`" `+col.decl)
	}
	if _, err := db.Exec("CREATE TABLE events(" + strings.Join(decl, ", ") + ")"); err != nil {
		t.Fatal(err)
	}
	for i := range events {
		var args []any
		for col := range columns {
			args = append(args, eventValue(&events[i], col))
		}
		if _, err := db.Exec("INSERT INTO events VALUES(?"+strings.Repeat(", ?", len(args)-1)+")", args...); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func askPlain(t *testing.T, db *sql.DB, statement string) []string {
	t.Helper()
	rows, err := db.Query(statement)
	if err != nil {
		t.Fatalf("plain: %s: %v", statement, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var out []string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%#v", values))
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("plain: %s: %v", statement, err)
	}
	return out
}

// TestMeansTheSame compares the virtual table with an ordinary one: what
// is pushed down must not change an answer.
func TestMeansTheSame(t *testing.T) {
	s := openStore(t, t.TempDir())
	odd := oddEvents()
	mustAppend(t, s, odd)
	usual := append(officeEvents(7, noon.Add(-2*time.Minute), 120), officeEvents(8, noon.AddDate(0, 0, -1), 120)...)
	mustAppend(t, s, usual)
	plain := plainCopy(t, append(usual, odd...))
	at := noon.UnixNano()
	forms := []string{
		"SELECT * FROM events WHERE %s",
		"SELECT count(*), min(time), max(\"source.port\") FROM events WHERE %s",
		"SELECT \"user.name\", count(*) FROM events WHERE %s GROUP BY 1",
	}
	if testing.Short() {
		forms = forms[:1]
	}
	for _, where := range []string{
		"1", "0", "time > 0",
		fmt.Sprintf("time >= %d", at), fmt.Sprintf("time > %d", at), fmt.Sprintf("time < %d", at), fmt.Sprintf("time <= %d", at), fmt.Sprintf("time = %d", at),
		fmt.Sprintf("time <> %d", at), fmt.Sprintf("time BETWEEN %d AND %d", at-5, at), fmt.Sprintf("time >= %d.0", at), fmt.Sprintf("time < %d.0", at), fmt.Sprintf("time = %d.0", at),
		fmt.Sprintf("time >= '%d'", at), "time > NULL", "time >= 'x'", "time < -1", "time < 9223372036854775807", "time <= 9223372036854775807", "time IS NULL",
		`"@timestamp" >= '2026-11-23T12:00:00Z'`, `"@timestamp" > '2026-11-23T12:00:00Z'`, `"@timestamp" <= '2026-11-23T12:00:00Z'`,
		`"@timestamp" = '2026-11-23T13:00:00+01:00'`, `"@timestamp" < '2026-11-23'`, `"@timestamp" >= '2026-11-23 12:00:00'`, `"@timestamp" >= 'x'`, `"@timestamp" < 5`,
		`"@timestamp" > '2026-11-23T12:00:00Z' COLLATE BINARY`, `"@timestamp" LIKE '2026-11-23T12:00:00%'`,
		fmt.Sprintf("received = %d", at), fmt.Sprintf("received < %d", at), `"event.ingested" >= '2026-11-23T12:00:00Z'`,
		fmt.Sprintf("_id = %d", odd[2].ID), fmt.Sprintf("_id = '%d'", odd[2].ID), fmt.Sprintf("_id = %d.0", odd[2].ID), fmt.Sprintf("_id > %d", odd[2].ID), fmt.Sprintf("_id >= %d", odd[2].ID),
		fmt.Sprintf("_id <= %d", odd[2].ID), fmt.Sprintf("_id IN (%d, %d, 5)", odd[1].ID, odd[3].ID), "_id = 0", "_id = -1", "_id > -1", "_id IS NULL",
		`"user.name" = 'anna'`, `"user.name" = 'Anna'`, `"user.name" = 'anna' COLLATE NOCASE`, `"user.name" = 'anna' COLLATE RTRIM`, `"user.name" = ''`, `"user.name" = 'an' || char(0) || 'na'`,
		`"user.name" = CAST(x'fffe' AS TEXT)`, `"user.name" = x'616e6e61'`, `"user.name" IS NULL`, `"user.name" IS NOT NULL`, `"user.name" IS 'anna'`, `"user.name" <> 'anna'`, `"user.name" = NULL`, `"user.name" > 'anna'`,
		`"user.name" IN ('anna', 'root', 'nobody')`, `"user.name" IN ('anna', NULL)`, `"user.name" NOT IN ('anna', 'root')`, `"user.name" IN (SELECT "user.name" FROM events WHERE "source.port" > 60000)`,
		`"user.name" LIKE 'an%'`, `"user.name" LIKE 'AN%A'`, `"user.name" LIKE 'svc_backup'`, `"user.name" LIKE '%'`, `"user.name" LIKE ''`, `"user.name" LIKE 'svc\_%' ESCAPE '\'`, `"user.name" GLOB 'a*'`,
		`"source.port" = 22`, `"source.port" = '22'`, `"source.port" = '22.0'`, `"source.port" = 22.0`, `"source.port" > 22`, `"source.port" = 'many'`, `"source.port" LIKE '2%'`, `"source.port" IN (22, 443)`,
		`"source.bytes" = 9223372036854775807`, `"source.bytes" > 9223372036854775806`,
		`"event.code" = 4625`, `"event.code" = '4625'`, `"event.code" = 4625.0`, `"event.code" LIKE '%4625'`,
		`"event.category" = 'session'`, `"event.category" = 'authentication'`, `"event.category" = '["authentication","session"]'`, `"event.category" LIKE '%auth%sess%'`, `"event.category" LIKE '%","%'`, `"event.category" LIKE '[%'`,
		`message LIKE '%failed%'`, `message LIKE 'FAILED password%'`, `message LIKE '%fäiled%'`, `message LIKE '%[x]'`, `message = 'a' || char(31) || 'b failed'`, `message LIKE 'a%b%'`, `message = '["authentication","session"]'`,
		`extra IS NOT NULL`, `extra ->> '$."vendor.level"' = 'x'`, `json_array_length(extra, '$."vendor.list"') = 2`,
		`"user.name" = 'anna' OR "user.name" = 'root'`, `"user.name" = 'anna' OR time > 5`, `length(message) > 100`, `"user.name" = "source.user.name"`, `"source.ip" = '10.0.20.7' AND "destination.port" = 22`,
		`"host.name" = 'mail' AND "user.name" IS NULL AND time > 5`, `"log.syslog.appname" = 'sshd' AND "log.syslog.severity.code" = 6`,
	} {
		for _, form := range forms {
			statement := fmt.Sprintf(form, where)
			got, want := ask(t, s, statement), askPlain(t, plain, statement)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d rows, want %d\ngot  %.300v\nwant %.300v", statement, len(got), len(want), got, want)
			}
		}
	}
	// Where the order is told, rows must come in it; a full order has one answer.
	for _, tail := range []string{
		"ORDER BY time DESC, _id DESC", "ORDER BY time DESC, _id", "ORDER BY time, _id", "ORDER BY \"@timestamp\" DESC, _id DESC LIMIT 7", "ORDER BY time DESC, _id DESC LIMIT 5 OFFSET 3",
		"ORDER BY \"user.name\" DESC, _id LIMIT 9", "ORDER BY _id DESC LIMIT 4", "ORDER BY time DESC, rowid DESC LIMIT 0", "ORDER BY time DESC, _id DESC LIMIT -1",
	} {
		for _, where := range []string{"1", fmt.Sprintf("time < %d", at), `"user.name" = 'anna'`, `"user.name" IN ('anna', 'root')`, `length("user.name") = 4`,
			fmt.Sprintf("_id > %d AND time <= %d.0", odd[3].ID, at), fmt.Sprintf("_id <= %d", odd[6].ID), fmt.Sprintf("_id IN (%d, %d)", odd[0].ID, odd[5].ID)} {
			statement := "SELECT _id, time FROM events WHERE " + where + " " + tail
			got, want := ask(t, s, statement), askPlain(t, plain, strings.ReplaceAll(statement, "rowid", "_id"))
			if !slices.Equal(got, want) {
				t.Errorf("%s:\ngot  %.300v\nwant %.300v", statement, got, want)
			}
		}
	}
	for _, statement := range []string{
		"SELECT DISTINCT \"user.name\" FROM events ORDER BY 1",
		"SELECT DISTINCT time FROM events ORDER BY time DESC",
		"SELECT a._id, b._id FROM events a JOIN events b ON b._id = a._id + 1 WHERE a.\"user.name\" = 'anna' ORDER BY 1",
		"SELECT a._id, b._id FROM events a LEFT JOIN events b ON b._id = a._id + 1 WHERE a.\"user.name\" = 'anna' AND b.\"user.name\" IS NULL ORDER BY 1",
		"SELECT time / 60000000000, count(*) FROM events GROUP BY 1 ORDER BY 1",
	} {
		if got, want := ask(t, s, statement), askPlain(t, plain, statement); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %.300v\nwant %.300v", statement, got, want)
		}
	}
}

// TestNumbers: a number stays a text where making it one would lose a
// digit, and an ordinary table would lose it.
func TestNumbers(t *testing.T) {
	s := openStore(t, t.TempDir())
	var batch []event.Event
	for _, v := range []string{"22", "022", "22.0", "-0", "-5", "92233720368547758070", "9223372036854775807"} {
		ev := numbered(1, noon)
		ev.Set(event.SourceBytes, v)
		batch = append(batch, ev)
	}
	mustAppend(t, s, batch)
	for where, want := range map[string]string{
		`= 22`: `"22.0" "022" 22`, `= '22'`: `"22.0" "022" 22`, `= '022'`: `"22.0" "022" 22`, `= 22.0`: `"22.0" "022" 22`,
		`= -5`: "-5", `= 9223372036854775807`: "9223372036854775807",
		`LIKE '022'`: `"022"`, `LIKE '%22.0%'`: `"22.0"`, `= 'x'`: "",
	} {
		var got []string
		for _, row := range ask(t, s, `SELECT "source.bytes" FROM events WHERE "source.bytes" `+where+` ORDER BY time DESC, _id DESC`) {
			got = append(got, strings.TrimSuffix(strings.TrimPrefix(row, "[]interface {}{"), "}"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", where, got, want)
		}
	}
	if got := ask(t, s, `SELECT count(*) FROM events WHERE typeof("source.bytes") = 'text'`); got[0] != "[]interface {}{4}" {
		t.Errorf("texts: %v", got)
	}
}

func TestSearch(t *testing.T) {
	s := openStore(t, t.TempDir())
	mustAppend(t, s, officeEvents(1, noon, 2000))
	mustAppend(t, s, []event.Event{numbered(1, noon.Add(-time.Hour)), numbered(2, noon.Add(time.Hour))})
	for _, c := range []struct{ where, same string }{
		{`query = 'failed password'`, `message LIKE '%failed password%'`},
		{`query = 'user:anna host.name:mail'`, `"user.name" = 'anna' AND "host.name" = 'mail'`},
		{`query = 'since:2026-11-23T12:30:00Z'`, `time > ` + fmt.Sprint(noon.UnixNano()) + ` AND "event.code" = '2'`},
		{`query = 'last 2h' AND "event.code" = '1'`, `"event.code" = '1'`}, // by the store's clock
		{`query IN ('user.name:anna', 'user.name:root')`, `"user.name" IN ('anna', 'root')`},
		{`query = NULL`, `0`},
		{`query = ''`, `1`},
	} {
		got, want := ask(t, s, "SELECT _id FROM events WHERE "+c.where+" ORDER BY 1"), ask(t, s, "SELECT _id FROM events WHERE "+c.same+" ORDER BY 1")
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, want %d", c.where, len(got), len(want))
		}
	}
	for statement, want := range map[string]string{
		`SELECT 1 FROM events WHERE query = 'a:('`:                          "column 3",
		`SELECT 1 FROM events WHERE query = 5 + 1`:                          "as text",
		`SELECT 1 FROM events WHERE query = 'a' OR length("user.name") = 3`: "condition of its own",
		`SELECT query FROM events`:                                          "condition of its own",
		`SELECT "source.ipp" FROM events`:                                   "no such column",
		`SELECT`:                                                            "incomplete input",
		``:                                                                  "no statement",
		`-- nothing`:                                                        "no statement",
		`SELECT 1; SELECT 2`:                                                "one statement at a time",
		`INSERT INTO events(message) VALUES('x')`:                           "not INSERT",
		`/* SELECT */ DROP TABLE events`:                                    "not DROP",
		`WITH x AS (SELECT 1) INSERT INTO events(message) SELECT * FROM x`: "can only be read",
		`EXPLAIN DELETE FROM alerts`:                                       "can only be read",
		`SELECT load_extension('x')`:                                       "can only be read",
		`SELECT * FROM pragma_journal_mode`:                                "can only be read",
	} {
		if _, err := tryAsk(context.Background(), s, statement); !errors.Is(err, ErrStatement) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", statement, err, want)
		}
	}
	for _, statement := range []string{"SELECT ';'", "SELECT 1; -- that is all", `SELECT 1 AS "a;b" /* ; */;`, "VALUES (1)", "explain query plan select * from events", "SELECT name FROM pragma_table_xinfo('events') LIMIT 1"} {
		if got := ask(t, s, statement); len(got) == 0 {
			t.Errorf("%s: no row", statement)
		}
	}
}

// TestPlans: what the search delivers in order is not sorted again, and
// ids are looked up.
func TestPlans(t *testing.T) {
	s := openStore(t, t.TempDir())
	for statement, sorted := range map[string]bool{
		`SELECT * FROM events ORDER BY time DESC`:                                 false,
		`SELECT * FROM events WHERE "user.name" = 'x' ORDER BY "@timestamp" DESC`: false,
		`SELECT * FROM events ORDER BY time DESC, _id DESC LIMIT 5`:               false,
		`SELECT * FROM events ORDER BY time`:                                      true,
		`SELECT * FROM events ORDER BY _id DESC`:                                  true,
		`SELECT * FROM events ORDER BY time DESC, _id`:                            true,
		`SELECT * FROM events WHERE "user.name" IN ('x', 'y') ORDER BY time DESC`: true,
		`SELECT * FROM events a, sources s ORDER BY s.address, a.time DESC`:       true,
	} {
		plan := strings.Join(ask(t, s, "EXPLAIN QUERY PLAN "+statement), "\n")
		if strings.Contains(plan, "TEMP B-TREE") != sorted {
			t.Errorf("%s: sorted must be %v: %s", statement, sorted, plan)
		}
	}
	plan := strings.Join(ask(t, s, `EXPLAIN QUERY PLAN SELECT 1 FROM alerts a, json_each(a.events) j JOIN events e ON e._id = j.value`), "\n")
	if i := strings.LastIndex(plan, "SCAN e VIRTUAL"); i < 0 || !strings.Contains(plan[i:], `Args`) || strings.Index(plan, "SCAN a VIRTUAL") > i {
		t.Errorf("evidence is not looked up: %s", plan)
	}
}

func FuzzStatement(f *testing.F) {
	f.Add("select ';' -- x\n; /* */")
	f.Add("with [a;b] as (select 1) select `")
	f.Fuzz(func(t *testing.T, text string) {
		word, _ := firstWord(text)
		if err := checkStatement(text); err == nil && word == "" {
			t.Errorf("%q was let through", text)
		}
	})
}

func TestAlertsSourcesIdentities(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	batch := officeEvents(1, noon, 10)
	mustAppend(t, s, batch)
	f := alert.Finding{Rule: alert.Rule{ID: "r1", Title: "Many", Level: alert.High}, Entities: []alert.Entity{{Field: "source.ip", Value: "10.0.0.1"}},
		Events: []event.ID{batch[2].ID, batch[5].ID}, Count: 2, First: batch[2].Time, Last: batch[5].Time, Why: "because"}
	if _, err := s.Record(context.Background(), []alert.Finding{f}, noon); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSources(context.Background(), source.Counters{}, []source.Source{{Address: "10.0.0.9", Name: "nas", LastSeen: noon.UnixNano(), Counters: source.Counters{Received: 7}}}); err != nil {
		t.Fatal(err)
	}
	mac := event.Identity{Address: "10.0.0.9", Kind: event.IdentityMAC, Value: "00-00-5E-00-53-23", First: noon.UnixNano(), Last: noon.Add(time.Hour).UnixNano(), From: "dhcpack"}
	user := event.Identity{Address: "10.0.0.1", Kind: event.IdentityUser, Value: "anna", First: noon.UnixNano(), Last: noon.UnixNano(), From: "logon-success"}
	if err := s.SaveIdentities(context.Background(), []event.Identity{mac, user}); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, func(c *store.Config) { c.ReadOnly = true }) // beside the writer
	for statement, want := range map[string]string{
		`SELECT id, rule_id, title, level, status, count, why, entities FROM alerts`:                                `{"A-1", "r1", "Many", "high", "open", 2, "because", "[{\"field\":\"source.ip\",\"value\":\"10.0.0.1\"}]"}`,
		`SELECT count(*) FROM alerts WHERE first_seen >= '2026-11-23' AND last_seen < '2026-11-24' AND tags = '[]'`: `{1}`,
		`SELECT count(*) FROM alerts a, json_each(a.events) j JOIN events e ON e._id = j.value`:                     `{2}`,
		`SELECT address, name, received, last_seen FROM sources`:                                                    `{"10.0.0.9", "nas", 7, "2026-11-23T12:00:00Z"}`,
		`SELECT * FROM identities WHERE kind = 'mac'`:                                                               `{"10.0.0.9", "mac", "00-00-5E-00-53-23", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z", "dhcpack"}`,
		`SELECT s.name, i.value FROM sources s JOIN identities i USING (address) WHERE i.last > '2026-11-23 12:30'`: `{"nas", "00-00-5E-00-53-23"}`,
		`SELECT value FROM identities WHERE first = '2026-11-23T13:00:00+01:00' AND last = first`:                   `{"anna"}`,
		`SELECT a.id FROM alerts a JOIN alerts b ON a.id = b.id`:                                                    `{"A-1"}`,
	} {
		if got := ask(t, s, statement); len(got) != 1 || strings.TrimPrefix(got[0], "[]interface {}") != want {
			t.Errorf("%s: %v, want %s", statement, got, want)
		}
	}
}

// TestEndsItsSearches: a statement that stops early, fails or is cancelled
// leaves no search behind.
func TestEndsItsSearches(t *testing.T) {
	s := openStore(t, t.TempDir())
	for i := range 20 {
		mustAppend(t, s, officeEvents(uint64(i), noon, 1000))
	}
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	stop := errors.New("enough")
	seen := 0
	for name, run := range map[string]func() error{
		"limit": func() error {
			_, err := tryAsk(ctx, s, "SELECT message FROM events LIMIT 1")
			return err
		},
		"inner": func() error {
			_, err := tryAsk(ctx, s, "SELECT (SELECT message FROM events b WHERE b.\"user.name\" = a.\"user.name\" LIMIT 1) FROM events a LIMIT 3")
			return err
		},
		"caller": func() error {
			_, err := view(s).Query(ctx, "SELECT message FROM events", anyHeader, func([]any) error { return stop })
			if !errors.Is(err, stop) {
				return fmt.Errorf("got %w", err)
			}
			return nil
		},
		"statement": func() error {
			_, err := tryAsk(ctx, s, "SELECT abs(-9223372036854775807 - (time > 0)) FROM events")
			if !errors.Is(err, ErrStatement) {
				return fmt.Errorf("got %w", err)
			}
			return nil
		},
		"cancelled": func() error {
			ctx, cancel := context.WithCancel(ctx)
			_, err := view(s).Query(ctx, "SELECT message FROM events", anyHeader, func([]any) error {
				if seen++; seen == 10 {
					cancel()
				}
				return nil
			})
			cancel()
			if !errors.Is(err, context.Canceled) || seen > 1000 {
				return fmt.Errorf("got %w after %d rows", err, seen)
			}
			return nil
		},
	} {
		if err := run(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	cancel()
	if _, err := tryAsk(ctx, s, "SELECT count(*) FROM events"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i == 1000 {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(min(time.Duration(i), 50) * time.Millisecond)
	}
	if got := ask(t, s, "SELECT count(*) FROM events"); got[0] != "[]interface {}{20000}" {
		t.Errorf("count %v", got)
	}
}

// lacking is a store of which a part cannot be searched.
type lacking struct{ Store }

func (s lacking) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	res, err := s.Store.Search(ctx, q, yield)
	res.Partial = append(res.Partial, "events-2026-11-22.db: batch 1 is damaged")
	return res, err
}

func TestTellsWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	mustAppend(t, openStore(t, dir), officeEvents(1, noon, 10))
	s := openStore(t, dir, func(c *store.Config) { c.ReadOnly = true })
	rows := 0
	res, err := view(lacking{s}).Query(context.Background(), "SELECT a._id FROM sources RIGHT JOIN events a JOIN events b ON a._id = b._id", anyHeader, func([]any) error { rows++; return nil })
	if err != nil || rows != 10 || len(res.Partial) != 1 || !strings.Contains(res.Partial[0], "batch 1 ") {
		t.Errorf("%d rows, %q, %v", rows, res.Partial, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"events", "alerts", "sources", "identities"} {
		if _, err := tryAsk(context.Background(), s, "SELECT count(*) FROM "+table); !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s of a closed store: %v", table, err)
		}
	}
}
