package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

func backup(t *testing.T, dir, to string) Manifest {
	t.Helper()
	s := openStore(t, dir, readOnlyConfig)
	m, err := s.Backup(context.Background(), to, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// dumpAll returns all events of a folder as they are stored.
func dumpAll(t *testing.T, dir string) []string {
	t.Helper()
	events, res := search(t, openStore(t, dir, readOnlyConfig), query.Query{})
	if len(res.Partial) > 0 {
		t.Errorf("partial: %q", res.Partial)
	}
	var out []string
	for i := range events {
		out = append(out, dump(&events[i]))
	}
	return out
}

func TestBackupRoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	for day := range 3 {
		mustAppend(t, s, newOffice(uint64(day), noon.AddDate(0, 0, day-2)).batch(700))
	}
	if err := s.SetSetting(context.Background(), "a", "b"); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, []event.Event{numbered(1, noon)}) // in the log of changes only
	f := alert.Finding{Rule: alert.Rule{ID: "r", Level: alert.High}, Events: []event.ID{1}, Count: 1}
	if _, err := s.Record(context.Background(), []alert.Finding{f}, noon); err != nil {
		t.Fatal(err)
	}
	want := dumpAll(t, dir)
	for _, name := range []string{"copy", "copy.tar.zst"} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			to := filepath.Join(parent, name)
			m := backup(t, dir, to) // beside the writer
			if m.Events != 3*700+1 || m.Alerts != 1 || len(m.Files) != 4 || m.Files[0].Name != mainName || len(m.Damaged()) != 0 {
				t.Errorf("manifest %+v", m)
			}
			if got := entries(t, parent); !slices.Equal(got, []string{name}) {
				t.Errorf("left beside it: %v", got)
			}
			back := filepath.Join(parent, "new", "data")
			done, err := Restore(context.Background(), to, back, RestoreOptions{})
			if err != nil || done.MovedTo != "" || done.Events != m.Events {
				t.Fatalf("%+v, %v", done, err)
			}
			if got := dumpAll(t, back); !slices.Equal(got, want) {
				t.Errorf("%d events, want %d", len(got), len(want))
			}
			if got := entries(t, filepath.Join(parent, "new")); !slices.Equal(got, []string{"data"}) {
				t.Errorf("left beside it: %v", got)
			}
			r := openStore(t, back)
			if v, _, _ := r.Setting(context.Background(), "a"); v != "b" {
				t.Errorf("setting %q", v)
			}
			if n, _ := r.CountAlerts(context.Background(), alert.Filter{}); n != 1 {
				t.Errorf("%d alerts", n)
			}
			more := []event.Event{numbered(2, noon)}
			mustAppend(t, r, more)
			if last := s.LastID(); more[0].ID != last+1 {
				t.Errorf("the next number is %d, want %d", more[0].ID, last+1)
			}

			// In use, full, forced.
			if _, err := Restore(context.Background(), to, back, RestoreOptions{Force: true}); !errors.Is(err, ErrInUse) {
				t.Errorf("in use: %v", err)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := Restore(context.Background(), to, back, RestoreOptions{}); err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("over data: %v", err)
			}
			done, err = Restore(context.Background(), to, back, RestoreOptions{Force: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := dumpAll(t, back); !slices.Equal(got, want) {
				t.Errorf("forced: %d events, want %d", len(got), len(want))
			}
			if got := dumpAll(t, done.MovedTo); len(got) != len(want)+1 {
				t.Errorf("moved aside: %d events", len(got))
			}

			// Never over what is there.
			s := openStore(t, dir, readOnlyConfig)
			if _, err := s.Backup(context.Background(), to, nil); err == nil || !strings.Contains(err.Error(), to) {
				t.Errorf("a second time: %v", err)
			}
			if err := os.Mkdir(filepath.Join(parent, "empty"), 0o700); err != nil {
				t.Fatal(err)
			}
			backup(t, dir, filepath.Join(parent, "empty"))
			if _, err := Restore(context.Background(), filepath.Join(parent, "empty"), filepath.Join(parent, "third"), RestoreOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBackupWhileWriting: of what is stored meanwhile the copy holds all up
// to some moment, and all that its alerts refer to.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	mustAppend(t, s, newOffice(1, noon).batch(5000))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			batch := newOffice(uint64(i), noon).batch(20 + i%600)
			if err := s.Append(context.Background(), batch); err != nil {
				t.Error(err)
				return
			}
			f := alert.Finding{Rule: alert.Rule{ID: fmt.Sprint("rule", i), Level: alert.High}, Events: []event.ID{batch[0].ID, batch[19].ID}, Count: 2}
			if _, err := s.Record(context.Background(), []alert.Finding{f}, noon); err != nil {
				t.Error(err)
				return
			}
		}
	})
	parent := t.TempDir()
	for i := range 4 {
		before := s.LastID()
		to := filepath.Join(parent, fmt.Sprint("copy", i, []string{"", archiveSuffix}[i%2]))
		m := backup(t, dir, to)
		back := filepath.Join(parent, fmt.Sprint("back", i))
		if _, err := Restore(context.Background(), to, back, RestoreOptions{}); err != nil {
			t.Fatal(err)
		}
		r := openStore(t, back)
		got, res := search(t, r, query.Query{})
		if int64(len(got)) != m.Events || len(res.Partial) > 0 || r.LastID() < before || r.LastID().Seq() != uint64(m.Events) {
			t.Errorf("%d events up to %d, manifest %d, stored before %d; partial %q", len(got), r.LastID(), m.Events, before, res.Partial)
		}
		alerts, err := r.Alerts(context.Background(), alert.Filter{})
		if err != nil || int64(len(alerts)) != m.Alerts {
			t.Errorf("%d alerts, manifest %d, %v", len(alerts), m.Alerts, err)
		}
		for _, a := range alerts {
			if evidence, err := r.Events(context.Background(), a.Events); err != nil || len(evidence) != 2 {
				t.Errorf("alert %s: %d of its events, %v", a.ID, len(evidence), err)
			}
		}
	}
	close(stop)
	wg.Wait()
}

func TestDamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	parent := t.TempDir()
	folder, archive := filepath.Join(parent, "copy"), filepath.Join(parent, "copy.tar.zst")
	backup(t, dir, folder)
	backup(t, dir, archive)
	day := filepath.Join(folder, "events-2026-11-22.db")
	whole, err := os.ReadFile(day)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	write := func(path string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := os.ReadFile(filepath.Join(folder, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from   string
		damage func()
		want   string
	}{
		"flipped": {folder, func() { b := bytes.Clone(whole); b[len(b)/2] ^= 1; write(day, b) }, "events-2026-11-22.db"},
		"cut":     {folder, func() { write(day, whole[:len(whole)-1]) }, "events-2026-11-22.db"},
		"missing": {folder, func() { os.Remove(day) }, "events-2026-11-22.db is missing"},
		"counts": {folder, func() {
			write(filepath.Join(folder, manifestName), bytes.Replace(manifest, []byte(fmt.Sprintf(`"events": %d`, perDay)), []byte(`"events": 7`), 1))
		}, "manifest says 7"},
		"name": {folder, func() {
			write(filepath.Join(folder, manifestName), bytes.Replace(manifest, []byte(`"porchlight.db"`), []byte(`"../porchlight.db"`), 1))
		}, "is not a file of a backup"},
		"newer": {folder, func() {
			write(filepath.Join(folder, manifestName), bytes.Replace(manifest, []byte(`"format": 1`), []byte(`"format": 2`), 1))
		}, "newer"},
		"no manifest":      {folder, func() { os.Remove(filepath.Join(folder, manifestName)) }, "no manifest.json"},
		"bad manifest":     {folder, func() { write(filepath.Join(folder, manifestName), manifest[:50]) }, "manifest cannot be read"},
		"archive flipped":  {archive, func() { b := bytes.Clone(packed); b[len(b)/2] ^= 1; write(archive, b) }, "copy.tar.zst"},
		"archive cut":      {archive, func() { write(archive, packed[:len(packed)*2/3]) }, "the backup is damaged"},
		"archive cut late": {archive, func() { write(archive, packed[:len(packed)-100]) }, "copy.tar.zst"},
		"nothing":          {filepath.Join(parent, "gone"), func() {}, "gone"},
	} {
		write(day, whole)
		write(archive, packed)
		write(filepath.Join(folder, manifestName), manifest)
		c.damage()
		back := filepath.Join(t.TempDir(), "data")
		if _, err := Restore(context.Background(), c.from, back, RestoreOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if got := entries(t, filepath.Dir(back)); len(got) != 0 {
			t.Errorf("%s: left %v", name, got)
		}
	}
}

// TestBackupOfDamage: what is damaged already is kept as it is, and said.
func TestBackupOfDamage(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	scribble(t, filepath.Join(dir, "events-2026-11-21.db"), 100<<10, 64<<10)
	scribble(t, filepath.Join(dir, "events-2026-11-22.db"), 0, 8192)
	to, back := filepath.Join(t.TempDir(), "copy.tar.zst"), filepath.Join(t.TempDir(), "data")
	m := backup(t, dir, to)
	if d := m.Damaged(); len(d) != 2 || !strings.HasPrefix(d[0], "events-2026-11-21.db") || !strings.HasPrefix(d[1], "events-2026-11-22.db") || m.Events != perDay {
		t.Errorf("%d events, damaged %q", m.Events, d)
	}
	if _, err := Restore(context.Background(), to, back, RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	was, resWas := search(t, openStore(t, dir, readOnlyConfig), query.Query{})
	is, resIs := search(t, openStore(t, back, readOnlyConfig), query.Query{})
	if len(is) != len(was) || len(resIs.Partial) != len(resWas.Partial) || len(is) <= perDay {
		t.Errorf("%d events with %d gaps, were %d with %d", len(is), len(resIs.Partial), len(was), len(resWas.Partial))
	}
}

func TestInterruptedBackup(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	s := openStore(t, dir, readOnlyConfig)
	for _, name := range []string{"copy", "copy.tar.zst"} {
		parent := t.TempDir()
		to := filepath.Join(parent, name)
		ctx, cancel := context.WithCancel(context.Background())
		_, err := s.Backup(ctx, to, func(done, _ int64) {
			if done > 1<<20 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if got := entries(t, parent); len(got) != 0 {
			t.Errorf("%s: left %v", name, got)
		}
		// After a kill, .part exists: that is reported, and it never passes for a backup.
		if err := os.Mkdir(to+".part", 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Backup(context.Background(), to, nil); err == nil || !strings.Contains(err.Error(), ".part exists") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Restore(context.Background(), to+".part", filepath.Join(parent, "data"), RestoreOptions{}); err == nil || !strings.Contains(err.Error(), "interrupted") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Backup(context.Background(), filepath.Join(t.TempDir(), "gone", "copy"), nil); err == nil || !strings.Contains(err.Error(), "choose a place") {
		t.Errorf("into nothing: %v", err)
	}
}

// FuzzManifest: no manifest leads out of the folder.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"store":1,"files":[{"name":"events-2026-11-22.db"}]}`))
	f.Add([]byte(`{"format":1,"store":1,"files":[{"name":"events-2026-11-22.db.damaged-/../x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := readManifest("backup", bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, file := range m.Files {
			if backupName(file.Name) && filepath.Dir(filepath.Join("dir", file.Name)) != "dir" {
				t.Errorf("%q leads out of the folder", file.Name)
			}
		}
	})
}
