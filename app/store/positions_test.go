package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func at(i int, key, text string) event.Position {
	return event.Position{At: i, Key: key, Text: text}
}

func wantPositions(t *testing.T, s *Store, want map[string]string) {
	t.Helper()
	got, err := s.Positions(t.Context(), "")
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("positions %v, want %v; %v", got, want, err)
	}
}

// crashed returns a copy of a store's folder as a kill would leave it.
func crashed(t *testing.T, s *Store) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(s.cfg.Dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestPositionsAreStoredWithTheirEvents(t *testing.T) {
	s := openStore(t, t.TempDir())
	batch := newOffice(1, noon).batch(6)
	if err := s.Append(t.Context(), batch, at(0, "file:a", "1"), at(2, "file:b", "x"), at(4, "file:a", "2")); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"file:a": "2", "file:b": "x"}
	wantPositions(t, s, want)
	if some, err := s.Positions(t.Context(), "file:b"); err != nil || len(some) != 1 {
		t.Errorf("by prefix: %v, %v", some, err)
	}
	wantPositions(t, openStore(t, crashed(t, s)), want) // never saved into porchlight.db

	// Saved once, and gone on since.
	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustAppendAt(t, s, newOffice(2, noon).batch(1), at(0, "file:a", "3"))
	want["file:a"] = "3"
	wantPositions(t, openStore(t, crashed(t, s)), want)

	// An older position of the same input is an answer like any other: a
	// rotated file begins anew.
	mustAppendAt(t, s, newOffice(3, noon).batch(1), at(0, "file:a", "0"))
	want["file:a"] = "0"
	wantPositions(t, openStore(t, crashed(t, s)), want)

	s.ForgetPosition("file:b")
	delete(want, "file:b")
	wantPositions(t, s, want)
	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantPositions(t, openStore(t, crashed(t, s)), want) // though it stands in the day file
}

// TestPositionsInOlderFiles: a data folder of a version that kept no positions
// takes them, on the day of the update, too.
func TestPositionsInOlderFiles(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	mustAppend(t, s, newOffice(1, noon).batch(3))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, version := range map[string]int{mainName: 3, dayFile(dayOf(noon.UnixNano())): 2} {
		c, err := openConn(filepath.Join(dir, name), readWrite, writerPragmas)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.exec(fmt.Sprintf("DROP TABLE positions; PRAGMA user_version=%d", version)), c.close()); err != nil {
			t.Fatal(err)
		}
	}
	s = openStore(t, dir)
	mustAppendAt(t, s, newOffice(2, noon).batch(1), at(0, "tail", "1"))
	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantPositions(t, openStore(t, crashed(t, s)), map[string]string{"tail": "1"})
}

// TestPositionsSavedDuringACommit: a position whose commit is under way while
// positions are saved survives a kill, and the next saving has it.
func TestPositionsSavedDuringACommit(t *testing.T) {
	s := openStore(t, t.TempDir())
	mustAppendAt(t, s, newOffice(1, noon).batch(1), at(0, "tail", "1"))
	s.wmu.Lock()
	w, err := s.writer(t.Context(), dayOf(noon.UnixNano()))
	if err != nil {
		t.Fatal(err)
	}
	var reached map[string]position
	if _, err := w.commit(newOffice(2, noon).batch(1), func() (err error) {
		reached, err = s.putPositions(w, []event.Position{at(0, "tail", "2")})
		return errors.Join(err, s.SavePositions(t.Context()))
	}); err != nil {
		t.Fatal(err)
	}
	s.positions.settle(reached)
	s.wmu.Unlock()
	want := map[string]string{"tail": "2"}
	wantPositions(t, openStore(t, crashed(t, s)), want)

	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	copied := crashed(t, s)
	if err := removeDatabase(filepath.Join(copied, dayFile(dayOf(noon.UnixNano())))); err != nil {
		t.Fatal(err)
	}
	wantPositions(t, openStore(t, copied), want)
}

