package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func TestReadOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Open(Config{Dir: filepath.Join(dir, "none"), ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder gave %v", err)
	}
	empty := openStore(t, dir, readOnlyConfig)
	if got, _ := search(t, empty, query.Query{}); len(got) != 0 {
		t.Errorf("%d events from nowhere", len(got))
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("reading left %v behind, %v", entries, err)
	}

	s := openStore(t, dir)
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	if got, _ := search(t, empty, query.Query{}); len(got) != 1 {
		t.Errorf("beside the writer: %d events, want 1", len(got))
	}
	mustAppend(t, s, []event.Event{numbered(2, noon), numbered(3, noon.Add(24*time.Hour))})
	if got, _ := search(t, empty, query.Query{}); len(got) != 3 {
		t.Errorf("beside the writer: %d events, want 3", len(got))
	}
	ctx := context.Background()
	if err := empty.Append(ctx, []event.Event{numbered(4, noon)}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Append: %v", err)
	}
	if err := empty.SetSetting(ctx, "a", "b"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("SetSetting: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, _ := search(t, openStore(t, dir, readOnlyConfig), query.Query{}); len(got) != 3 {
		t.Errorf("without a writer: %d events, want 3", len(got))
	}
	if err := s.Append(ctx, []event.Event{numbered(5, noon)}); !errors.Is(err, ErrClosed) {
		t.Errorf("Append after Close: %v", err)
	}
}

func TestSecondWriterIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	_, err := Open(Config{Dir: dir})
	want := fmt.Sprintf("data folder %s is in use by porchlight serve (pid %d); stop it or use another folder with --data", dir, os.Getpid())
	if !errors.Is(err, ErrInUse) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openStore(t, dir)
}

func TestNewerFilesAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{mainName, dayFile(dayOf(noon.UnixNano()))} {
		dir := t.TempDir()
		s := openStore(t, dir)
		mustAppend(t, s, []event.Event{numbered(1, noon)})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		c, err := openConn(filepath.Join(dir, name), readWrite, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.exec("PRAGMA user_version=99"), c.close()); err != nil {
			t.Fatal(err)
		}
		for _, ro := range []bool{false, true} {
			_, err := Open(Config{Dir: dir, ReadOnly: ro})
			if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "install the newer version") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestConfigValidate(t *testing.T) {
	for _, c := range []Config{{}, {Dir: "x", CacheBytes: -1}, {Dir: "x", AlertWindow: -1}} {
		if _, err := Open(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
	if got := ownCommand([]string{"/usr/bin/porchlight.exe", "serve", "-v"}); got != "porchlight serve" {
		t.Errorf("own command %q", got)
	}
}

func TestPathsWithOddNames(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a b%20c?d#e&f;ä'")
	s := openStore(t, dir)
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	if _, err := os.Stat(filepath.Join(dir, "events-2026-11-23.db")); err != nil {
		t.Error(err)
	}
	if got, _ := search(t, openStore(t, dir, readOnlyConfig), query.Query{}); len(got) != 1 {
		t.Errorf("%d events", len(got))
	}
}

// TestRelativePaths uses a store, its backups and a file for other tools by
// names that only mean something in the working directory.
func TestRelativePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	s := openStore(t, "base")
	mustAppend(t, s, []event.Event{numbered(1, noon), numbered(2, noon)})
	ctx := t.Context()
	for _, to := range []string{"copy", "copy.tar.zst", filepath.Join("base", "copy")} {
		m, err := s.Backup(ctx, to, nil)
		if err != nil || m.Events != 2 {
			t.Errorf("backup to %s: %d events, %v", to, m.Events, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, "copy.tar.zst", "restored", RestoreOptions{}); err != nil {
		t.Error("restore: ", err)
	}
	for _, dir := range []string{"base", "./base", "copy", "restored"} {
		if got, _ := search(t, openStore(t, dir, readOnlyConfig), query.Query{}); len(got) != 2 {
			t.Errorf("%s: %d events, want 2", dir, len(got))
		}
	}
	f, err := CreateEventFile("events?#.db", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("events?#.db"); err != nil {
		t.Error("a file for other tools: ", err)
	}
}
