package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

func remove(t *testing.T, pattern string) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v, %v", pattern, names, err)
	}
	for _, name := range names {
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFilesGoneWhileRunning takes files away from under the writer.
func TestFilesGoneWhileRunning(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not delete open files")
	}
	for name, take := range map[string]func(t *testing.T, dir string){
		"day file": func(t *testing.T, dir string) { remove(t, dir+"/events-*.db*") },
		"only db":  func(t *testing.T, dir string) { remove(t, dir+"/events-*.db") },
		"emptied":  func(t *testing.T, dir string) { truncate(t, filepath.Join(dir, "events-2026-11-23.db"), 0) },
		"folder":   func(t *testing.T, dir string) { remove(t, dir) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			var log strings.Builder
			c := &clock{t: noon}
			s := openStore(t, dir, logTo(&log), func(cfg *Config) { cfg.Now = c.now })
			first := newOffice(1, noon).batch(700)
			mustAppend(t, s, first)
			take(t, dir)
			c.set(noon.Add(gonePeriod))
			batch := []event.Event{numbered(1, noon), numbered(2, noon)}
			mustAppend(t, s, batch)
			if batch[0].ID <= first[len(first)-1].ID {
				t.Errorf("ID %d is given again", batch[0].ID)
			}
			if !strings.Contains(log.String(), "the events in it are lost") || !strings.Contains(log.String(), "events-2026-11-23.db") {
				t.Errorf("log: %s", log.String())
			}
			for what, s := range map[string]*Store{"same": s, "reader": openStore(t, dir, readOnlyConfig)} {
				got, res := search(t, s, query.Query{Expr: matchFunc(func(ev *event.Event) bool { return ev.Get(event.EventCode) != "" })})
				if len(got) != 2 || what == "same" && len(res.Partial) == 0 {
					t.Errorf("%s: %d events, partial %q", what, len(got), res.Partial)
				}
			}
			if err := s.SetSetting(t.Context(), "a", "b"); err != nil {
				t.Error(err)
			}
			if _, err := Open(Config{Dir: dir}); !errors.Is(err, ErrInUse) {
				t.Errorf("a second writer: %v", err)
			}
		})
	}
}

func TestFolderGoneForGood(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not delete open files")
	}
	parent := filepath.Join(t.TempDir(), "disk")
	c := &clock{t: noon}
	s := openStore(t, filepath.Join(parent, "data"), func(cfg *Config) { cfg.Now = c.now })
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	remove(t, parent)
	c.set(noon.Add(gonePeriod))
	batch := []event.Event{numbered(2, noon)}
	if err := s.Append(t.Context(), batch); err == nil || !strings.Contains(err.Error(), "is gone") || batch[0].ID != 0 {
		t.Errorf("stored into the void: %v", err)
	}
	if err := os.Mkdir(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, batch)
	if batch[0].ID.Seq() < 2 {
		t.Errorf("ID %d is given again", batch[0].ID)
	}
}

func TestMainGoneWhileRunning(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not delete open files")
	}
	for name, take := range map[string]func(t *testing.T, path string){
		"removed": func(t *testing.T, path string) { remove(t, path+"*") },
		"only db": func(t *testing.T, path string) { remove(t, path) },
		"emptied": func(t *testing.T, path string) { truncate(t, path, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var log strings.Builder
			c := &clock{t: noon}
			s := openStore(t, dir, logTo(&log), func(cfg *Config) { cfg.Now = c.now })
			src := []source.Source{{Address: "192.0.2.1", Name: "a"}}
			for i := range 2 {
				if err := s.SaveSources(t.Context(), source.Counters{Received: 1}, src); err != nil {
					t.Fatal(err)
				}
				record(t, s, noon, finding("r", alert.High, "192.0.2.1", 1))
				if i == 0 {
					take(t, filepath.Join(dir, mainName))
					c.set(noon.Add(gonePeriod))
				}
			}
			if !strings.Contains(log.String(), "porchlight.db is gone while porchlight runs") {
				t.Errorf("log: %s", log.String())
			}
			ro := openStore(t, dir, readOnlyConfig)
			_, sources, err := ro.Sources(t.Context())
			n, countErr := ro.CountAlerts(t.Context(), alert.Filter{MinLevel: alert.High, Statuses: []alert.Status{alert.Open}})
			if err != nil || countErr != nil || len(sources) != 1 || n != 1 {
				t.Errorf("%v, %v, %v; %d alerts", sources, err, countErr, n)
			}
		})
	}
}