// TestPositionsSurviveTheirDay: what is in porchlight.db counts when the day
// file is gone, and a clock that was set back changes nothing.
func TestPositionsSurviveTheirDay(t *testing.T) {
	s := openStore(t, t.TempDir())
	mustAppendAt(t, s, newOffice(1, noon).batch(1), at(0, "tail", "new"))
	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	earlier := newOffice(2, noon.AddDate(-5, 0, 0)).batch(1)
	mustAppendAt(t, s, earlier, at(0, "tail", "newer, under a clock of five years ago"))
	wantPositions(t, openStore(t, crashed(t, s)), map[string]string{"tail": "newer, under a clock of five years ago"})

	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	copied := crashed(t, s)
	days, err := filepath.Glob(filepath.Join(copied, dayPrefix+"*"))
	if err != nil || len(days) < 2 {
		t.Fatal(days, err)
	}
	for _, f := range days {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	wantPositions(t, openStore(t, copied), map[string]string{"tail": "newer, under a clock of five years ago"})
}

// TestPositionsOfABatchOverMidnight: each day's file has the position of its
// own part, in case the second is never written.
func TestPositionsOfABatchOverMidnight(t *testing.T) {
	s := openStore(t, t.TempDir())
	midnight := dayTime(dayOf(noon.UnixNano()) + 1)
	batch := newOffice(1, noon).batch(3)
	for i, d := range []time.Duration{-time.Second, -time.Millisecond, time.Second} {
		batch[i].Received = midnight.Add(d).UnixNano()
	}
	mustAppendAt(t, s, batch, at(0, "tail", "0"), at(1, "tail", "1"), at(2, "tail", "2"))
	wantPositions(t, s, map[string]string{"tail": "2"})
	copied := crashed(t, s)
	second, err := filepath.Glob(filepath.Join(copied, dayFile(dayOf(noon.UnixNano())+1)+"*"))
	if err != nil || len(second) == 0 {
		t.Fatal(second, err)
	}
	for _, f := range second {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	wantPositions(t, openStore(t, copied), map[string]string{"tail": "1"})
}

// TestPositionsWhenDaysAlternate: no position is stored before the events that
// it follows, which a clock that is set back can put into another file.
func TestPositionsWhenDaysAlternate(t *testing.T) {
	s := openStore(t, t.TempDir())
	midnight := dayTime(dayOf(noon.UnixNano()) + 1)
	batch := newOffice(1, noon).batch(3)
	for i, d := range []time.Duration{-time.Second, time.Second, -time.Millisecond} {
		batch[i].Received = midnight.Add(d).UnixNano()
	}
	mustAppendAt(t, s, batch, at(0, "tail", "0"), at(1, "tail", "1"), at(2, "tail", "2"))
	wantPositions(t, s, map[string]string{"tail": "2"})
	copied := crashed(t, s) // as if killed between the two commits
	if err := removeDatabase(filepath.Join(copied, dayFile(dayOf(noon.UnixNano())+1))); err != nil {
		t.Fatal(err)
	}
	wantPositions(t, openStore(t, copied), map[string]string{"tail": "0"})
}

// TestPositionsAreSavedWhileTheyAreWritten: what is being committed while others
// are saved counts as not saved, or no one would ever save it.
func TestPositionsAreSavedWhileTheyAreWritten(t *testing.T) {
	s := openStore(t, t.TempDir())
	for i := range 50 {
		saved := make(chan error, 1)
		go func() { saved <- s.SavePositions(t.Context()) }()
		mustAppendAt(t, s, newOffice(uint64(i), noon).batch(1), at(0, "tail", strconv.Itoa(i)))
		if err := <-saved; err != nil {
			t.Fatal(err)
		}
		if err := s.SavePositions(t.Context()); err != nil {
			t.Fatal(err)
		}
		var text string
		if err := s.main.QueryRow("SELECT position FROM positions WHERE key = 'tail'").Scan(&text); err != nil || text != strconv.Itoa(i) {
			t.Fatalf("saved is position %q, want %d; %v", text, i, err)
		}
	}
}

// TestPositionsAreSavedAgain: a porchlight.db made while the store is open gets
// all positions, not just those that come after.
func TestPositionsAreSavedAgain(t *testing.T) {
	now := noon
	s := openStore(t, t.TempDir(), func(c *Config) { c.Now = func() time.Time { return now } })
	mustAppendAt(t, s, newOffice(1, noon).batch(2), at(0, "quiet", "1"), at(1, "busy", "1"))
	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.cfg.Dir, mainName)); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * gonePeriod)
	mustAppendAt(t, s, newOffice(2, noon).batch(1), at(0, "busy", "2"))
	if err := s.SavePositions(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantPositions(t, openStore(t, crashed(t, s)), map[string]string{"quiet": "1", "busy": "2"})
}

func mustAppendAt(t *testing.T, s *Store, batch []event.Event, positions ...event.Position) {
	t.Helper()
	if err := s.Append(t.Context(), batch, positions...); err != nil {
		t.Fatal(err)
	}
}

// TestKillPositions kills a process that stores events with positions again and
// again: what is stored is always exactly what lies up to the position.
func TestKillPositions(t *testing.T) {
	dir := t.TempDir()
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		cmd := child("positions", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		first := make([]byte, 1)
		if _, err := out.Read(first); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(round*7) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		s := openStore(t, dir)
		reached, err := s.Positions(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		err = s.EachSince(t.Context(), time.Unix(0, 0), func(ev *event.Event) bool {
			got = append(got, strings.Clone(ev.Get(event.EventOriginal)))
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		want := make([]string, len(got))
		for i := range want {
			want[i] = strconv.Itoa(i + 1)
		}
		if !slices.Equal(got, want) || reached["counter"] != strconv.Itoa(len(got)) {
			t.Fatalf("round %d: %d events, position %q", round, len(got), reached["counter"])
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// childPositions appends the numbers that follow those it finds, with each as
// its position, and prints a character when it has begun.
func childPositions() int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s, err := Open(Config{Dir: os.Getenv(roleDirEnv)})
	if err != nil {
		return fail(err)
	}
	reached, err := s.Positions(context.Background(), "")
	if err != nil {
		return fail(err)
	}
	n, _ := strconv.Atoi(reached["counter"])
	for round := 0; ; round++ {
		batch := make([]event.Event, 1+round%40)
		positions := make([]event.Position, len(batch))
		for i := range batch {
			n++
			batch[i].Received = noon.UnixNano() + int64(n)
			batch[i].Set(event.EventOriginal, strconv.Itoa(n))
			positions[i] = at(i, "counter", strconv.Itoa(n))
		}
		if err := s.Append(context.Background(), batch, positions...); err != nil {
			return fail(err)
		}
		if round%5 == 0 {
			if err := s.SavePositions(context.Background()); err != nil {
				return fail(err)
			}
		}
		if round == 0 {
			fmt.Print(".")
		}
	}
}
