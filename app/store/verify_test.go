package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

func verify(t *testing.T, dir string) (Verified, []string) {
	t.Helper()
	s := openStore(t, dir, readOnlyConfig)
	var out []string
	last := int64(0)
	sum, err := s.Verify(context.Background(), func(p Problem) { out = append(out, p.String()) }, func(done, total int64) {
		if done < last || total < done {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.Join(out, ""), "\n") {
		t.Errorf("a problem takes more than a line: %q", out)
	}
	if sum.Problems != len(out) || last == 0 && sum.Events > 0 {
		t.Errorf("%+v with %d problems reported, %d bytes", sum, len(out), last)
	}
	return sum, out
}

func TestVerifyFine(t *testing.T) {
	t.Parallel()
	dir := threeDays(t)
	s := openStore(t, dir) // a writer beside it
	for i := range 300 {   // small batches, merged
		mustAppend(t, s, newOffice(uint64(i), noon).batch(9))
	}
	mustAppend(t, s, mixedEvents())
	mustAppend(t, s, newOffice(7, noon).batch(9000)) // several rows
	f := alert.Finding{Rule: alert.Rule{ID: "r", Level: alert.High}, Events: []event.ID{1}, Count: 1}
	if _, err := s.Record(context.Background(), []alert.Finding{f}, noon); err != nil {
		t.Fatal(err)
	}
	sum, problems := verify(t, dir)
	if len(problems) > 0 || sum.Files != 4 || sum.Events != 3*perDay+2700+5+9000 || sum.Alerts != 1 {
		t.Errorf("%+v: %q", sum, problems)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := s.Verify(ctx, func(Problem) {}, func(done, _ int64) {
		if done > 1<<20 {
			cancel()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if sum, problems := verify(t, t.TempDir()); len(problems) > 0 || sum.Files != 0 {
		t.Errorf("an empty folder: %+v, %q", sum, problems)
	}
}

// TestVerifyFindsDamage changes what is stored in ways SQLite would and would
// not notice.
func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	const file = "events-2026-11-22.db"
	script := func(sql string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			name := file
			if strings.Contains(sql, "alert") {
				name = mainName
			}
			c, err := openConn(filepath.Join(dir, name), readWrite, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(c.exec(sql), c.close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(at int64) func(*testing.T, string) {
		return func(t *testing.T, dir string) { scribble(t, filepath.Join(dir, file), at, 1) }
	}
	pristine := threeDays(t)
	for name, c := range map[string]struct {
		damage func(*testing.T, string)
		want   []string // parts of the first problem
		lost   int64    // events that cannot be read, -1: some
	}{
		"byte in a batch": {flip(300<<10 + 1000), []string{file + ": batch ", " events from 2026-11-22T1", "checksum does not match", "a backup"}, testBatch},
		"data":            {script("UPDATE journal SET data = x'0102030405' WHERE seq = 1"), []string{"batch 1 with 512 events from 2026-11-22T12:00:0", "checksum"}, testBatch},
		"swapped":         {script("UPDATE journal SET data = (SELECT data FROM journal WHERE seq = 513) WHERE seq = 1"), []string{"batch 1 ", "content is that of batch 513"}, testBatch},
		"count":           {script("UPDATE journal SET n = 511 WHERE seq = 1"), []string{"batch 1 with 511", "content is that of batch 1 with 512"}, testBatch},
		"no count":        {script("UPDATE journal SET n = 0 WHERE seq = 1"), []string{"batch 1 with 0", "makes no sense"}, testBatch},
		"times":           {script("UPDATE journal SET tmin = tmin + 1 WHERE seq = 1"), []string{"batch 1 ", "times are not those of its index"}, testBatch},
		"receive time":    {script("UPDATE journal SET rmax = rmax + 1 WHERE seq = 1"), []string{"batch 1 ", "times are not"}, testBatch},
		"type":            {script("UPDATE journal SET data = 'text' WHERE seq = 1"), []string{"batch 1 ", "checksum"}, testBatch},
		"head":            {func(t *testing.T, dir string) { scribble(t, filepath.Join(dir, file), 0, 4096) }, []string{file + ": it cannot be opened", "moves it aside"}, perDay},
		"pages":           {func(t *testing.T, dir string) { scribble(t, filepath.Join(dir, file), 100<<10, 64<<10) }, []string{file + ": its structure is damaged"}, -1},
		"cut":             {func(t *testing.T, dir string) { truncate(t, filepath.Join(dir, file), 600<<10) }, []string{file + ": "}, perDay},
		"emptied":         {func(t *testing.T, dir string) { truncate(t, filepath.Join(dir, file), 0) }, []string{file + ": it is empty"}, perDay},
		"alert":           {script("INSERT INTO alerts(rule_id, level, status, updated_at, data) VALUES('r', 1, 'open', 0, '{')"), []string{mainName + ": alert A-1"}, 0},
		"alert columns":   {script(`INSERT INTO alerts(rule_id, level, status, updated_at, data) VALUES('r', 1, 'open', 0, '{"rule_id":"s"}')`), []string{"alert A-1: its columns do not match"}, 0},
		"alert key":       {script("INSERT INTO alert_keys VALUES(x'00', 7)"), []string{"1 keys belong to no alert"}, 0},
		"no main":         {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, mainName)) }, []string{mainName + ": it is missing"}, 0},
		"main":            {func(t *testing.T, dir string) { scribble(t, filepath.Join(dir, mainName), 8192, 4096) }, []string{mainName + ": its structure"}, 0},
		"ids twice": {func(t *testing.T, dir string) {
			data, err := os.ReadFile(filepath.Join(dir, file))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, file+".damaged-20261123T120000Z"), data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, []string{"moved aside earlier"}, -perDay},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(pristine)); err != nil {
				t.Fatal(err)
			}
			c.damage(t, dir)
			sum, problems := verify(t, dir)
			if len(problems) == 0 {
				t.Fatalf("%+v: nothing was found", sum)
			}
			for _, part := range c.want {
				if !strings.Contains(problems[0], part) {
					t.Errorf("%q lacks %q", problems, part)
				}
			}
			lost := 3*perDay - sum.Events
			if c.lost >= 0 && lost != c.lost || c.lost == -1 && (lost <= 0 || lost >= perDay) || c.lost < -1 && lost != c.lost {
				t.Errorf("%d events cannot be read, want %d", lost, c.lost)
			}
			if name == "ids twice" && (len(problems) < 2 || !strings.Contains(problems[1], "already taken")) {
				t.Errorf("ids twice: %.3q", problems)
			}
		})
	}
}
