package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func mustPin(t *testing.T, s *Store, ids ...event.ID) {
	t.Helper()
	if err := s.Pin(context.Background(), ids...); err != nil {
		t.Fatal(err)
	}
}

func pinned(t *testing.T, s *Store) (ids []event.ID) {
	t.Helper()
	pins, err := s.Pinned(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pins {
		ids = append(ids, p.ID)
	}
	return ids
}

func TestPins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &clock{t: noon}
	s := openStore(t, dir, func(cfg *Config) { cfg.Now = c.now })
	ro := openStore(t, dir, readOnlyConfig)
	batch := newOffice(1, noon).batch(10)
	mustAppend(t, s, batch)
	if got := pinned(t, s); len(got) > 0 {
		t.Errorf("pinned at first: %v", got)
	}
	mustPin(t, s, batch[3].ID)
	c.set(noon.Add(time.Minute))
	mustPin(t, s, batch[1].ID, batch[3].ID, batch[5].ID)
	want := []event.ID{batch[5].ID, batch[1].ID, batch[3].ID}
	for name, s := range map[string]*Store{"writer": s, "reader": ro} {
		if got := pinned(t, s); !slices.Equal(got, want) {
			t.Errorf("%s: pinned %v, want %v", name, got, want)
		}
	}
	if pins, err := s.Pinned(context.Background()); err != nil || !pins[2].At.Equal(noon) || !pins[0].At.Equal(c.now()) {
		t.Errorf("%+v, %v", pins, err)
	}
	if err := s.Pin(context.Background(), batch[0].ID, batch[9].ID+1); !errors.Is(err, ErrNotFound) || len(pinned(t, s)) != 3 {
		t.Errorf("pinning what is not there: %v, %v", err, pinned(t, s))
	}
	if err := ro.Pin(context.Background(), batch[0].ID); !errors.Is(err, ErrReadOnly) {
		t.Errorf("pinning read-only: %v", err)
	}
	if err := s.Unpin(context.Background(), batch[5].ID, batch[0].ID); err != nil {
		t.Fatal(err)
	}
	if got := pinned(t, s); !slices.Equal(got, want[1:]) {
		t.Errorf("pinned %v, want %v", got, want[1:])
	}
}

// TestPinsUpgrade opens a porchlight.db of before there were pins.
func TestPinsUpgrade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	batch := newOffice(1, noon).batch(10)
	mustAppend(t, s, batch)
	if _, err := s.main.Exec("DROP TABLE pins; PRAGMA user_version=1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ro := openStore(t, dir, readOnlyConfig)
	if got := pinned(t, ro); len(got) > 0 {
		t.Errorf("pinned %v", got)
	}
	if err := ro.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	mustPin(t, s, batch[0].ID)
	if got := pinned(t, s); !slices.Equal(got, []event.ID{batch[0].ID}) {
		t.Errorf("pinned %v", got)
	}
}

// all returns the numbers of all events, sorted.
func allIDs(t *testing.T, s *Store) (ids []event.ID) {
	t.Helper()
	events, res := search(t, s, query.Query{})
	if len(res.Partial) > 0 {
		t.Errorf("partial: %v", res.Partial)
	}
	for i := range events {
		ids = append(ids, events[i].ID)
	}
	slices.Sort(ids)
	return ids
}

// TestRetainKeeps drops days with pinned events and the evidence of alerts.
func TestRetainKeeps(t *testing.T) {
	t.Parallel()
	for _, sealed := range []bool{false, true} {
		t.Run(map[bool]string{false: "journal", true: "blocks"}[sealed], func(t *testing.T) { testRetainKeeps(t, sealed) })
	}
}

