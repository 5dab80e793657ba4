package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/app/store/sqlview"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

var (
	formFields = []string{"message", "event.original", "user.name", "host.name", "source.ip", "destination.ip", "source.port", "source.bytes",
		"event.action", "event.category", "tags", "vendor.note", "absent"}
	formValues = []string{"anna", "Anna", "ANNÄ", "straße", "ſam", "Kelvin", "svc-backup", "svc-web", "a*b", "a?b", `C:\Windows\x`, `"quoted"`, "x y", "",
		"007", "7", "7.0", "-7", "1e3", "18446744073709551616", "10.0.0.5", "10.0.0.50", "::ffff:10.0.0.5", "2001:DB8::1", "2001:db8::1", "fe80::1%eth0",
		"failed", "Failed password", "(brackets)", "and", "a|b", "日本語", "e\u0301", "é", "tab\there", "nul\x00byte", "\x01mark", "10.0.0.5:443", "2026-11-23"}
)

// formEvent makes an event with values of every kind; some are late by up to
// a year or ahead of their time.
func formEvent(r *rand.Rand, received time.Time) event.Event {
	pick := func() string { return formValues[r.IntN(len(formValues))] }
	var ev event.Event
	ev.Received = received.UnixNano()
	ev.Time = ev.Received - r.Int64N(1e9)
	switch r.IntN(12) {
	case 0:
		ev.Time -= r.Int64N(int64(365 * 24 * time.Hour))
	case 1:
		ev.Time += r.Int64N(int64(48 * time.Hour))
	case 2:
		ev.Time = ev.Received / 1e9 * 1e9 // equal ones
	}
	line := fmt.Sprintf("<%d>host app[%d]: %s for %s from 10.0.%d.%d port %d", r.IntN(190), r.IntN(5000), pick(), pick(), r.IntN(2), r.IntN(60), r.IntN(65536))
	if r.IntN(8) > 0 {
		ev.Set(event.EventOriginal, line)
		ev.Set(event.Message, line[strings.Index(line, ": ")+2:])
		if i := strings.Index(line, "from "); r.IntN(4) > 0 {
			ev.Set(event.SourceIP, strings.Fields(line[i:])[1])
			ev.Set(event.SourcePort, line[strings.LastIndex(line, " ")+1:])
		}
	}
	for _, name := range formFields[2 : len(formFields)-1] {
		switch f := event.Resolve(name); r.IntN(4) {
		case 0:
			put(&ev, f, pick())
		case 1:
			if f.Field != event.None && f.Field.Kind() == event.Multi {
				ev.Add(f.Field, pick())
				ev.Add(f.Field, pick())
			}
		}
	}
	return ev
}

// formQuery makes a search of the language at random.
func formQuery(r *rand.Rand, events []event.Event, depth int) string {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	value := func() string {
		v := formValues[r.IntN(len(formValues))]
		if r.IntN(2) == 0 {
			for _, x := range events[r.IntN(len(events))].Each() {
				if v = x; r.IntN(4) == 0 {
					break
				}
			}
		}
		if n := len(v); n > 1 && r.IntN(3) == 0 {
			from := r.IntN(n)
			v = v[from : from+1+r.IntN(n-from)]
		}
		return v
	}
	quoted := func(v string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	}
	escaped := func(v string) string {
		var b strings.Builder
		for _, c := range v {
			if c < 0x80 && !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9') {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
		}
		return b.String()
	}
	field := formFields[r.IntN(len(formFields))]
	switch n := r.IntN(17); {
	case n == 0:
		return quoted(value())
	case n == 1:
		return one("", "*") + escaped(value()) + one("", "*")
	case n <= 4:
		return field + one(":", ":", ":~", ":=", ":==", "!=") + quoted(value())
	case n <= 6:
		return field + ":" + one("", "*") + escaped(value()) + one("*", "?", "*x*", "")
	case n == 7:
		return one("source.ip", "destination.ip", "ip") + ":" + one("10.0.0.0/8", "10.0.1.0/24", "10.0.0.5", "10.0.0.5/32", "2001:db8::/32", "::ffff:10.0.0.0/104", "fe80::/10", "0.0.0.0/0")
	case n == 8:
		return one("source.port", "source.bytes", "user.name") + one("<", "<=", ">", ">=", ":==", ":<>") + one("7", "0", "1000", "30000", "-7", "18446744073709551615")
	case n == 9:
		return one("_exists_:", "_missing_:") + field
	case n == 10:
		return field + one(":*", `:""`)
	case n == 11:
		return field + ":/" + one("^f", "0\\.5", "(?i)anna", "[0-9]{4}$", "x*") + "/" + one("", "i")
	case n == 12:
		return "*:" + quoted(value())
	case n == 13:
		return "_id:" + events[r.IntN(len(events))].ID.String()
	case depth == 0:
		return "user.name:(anna or " + quoted(value()) + ")"
	case n == 14:
		return "not (" + formQuery(r, events, depth-1) + ")"
	case n == 15:
		return "(" + formQuery(r, events, depth-1) + " or " + formQuery(r, events, depth-1) + ")"
	}
	return formQuery(r, events, depth-1) + " " + formQuery(r, events, depth-1)
}

