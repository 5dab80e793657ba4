package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// smallBlocks lets tests reach the boundaries of blocks with few events.
func smallBlocks(c *Config) { c.SealEvents, c.BlockEvents = 1<<30, 64 }

// sealAll seals every journal at once.
func sealAll(t testing.TB, s *Store) {
	t.Helper()
	if err := s.sealDue(allJournals); err != nil {
		t.Fatal(err)
	}
}

// lateOffice appends batches of an office, some events of which are late or
// from the future.
func lateOffice(t testing.TB, s *Store, seed uint64, batches int, at time.Time) {
	t.Helper()
	for i := range batches {
		batch := newOffice(seed+uint64(i), at.Add(time.Duration(i)*time.Minute)).batch(60)
		for k := range batch {
			switch k % 13 {
			case 0:
				batch[k].Time -= int64(k) * int64(time.Hour)
			case 1:
				batch[k].Time += int64(k) * int64(time.Minute)
			}
		}
		mustAppend(t, s, batch)
	}
}

// everything is what a store answers to all kinds of questions.
func everything(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	all, res := search(t, s, query.Query{})
	var ids []event.ID
	for i := range all {
		out = append(out, dump(&all[i]))
		if i%7 == 0 {
			ids = append(ids, all[i].ID)
		}
	}
	out = append(out, fmt.Sprint(res.Partial, s.LastID()))
	picked, err := s.Events(context.Background(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for i := range picked {
		out = append(out, dump(&picked[i]))
	}
	if err := s.EachSince(context.Background(), noon.Add(3*time.Minute), func(ev *event.Event) bool {
		out = append(out, dump(ev))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"failed", "*password*", "source.ip:10.0.0.0/8", "user.name:(anna or root)", "not event.outcome:failure", "10.0.0.1", "source.port>40000", "_exists_:user.name"} {
		q := mustParse(t, text)
		for _, limit := range []int{0, 10} {
			q.Limit = limit
			got, res := search(t, s, q)
			for i := range got {
				out = append(out, text, got[i].ID.String())
			}
			out = append(out, fmt.Sprint(res.Partial))
		}
		bins, _, err := s.Histogram(context.Background(), q, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(bins))
		table, _, err := s.Stats(context.Background(), mustParse(t, text+" | stats count(), dcount(user.name) by source.ip, bin(1h)"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(table))
	}
	return out
}

func sameAnswers(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: answer %d is\n%s\nwant\n%s", what, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d answers, want %d", what, len(got), len(want))
	}
}

func rowsOf(t *testing.T, s *Store, table string) (n int64) {
	t.Helper()
	c, err := openConn(s.segs[0].path, readWrite, readerPragmas)
	if err != nil {
		t.Fatal(err)
	}
	err = c.query("SELECT count(*) FROM "+table, func(v []driver.Value) error {
		n, _ = v[0].(int64)
		return nil
	})
	if err = errors.Join(err, c.close()); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSealing asks the same before and after events have gone into blocks, in
// this process, in another one that had its index, and after a restart.
func TestSealing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir, smallBlocks)
	lateOffice(t, s, 1, 20, noon)
	ro := openStore(t, dir, readOnlyConfig)
	want := everything(t, s)
	sameAnswers(t, "reader before", everything(t, ro), want)

	sealAll(t, s)
	if n := len(s.segs[0].blocks); n < 20 || len(s.segs[0].rows) != 0 || rowsOf(t, s, "journal") != 0 {
		t.Fatalf("%d blocks, %d rows, %d in the file", n, len(s.segs[0].rows), rowsOf(t, s, "journal"))
	}
	sameAnswers(t, "sealed", everything(t, s), want)
	sameAnswers(t, "reader", everything(t, ro), want)

	// More behind it, and a part of that sealed.
	lateOffice(t, s, 50, 5, noon.Add(20*time.Minute))
	sealAll(t, s)
	lateOffice(t, s, 60, 5, noon.Add(25*time.Minute))
	want = everything(t, s)
	sameAnswers(t, "reader of both", everything(t, ro), want)
	fresh := openStore(t, t.TempDir(), smallBlocks)
	lateOffice(t, fresh, 1, 20, noon)
	lateOffice(t, fresh, 50, 5, noon.Add(20*time.Minute))
	lateOffice(t, fresh, 60, 5, noon.Add(25*time.Minute))
	sameAnswers(t, "never sealed", everything(t, fresh), want)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, smallBlocks)
	sameAnswers(t, "opened again", everything(t, s), want)
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
	last := s.LastID()
	next := []event.Event{numbered(1, noon)}
	mustAppend(t, s, next)
	if next[0].ID != last+1 {
		t.Errorf("the next event is number %d after %d", next[0].ID, last)
	}
}