func testRetainKeeps(t *testing.T, sealed bool) {
	dir := t.TempDir()
	ctx := context.Background()
	c := &clock{t: noon}
	config := func(cfg *Config) { cfg.Now, cfg.BlockEvents = c.now, 128 }
	s := openStore(t, dir, config)
	ro := openStore(t, dir, readOnlyConfig)
	days := map[int][]event.Event{}
	for day := -3; day <= 0; day++ {
		days[day] = newOffice(uint64(day+9), noon.AddDate(0, 0, day)).batch(1000)
		mustAppend(t, s, days[day])
	}
	if sealed {
		if err := s.sealDue(allJournals); err != nil {
			t.Fatal(err)
		}
	}
	allIDs(t, ro) // the reader knows all files
	old := func(i int) event.ID { return days[-3][i].ID }
	mustPin(t, s, old(17), old(18), old(999), days[-1][0].ID)
	record(t, s, noon, finding("open", alert.High, "10.0.0.1", old(18), old(400), days[-2][7].ID),
		finding("acknowledged", alert.High, "10.0.0.2", old(401)), finding("closed", alert.High, "10.0.0.3", old(500)))
	move := func(id string, to alert.Status) {
		t.Helper()
		if _, err := s.UpdateAlert(ctx, id, func(a alert.Alert) (alert.Alert, error) { a.Status = to; return a, nil }); err != nil {
			t.Fatal(err)
		}
	}
	move("A-2", alert.Acknowledged)
	move("A-3", alert.Closed)

	dropped, err := s.Retain(ctx, 30*time.Hour, 0) // the day before yesterday ended 12 hours ago
	if err != nil || !slices.Equal(dates(dropped), []string{"2026-11-20", "2026-11-21"}) {
		t.Fatalf("dropped %+v, %v", dropped, err)
	}
	if dropped[0].Events != 995 || dropped[1].Events != 999 || dropped[0].Bytes < 20_000 {
		t.Errorf("dropped %+v", dropped)
	}
	stays := []*event.Event{&days[-3][17], &days[-3][18], &days[-3][400], &days[-3][401], &days[-3][999], &days[-2][7]}
	check := func(s *Store, what string) {
		t.Helper()
		var want []event.ID
		for _, ev := range stays {
			want = append(want, ev.ID)
		}
		events, err := s.Events(ctx, want)
		if err != nil || len(events) != len(stays) {
			t.Fatalf("%s: %d events of %d, %v", what, len(events), len(stays), err)
		}
		for i := range events {
			if !same(&events[i], stays[i]) {
				t.Errorf("%s: event is\n%s\nwant\n%s", what, dump(&events[i]), dump(stays[i]))
			}
		}
		for _, day := range []int{-1, 0} {
			for i := range days[day] {
				want = append(want, days[day][i].ID)
			}
		}
		slices.Sort(want)
		if got := allIDs(t, s); !slices.Equal(got, want) {
			t.Errorf("%s: %d events are there, want %d", what, len(got), len(want))
		}
	}
	check(s, "writer")
	check(ro, "reader")
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
	// Nothing more is to be done, however small the store has to be.
	if dropped, err := s.Retain(ctx, 30*time.Hour, 0); err != nil || len(dropped) > 0 {
		t.Errorf("dropped again: %+v, %v", dropped, err)
	}
	if dropped, err := s.Retain(ctx, 0, 1); err != nil || !slices.Equal(dates(dropped), []string{"2026-11-22"}) || dropped[0].Events != 999 {
		t.Errorf("dropped %+v, %v", dropped, err)
	}
	days[-1] = days[-1][:1]
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, config)
	check(s, "opened again")

	// A clock that goes back gets numbers of its own, also after the numbers
	// given out could not be saved.
	if _, err := s.main.Exec("DELETE FROM dropped_days"); err != nil {
		t.Fatal(err)
	}
	late := []event.Event{numbered(1, noon.AddDate(0, 0, -3))}
	mustAppend(t, s, late)
	if late[0].ID.Seq() <= 1000 {
		t.Errorf("number %d is given again", late[0].ID.Seq())
	}
	mustPin(t, s, late[0].ID)
	if dropped, err := s.Retain(ctx, 0, 1); err != nil || len(dropped) > 0 {
		t.Errorf("a file of which everything stays: %+v, %v", dropped, err)
	}
	stays = append(stays, &late[0])
	check(s, "after the clock went back")
	check(ro, "reader after the clock went back")

	// What is wanted no more goes.
	move("A-1", alert.Closed)
	move("A-2", alert.Closed)
	if err := s.Unpin(ctx, old(17), old(18), old(999)); err != nil {
		t.Fatal(err)
	}
	if dropped, err := s.Retain(ctx, 0, 1); err != nil || !slices.Equal(dates(dropped), []string{"2026-11-20", "2026-11-21"}) {
		t.Errorf("dropped %+v, %v", dropped, err)
	}
	stays = stays[6:]
	check(s, "at the end")
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
}