// TestForms asks the same of every form in which events are kept: as they
// were given, in the journal, by a reader beside the writer, partly and wholly
// in blocks, and through SQL. All must select what Match does, newest first.
func TestForms(t *testing.T) {
	t.Parallel()
	for seed := range uint64(repeats(3, 12)) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			testForms(t, seed)
		})
	}
}

func testForms(t *testing.T, seed uint64) {
	const queries = 150
	r := rand.New(rand.NewPCG(seed, 31))
	journalDir, sealedDir := t.TempDir(), t.TempDir()
	never := func(c *Config) { c.SealEvents, c.BlockEvents = 1<<30, 48 }
	journal, sealed := openStore(t, journalDir, never), openStore(t, sealedDir, never)
	var events []event.Event
	for day := -1; day <= 0; day++ {
		for range 12 {
			batch := make([]event.Event, 1+r.IntN(90))
			for i := range batch {
				batch[i] = formEvent(r, noon.AddDate(0, 0, day).Add(time.Duration(r.IntN(3600))*time.Second))
			}
			same := slices.Clone(batch)
			mustAppend(t, journal, batch)
			mustAppend(t, sealed, same)
			events = append(events, batch...)
			if r.IntN(4) == 0 {
				sealAll(t, sealed)
			}
		}
	}
	half := openStore(t, sealedDir, readOnlyConfig) // sealed in part
	forms := map[string]*Store{"journal": journal, "reader": openStore(t, journalDir, readOnlyConfig), "half sealed": sealed, "reader of half sealed": half}
	refused := 0
	for n := range queries {
		if n == queries/2 {
			sealAll(t, sealed)
			forms["sealed"] = sealed
			delete(forms, "half sealed")
		}
		text := formQuery(r, events, 2)
		if r.IntN(5) == 0 {
			text += fmt.Sprintf(" since:%s", event.FormatTime(events[r.IntN(len(events))].Time))
		}
		q, err := query.Parse(text, noon)
		if err != nil {
			refused++
			continue
		}
		var want []event.Event
		for i := range events {
			if q.Match(&events[i]) {
				want = append(want, events[i])
			}
		}
		slices.SortFunc(want, func(a, b event.Event) int {
			return newer(hit{time: a.Time, id: a.ID}, hit{time: b.Time, id: b.ID})
		})
		var ids []string
		for i := range want {
			ids = append(ids, want[i].ID.String())
		}
		for name, s := range forms {
			got, res := search(t, s, q)
			if len(res.Partial) > 0 {
				t.Fatalf("%s: partial: %q", name, res.Partial)
			}
			for i := range min(len(got), len(want)) {
				if !same(&got[i], &want[i]) {
					t.Fatalf("%s: %s: hit %d is\n%s\nwant\n%s", name, text, i, dump(&got[i]), dump(&want[i]))
				}
			}
			if len(got) != len(want) {
				t.Fatalf("%s: %s: %d hits, want %d", name, text, len(got), len(want))
			}
			if n%3 > 0 || strings.Contains(text, "\x00") { // a statement ends at NUL
				continue
			}
			some := q
			some.Limit = 1 + r.IntN(20)
			if got, _ := search(t, s, some); len(got) != min(some.Limit, len(want)) || len(got) > 0 && !same(&got[len(got)-1], &want[len(got)-1]) {
				t.Fatalf("%s: %s: the newest %d are others", name, text, some.Limit)
			}
			statement := "SELECT _id FROM events WHERE query = '" + strings.ReplaceAll(text, "'", "''") + "' ORDER BY time DESC, _id DESC"
			view := sqlview.View{Store: s, Now: func() time.Time { return noon }}
			var rows []string
			if _, err := view.Query(context.Background(), statement, func([]string) error { return nil }, func(row []any) error {
				rows = append(rows, fmt.Sprint(row[0]))
				return nil
			}); err != nil {
				t.Fatalf("%s: %s: %v", name, statement, err)
			}
			if !slices.Equal(rows, ids) {
				t.Fatalf("%s: %s: SQL finds %d rows, want %d", name, text, len(rows), len(ids))
			}
		}
	}
	if refused > queries/5 {
		t.Errorf("%d of %d searches are none", refused, queries)
	}
}