func TestIDsAreNotReusedAfterLoss(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(t *testing.T, dir string){
		"removed": func(t *testing.T, dir string) { remove(t, dir+"/events-*.db*") },
		"emptied": func(t *testing.T, dir string) { truncate(t, filepath.Join(dir, "events-2026-11-23.db"), 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var last event.ID
			for range 3 {
				s := openStore(t, dir)
				batch := newOffice(1, noon).batch(700)
				mustAppend(t, s, batch)
				if batch[0].ID <= last {
					t.Errorf("ID %d after %d", batch[0].ID, last)
				}
				last = batch[699].ID
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				take(t, dir)
			}
		})
	}
}

func TestEmptyDayFileIsDamaged(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	truncate(t, filepath.Join(dir, "events-2026-11-22.db"), 0)
	for _, change := range []func(*Config){readOnlyConfig, func(*Config) {}} {
		got, res := search(t, openStore(t, dir, change), query.Query{})
		if len(got) != 2*perDay || len(res.Partial) != 1 || !strings.Contains(res.Partial[0], "events-2026-11-22.db is damaged (it is empty") {
			t.Errorf("%d events, partial %q", len(got), res.Partial)
		}
	}
}

// TestReaderWithoutMain: alerts that cannot be read are not "no alerts".
func TestReaderWithoutMain(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, path string){
		"missing": func(t *testing.T, path string) { remove(t, path) },
		"empty":   func(t *testing.T, path string) { truncate(t, path, 0) },
		"head":    func(t *testing.T, path string) { scribble(t, path, 0, 100) },
		"inner":   func(t *testing.T, path string) { scribble(t, path, 2*4096, 4*4096) },
		"cut":     func(t *testing.T, path string) { truncate(t, path, 5000) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := threeDays(t)
			path := filepath.Join(dir, mainName)
			damage(t, path)
			s := openStore(t, dir, readOnlyConfig)
			ctx := context.Background()
			_, err1 := s.Alerts(ctx, alert.Filter{})
			_, _, err2 := s.Sources(ctx)
			_, err3 := s.CountAlerts(ctx, alert.Filter{})
			_, err4 := s.Alert(ctx, "A-1")
			for _, err := range []error{err1, err2, err3, err4} {
				if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "start porchlight once") {
					t.Errorf("got %v", err)
				}
			}
			if got, _ := search(t, s, query.Query{}); len(got) != 3*perDay {
				t.Errorf("%d events", len(got))
			}
			var log strings.Builder
			openStore(t, dir, logTo(&log))
			if !strings.Contains(log.String(), "alerts, sources, settings and import positions up to now are lost") {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir)
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 5 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, e := range entries {
		fi, err := e.Info()
		if err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), fi.Mode(), err)
		}
	}
}

func TestSaveSourcesWritesChangesOnly(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	if _, err := s.main.Exec(`CREATE TABLE written(address TEXT);
		CREATE TRIGGER note AFTER INSERT ON sources BEGIN INSERT INTO written VALUES(new.address); END`); err != nil {
		t.Fatal(err)
	}
	sources := []source.Source{{Address: "a"}, {Address: "b"}, {Address: "c"}}
	for i, want := range []int{3, 3, 4} {
		if i == 2 {
			sources[1].LastSeen = noon.Add(time.Second).UnixNano()
		}
		if err := s.SaveSources(t.Context(), source.Counters{Received: uint64(i)}, sources); err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := s.main.QueryRow("SELECT count(*) FROM written").Scan(&n); err != nil || n != want {
			t.Errorf("%d rows were written, want %d; %v", n, want, err)
		}
	}
	totals, got, err := s.Sources(t.Context())
	if err != nil || totals.Received != 2 || len(got) != 3 || got[1] != sources[1] {
		t.Errorf("%v, %v, %v", totals, got, err)
	}
}