// TestSealDuringSearch seals what running searches have still to visit.
func TestSealDuringSearch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir, smallBlocks)
	lateOffice(t, s, 1, 20, noon)
	ro := openStore(t, dir, readOnlyConfig)
	want, _ := search(t, s, query.Query{})
	for name, from := range map[string]*Store{"writer": s, "reader": ro} {
		var got []event.ID
		res, err := from.Search(context.Background(), query.Query{}, func(ev *event.Event) bool {
			if got = append(got, ev.ID); len(got) == 5 {
				lateOffice(t, s, 90, 1, noon.Add(time.Hour))
				sealAll(t, s)
			}
			return true
		})
		if err != nil || len(res.Partial) > 0 || len(got) < len(want) {
			t.Fatalf("%s: %d events, want %d; %v %v", name, len(got), len(want), res.Partial, err)
		}
		seen := map[event.ID]bool{}
		for _, id := range got {
			if seen[id] {
				t.Fatalf("%s: event %d came twice", name, id)
			}
			seen[id] = true
		}
		for i := range want {
			if !seen[want[i].ID] {
				t.Fatalf("%s: event %d is missing", name, want[i].ID)
			}
		}
	}
}

// A damaged batch stays where it is, and all else is sealed.
func TestDamagedBatchIsNotSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir, smallBlocks)
	for i := range 4 {
		mustAppend(t, s, newOffice(uint64(i), noon.Add(time.Duration(i)*time.Minute)).batch(testBatch))
	}
	c, err := openConn(s.segs[0].path, readWrite, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.exec("UPDATE journal SET data = x'0102030405' WHERE seq = 513"), c.close()); err != nil {
		t.Fatal(err)
	}
	check := func(what string, s *Store) {
		t.Helper()
		got, res := search(t, s, query.Query{})
		if len(got) != 3*testBatch || len(res.Partial) != 1 || !strings.Contains(res.Partial[0], "batch 513 with 512 events from 2026-11-23T12:01") {
			t.Fatalf("%s: %d events, %q", what, len(got), res.Partial)
		}
	}
	sealAll(t, s)
	check("sealed", s)
	sealAll(t, s)
	mustAppend(t, s, newOffice(9, noon.Add(-time.Hour)).batch(0))
	if n := rowsOf(t, s, "journal"); n != 1 {
		t.Errorf("%d rows left", n)
	}
	check("reader", openStore(t, dir, readOnlyConfig))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, smallBlocks)
	mustAppend(t, s, []event.Event{numbered(1, noon)}) // a new writer tidies
	if n := rowsOf(t, s, "journal"); n != 2 {
		t.Errorf("%d rows left after opening again", n)
	}
	_, problems := verify(t, dir)
	if len(problems) != 1 || !strings.Contains(problems[0], "batch 513") {
		t.Errorf("verify: %q", problems)
	}
}

