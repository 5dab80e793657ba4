package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// threeDays makes a closed folder with 30 batches of events on each of three
// days. All that ask get copies of one folder.
func threeDays(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files, err := threeDaysFiles()
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var threeDaysFiles = sync.OnceValues(func() (fstest.MapFS, error) {
	dir, err := os.MkdirTemp("", "porchlight-three-days-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := Open(testConfig(dir))
	if err != nil {
		return nil, err
	}
	for day := range 3 {
		for i := range 30 {
			batch := newOffice(uint64(day*100+i), noon.AddDate(0, 0, day-2).Add(time.Duration(i)*time.Minute)).batch(testBatch)
			err = errors.Join(err, s.Append(context.Background(), batch))
		}
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[d.Name()] = &fstest.MapFile{Data: content, Mode: 0o600}
		return err
	})
	return files, err
})

// testBatch is long enough to stay a row of its own.
const testBatch = 512

const perDay = 30 * testBatch

// scribble overwrites a part of a file.
func scribble(t *testing.T, path string, at int64, n int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte(strings.Repeat("\xa5", n)), at)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedRowIsSkippedAndReported(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	path := filepath.Join(dir, "events-2026-11-22.db")
	c, err := openConn(path, readWrite, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		c.exec("UPDATE journal SET data = CAST(substr(data, 1, 100) || x'00' || substr(data, 102) AS BLOB) WHERE seq = ?", int64(1+5*testBatch)),
		c.exec("UPDATE journal SET data = 'text' WHERE seq = ?", int64(1+6*testBatch)),
		c.exec("DELETE FROM journal WHERE seq = ?", int64(1+20*testBatch)),
		c.close())
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir)
	got, res := search(t, s, query.Query{})
	if len(got) != 3*perDay-3*testBatch {
		t.Errorf("%d events found", len(got))
	}
	if len(res.Partial) != 2 || !strings.HasPrefix(res.Partial[0], "events-2026-11-22.db: batch 3073 with 512 events from 2026-11-22T12:06:00") {
		t.Errorf("partial: %q", res.Partial)
	}
	if _, _, err := s.Histogram(context.Background(), query.Query{}, time.Minute); err != nil {
		t.Error(err)
	}
	// Elsewhere nothing is missing.
	if _, res := search(t, s, query.Query{Since: noon.UnixNano()}); len(res.Partial) != 0 {
		t.Errorf("partial: %q", res.Partial)
	}
	mustAppend(t, s, []event.Event{numbered(1, noon.AddDate(0, 0, -1))})
}

func TestDamagedPagesLeaveTheRestSearchable(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	path := filepath.Join(dir, "events-2026-11-22.db")
	fi, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	scribble(t, path, fi.Size()/2&^4095, 64<<10)
	s := openStore(t, dir)
	got, res := search(t, s, query.Query{})
	if len(got) <= 2*perDay || len(got) >= 3*perDay || len(res.Partial) == 0 {
		t.Errorf("%d events, partial %q", len(got), res.Partial)
	}
	for _, sentence := range res.Partial {
		if !strings.Contains(sentence, "events-2026-11-22.db") {
			t.Errorf("partial: %q", sentence)
		}
	}
}

func TestDamagedDayFile(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, path string){
		"head":   func(t *testing.T, path string) { scribble(t, path, 0, 8192) },
		"root":   func(t *testing.T, path string) { scribble(t, path, 4096, 4096) },
		"noise":  func(t *testing.T, path string) { scribble(t, path, 0, 1<<20) },
		"cut":    func(t *testing.T, path string) { truncate(t, path, 3*4096) },
		"header": func(t *testing.T, path string) { truncate(t, path, 50) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := threeDays(t)
			damage(t, filepath.Join(dir, "events-2026-11-22.db"))
			damage(t, filepath.Join(dir, "events-2026-11-23.db"))
			var log strings.Builder
			s := openStore(t, dir, logTo(&log))
			got, res := search(t, s, query.Query{})
			if len(got) < perDay || len(got) >= 3*perDay || len(res.Partial) < 2 {
				t.Errorf("%d events, partial %q", len(got), res.Partial)
			}
			old := len(got)

			// Collection goes on, in a new file for today.
			batch := []event.Event{numbered(1, noon), numbered(2, noon)}
			mustAppend(t, s, batch)
			if batch[0].ID.Seq() < 1<<generationShift {
				t.Errorf("the new file begins with number %d", batch[0].ID.Seq())
			}
			if s.LastID() != batch[1].ID {
				t.Errorf("LastID %d, want %d", s.LastID(), batch[1].ID)
			}
			for what, s := range map[string]*Store{"same": s, "reader": openStore(t, dir, readOnlyConfig)} {
				got, res := search(t, s, query.Query{})
				if len(got) != old+2 || len(res.Partial) < 2 {
					t.Errorf("%s: %d events after appending, want %d; partial %q", what, len(got), old+2, res.Partial)
				}
				if _, res := search(t, s, query.Query{Until: noon.AddDate(0, 0, -1).Add(-12 * time.Hour).UnixNano()}); len(res.Partial) > 0 {
					t.Errorf("%s: another day is partial: %q", what, res.Partial)
				}
			}
			if !strings.Contains(log.String(), "moved aside; collection continues in a new one") {
				t.Errorf("log: %s", log.String())
			}
			aside, err := filepath.Glob(filepath.Join(dir, "events-2026-11-23.db.damaged-20261123T120000Z"))
			if err != nil || len(aside) != 1 {
				t.Errorf("moved aside: %v, %v", aside, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir)
			more := []event.Event{numbered(3, noon)}
			mustAppend(t, s, more)
			if more[0].ID != batch[1].ID+1 {
				t.Errorf("after a restart ID %d, want %d", more[0].ID, batch[1].ID+1)
			}
		})
	}
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