// TestRetainUnfinished opens a folder as a crash leaves it in between the two
// steps that put what is kept in the place of a day.
func TestRetainUnfinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &clock{t: noon}
	config := func(cfg *Config) { cfg.Now = c.now }
	s := openStore(t, dir, config)
	batch := newOffice(1, noon.AddDate(0, 0, -2)).batch(500)
	mustAppend(t, s, batch)
	mustPin(t, s, batch[3].ID)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, dayFile(batch[0].ID.Day()))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, config)
	if _, err := s.Retain(context.Background(), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if got := allIDs(t, s); !slices.Equal(got, []event.ID{batch[3].ID}) {
		t.Fatalf("kept %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := allIDs(t, openStore(t, dir, readOnlyConfig)); len(got) != 500 {
		t.Errorf("a reader sees %d events, want 500", len(got))
	}
	s = openStore(t, dir, config)
	if got := allIDs(t, s); len(got) != 500 {
		t.Errorf("%d events, want 500", len(got))
	}
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
	if _, err := s.Retain(context.Background(), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if got := allIDs(t, s); !slices.Equal(got, []event.ID{batch[3].ID}) {
		t.Errorf("kept %v", got)
	}
}

func TestDayFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"events-2026-11-23.db":                            "day",
		"events-2026-11-23.kept-2.db":                     "kept",
		"events-2026-11-23.db.damaged-20261123T120000Z":   "aside",
		"events-2026-11-23.db.damaged-20261123T120000Z-2": "aside",
		"events-2026-11-23.db-wal":                        "",
		"events-2026-11-23.kept-2.db-wal":                 "",
		"events-2026-11-23.kept-2.db.new":                 "",
		"events-2026-11-23.kept-0.db":                     "",
		"events-2026-11-23.kept-x.db":                     "",
		"events-2026-11-23.kept-1":                        "",
		"events-2026-11-23.db.new":                        "",
		"events-2026-13-23.db":                            "",
		"events-.db":                                      "",
		"porchlight.db":                                   "",
	} {
		f, ok := parseDayFile(name)
		got := ""
		switch {
		case !ok:
		case f.aside:
			got = "aside"
		case f.kept > 0:
			got = "kept"
		default:
			got = "day"
		}
		if got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if f, _ := parseDayFile(keptFile(20780, 3)); f.day != 20780 || f.kept != 3 {
		t.Errorf("%s is read as day %d, %d", keptFile(20780, 3), f.day, f.kept)
	}
}

// TestBackupDuringRetention drops a day while a backup is being made: what
// stays of it is in the backup.
func TestBackupDuringRetention(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	var first []event.Event
	for day := -3; day <= 0; day++ {
		batch := newOffice(uint64(day+9), noon.AddDate(0, 0, day)).batch(1000)
		mustAppend(t, s, batch)
		if day == -3 {
			first = batch
		}
	}
	last := newOffice(5, noon.AddDate(0, 0, -2)).batch(1000)
	mustAppend(t, s, last)
	mustPin(t, s, first[7].ID, last[3].ID)
	to := filepath.Join(t.TempDir(), "backup.tar.zst")
	done := false
	fi, err := os.Stat(filepath.Join(dir, mainName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(context.Background(), to, func(bytes, _ int64) {
		if bytes > fi.Size() && !done { // the first day is being copied
			done = true
			if _, err := s.Retain(context.Background(), time.Hour, 0); err != nil {
				t.Error(err)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	restored := filepath.Join(t.TempDir(), "restored")
	if _, err := Restore(context.Background(), to, restored, RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	r := openStore(t, restored)
	got, err := r.Events(context.Background(), []event.ID{first[7].ID, last[3].ID})
	if err != nil || len(got) != 2 || !done {
		t.Errorf("%d of the pinned events are in the backup, %v", len(got), err)
	}
	if _, problems := verify(t, restored); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
}