// Damage to a block costs the events of that block.
func TestDamagedBlock(t *testing.T) {
	t.Parallel()
	pristine := t.TempDir()
	s := openStore(t, pristine, smallBlocks)
	lateOffice(t, s, 1, 20, noon)
	sealAll(t, s)
	all, _ := search(t, s, query.Query{})
	lost := s.segs[0].blocks[2]
	name := s.segs[0].name()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for what, script := range map[string]string{
		"column":    fmt.Sprintf("UPDATE cols SET data = x'00' || substr(data, 2) WHERE id >> 20 = %d", lost.block),
		"no column": fmt.Sprintf("DELETE FROM cols WHERE id >> 20 = %d", lost.block),
		"swapped":   fmt.Sprintf("UPDATE cols SET data = (SELECT data FROM cols AS o WHERE o.id = cols.id + (1 << 20)) WHERE id >> 20 = %d", lost.block),
		"directory": fmt.Sprintf("UPDATE cols SET data = x'' WHERE id = %d << 20", lost.block),
		"type":      fmt.Sprintf("UPDATE cols SET data = 'x' WHERE id >> 20 = %d", lost.block),
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(pristine)); err != nil {
				t.Fatal(err)
			}
			c, err := openConn(filepath.Join(dir, name), readWrite, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(c.exec(script), c.close()); err != nil {
				t.Fatal(err)
			}
			s := openStore(t, dir)
			got, res := search(t, s, query.Query{})
			if len(got) != len(all)-int(lost.n) || len(res.Partial) != 1 || !strings.Contains(res.Partial[0], fmt.Sprintf("block %d with %d events from ", lost.block, lost.n)) {
				t.Errorf("%d events of %d, %q", len(got), len(all), res.Partial)
			}
			bins, res, err := s.Histogram(context.Background(), mustParse(t, "not user.name:nobody"), time.Hour)
			n := 0
			for _, b := range bins {
				n += b.Count
			}
			if err != nil || n != len(all)-int(lost.n) || len(res.Partial) != 1 {
				t.Errorf("the bars count %d of %d, %q", n, len(all), res.Partial)
			}
			if err := s.EachSince(context.Background(), noon, func(*event.Event) bool { n--; return true }); err != nil || n != 0 {
				t.Errorf("%d more events by bars than one by one, %v", n, err)
			}
			_, problems := verify(t, dir)
			if len(problems) != 1 || !strings.Contains(problems[0], fmt.Sprintf("block %d with", lost.block)) {
				t.Errorf("verify: %q", problems)
			}
		})
	}
}

// What an unfinished seal leaves is removed by the next writer.
func TestUnfinishedBlocksAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir, smallBlocks)
	lateOffice(t, s, 1, 5, noon)
	sealAll(t, s)
	lateOffice(t, s, 9, 5, noon)
	want := everything(t, s)
	w, rows, err := s.sealable(s.segs[0], true)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.readSealable(s.segs[0], rows); err != nil {
		t.Fatal(err)
	}
	id, cols := w.block, rowsOf(t, s, "cols")
	err = s.encode(&s.sealer.batch, func(b *block.Block) error { id++; return s.writeBlock(w, id-1, b) })
	if err != nil || rowsOf(t, s, "cols") == cols {
		t.Fatalf("nothing was written, %v", err)
	}
	sameAnswers(t, "unfinished", everything(t, s), want)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, smallBlocks)
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	if n := rowsOf(t, s, "cols"); n != cols {
		t.Errorf("%d columns, want %d", n, cols)
	}
	if n := rowsOf(t, s, "bloom"); n != int64(len(s.segs[0].blocks)*block.Shards) {
		t.Errorf("%d parts of filters of %d blocks", n, len(s.segs[0].blocks))
	}
}

// The journal is sealed by itself when it is long enough, and the file of a
// day that is over becomes small.
func TestSealingInTheBackground(t *testing.T) {
	t.Parallel()
	c := &clock{t: noon}
	s := openStore(t, t.TempDir(), func(cfg *Config) { cfg.SealEvents, cfg.BlockEvents, cfg.Now = 500, 200, c.now })
	lateOffice(t, s, 1, 20, noon)
	for s.waiting(s.segs[0]) >= 500 { // the deadline is go test's own
		time.Sleep(5 * time.Millisecond)
	}
	before := statFile(s.segs[0].path)
	c.set(noon.AddDate(0, 0, 1))
	if err := s.sealDue(endedDays); err != nil {
		t.Fatal(err)
	}
	after := statFile(s.segs[0].path)
	if n := s.waiting(s.segs[0]); n != 0 || after.size+after.walSize >= before.size+before.walSize {
		t.Errorf("%d events left; %d+%d bytes became %d+%d", n, before.size, before.walSize, after.size, after.walSize)
	}
	if len(s.writers) != 0 {
		t.Error("the file of a day that is over is still open for writing")
	}
	got, res := search(t, s, query.Query{})
	if len(got) != 20*60 || len(res.Partial) > 0 || !slices.IsSortedFunc(got, func(a, b event.Event) int { return int(b.Time - a.Time) }) {
		t.Errorf("%d events, %q", len(got), res.Partial)
	}
}