// TestDayFileDamagedWhileRunning breaks the file under the writer.
func TestDayFileDamagedWhileRunning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var log strings.Builder
	s := openStore(t, dir, logTo(&log))
	mustAppend(t, s, newOffice(1, noon).batch(2000))
	path := filepath.Join(dir, dayFile(dayOf(noon.UnixNano())))
	// Put the pages into the file first, or the log of changes heals it.
	if err := withWriter(s, func(w *writer) error {
		if err := w.conn.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory"); err != nil {
			return err
		}
		s.closeWriter(w)
		scribble(t, path, 0, 64<<10)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	got, _ := search(t, s, query.Query{Expr: matchFunc(func(ev *event.Event) bool { return ev.Get(event.EventCode) == "1" })})
	if len(got) != 1 || !strings.Contains(log.String(), "moved aside") {
		t.Errorf("%d events; log: %s", len(got), log.String())
	}
}

func TestDamagedMainIsReplaced(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, path string){
		"head":  func(t *testing.T, path string) { scribble(t, path, 0, 100) },
		"inner": func(t *testing.T, path string) { scribble(t, path, 2*4096, 4*4096) },
		"cut":   func(t *testing.T, path string) { truncate(t, path, 5000) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := threeDays(t)
			path := filepath.Join(dir, mainName)
			damage(t, path)
			if _, err := Open(Config{Dir: dir, ReadOnly: true}); err != nil && !isDamage(err) {
				t.Errorf("reading: %v", err)
			}
			var log strings.Builder
			s := openStore(t, dir, logTo(&log))
			for _, part := range []string{"alerts, sources, settings and import positions up to now are lost", "all events are kept", "porchlight.db.damaged-20261123T120000Z"} {
				if !strings.Contains(log.String(), part) {
					t.Errorf("the log lacks %q: %s", part, log.String())
				}
			}
			if _, err := os.Stat(path + ".damaged-20261123T120000Z"); err != nil {
				t.Error(err)
			}
			if got, _ := search(t, s, query.Query{}); len(got) != 3*perDay {
				t.Errorf("%d events, want %d", len(got), 3*perDay)
			}
			if err := s.SetSetting(context.Background(), "a", "b"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFullDatabase runs into SQLite's own bound, which works everywhere like
// a full disk.
func TestFullDatabase(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	mustAppend(t, s, newOffice(1, noon).batch(500))
	bound := func(pragma string) {
		t.Helper()
		if err := withWriter(s, func(w *writer) error { return w.conn.exec("PRAGMA " + pragma) }); err != nil {
			t.Fatal(err)
		}
	}
	bound("max_page_count=50")
	stored := 500
	var err error
	for i := 0; err == nil; i++ {
		if i > 100 {
			t.Fatal("the bound is never reached")
		}
		batch := newOffice(uint64(i), noon).batch(100)
		if err = s.Append(context.Background(), batch); err == nil {
			stored += len(batch)
		} else if batch[0].ID != 0 {
			t.Errorf("a refused event has ID %d", batch[0].ID)
		}
	}
	if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "free some") || !strings.Contains(err.Error(), s.cfg.Dir) {
		t.Errorf("got %v", err)
	}
	bound("max_page_count=100000")
	mustAppend(t, s, newOffice(9, noon).batch(100))
	if got, _ := search(t, s, query.Query{}); len(got) != stored+100 {
		t.Errorf("%d events, want %d", len(got), stored+100)
	}
}
