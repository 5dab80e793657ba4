package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// steps is how many lines childRetain prints: one for each of its days, and
// one before.
const steps = 7

// childRetain drops day after day of a folder and makes a backup in between,
// until there is nothing left to drop. It prints a line when it begins and
// after every step.
func childRetain() int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir := os.Getenv(roleDirEnv)
	s, err := Open(Config{Dir: dir, Now: func() time.Time { return noon }, BlockEvents: 64})
	if err != nil {
		return fail(err)
	}
	fmt.Println("open")
	for days := steps - 2; days >= 0; days-- {
		if _, err := s.Retain(context.Background(), time.Duration(days)*24*time.Hour+time.Minute, 0); err != nil {
			return fail(err)
		}
		if _, err := s.Backup(context.Background(), fmt.Sprintf("%s.backup-%d.tar.zst", dir, days), nil); err != nil {
			return fail(err)
		}
		fmt.Println("done", days)
	}
	return 0
}

// TestKillRetain ends a process that drops days and makes backups at any
// moment: what has to stay is there once, every day is there whole or not at
// all, and a backup that has its name is good.
func TestKillRetain(t *testing.T) {
	t.Parallel()
	rounds := repeats(2*steps, 10*steps)
	r := rand.New(rand.NewPCG(9, 9))
	template := filepath.Join(t.TempDir(), "data")
	s := openStore(t, template, func(c *Config) { c.BlockEvents = 64 })
	days := map[int][]event.ID{} // by day
	var stay []event.ID
	for back := steps - 2; back >= 0; back-- {
		batch := newOffice(uint64(back), noon.AddDate(0, 0, -back)).batch(700)
		mustAppend(t, s, batch)
		for i := range batch {
			days[batch[i].ID.Day()] = append(days[batch[i].ID.Day()], batch[i].ID)
		}
		if back%2 == 0 {
			sealAll(t, s)
		}
		if back == 3 { // a day of which nothing stays
			continue
		}
		mustPin(t, s, batch[back].ID, batch[600].ID)
		record(t, s, noon, finding(fmt.Sprint(back), alert.High, "10.0.0.1", batch[100].ID))
		stay = append(stay, batch[back].ID, batch[100].ID, batch[600].ID)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dropped := 0
	for round := range rounds {
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
			t.Fatal(err)
		}
		cmd := child("retain", dir)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		// The moment: somewhere in one of the steps, however long the child
		// takes for it, so that no machine is too slow or too fast to drop
		// a day.
		lines := bufio.NewScanner(out)
		began, took := time.Now(), time.Duration(0)
		for n := 0; n <= round%steps && lines.Scan(); n++ {
			began, took = time.Now(), time.Since(began)
		}
		time.Sleep(time.Duration(r.Float64() * float64(took)))
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, or was done

		s := openStore(t, dir)
		got := map[int][]event.ID{}
		for _, id := range allIDs(t, s) {
			got[id.Day()] = append(got[id.Day()], id)
		}
		for day, all := range days {
			var kept []event.ID
			for _, id := range stay {
				if id.Day() == day {
					kept = append(kept, id)
				}
			}
			slices.Sort(kept)
			switch {
			case slices.Equal(got[day], all):
			case slices.Equal(got[day], kept):
				dropped++
			default:
				t.Fatalf("round %d: of day %d there are %d events, want %d or %d", round, day, len(got[day]), len(all), len(kept))
			}
		}
		if _, problems := verify(t, dir); len(problems) > 0 {
			t.Errorf("round %d: verify: %q", round, problems)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		backups, err := filepath.Glob(dir + ".backup-*.tar.zst")
		if err != nil {
			t.Fatal(err)
		}
		if len(backups) > 0 { // the last one: those before were finished before the kill
			if _, err := Restore(context.Background(), backups[0], dir+".restored", RestoreOptions{}); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
	}
	if dropped == 0 {
		t.Error("no day was dropped in any round")
	}
	t.Logf("%d days were dropped over %d kills", dropped, rounds)
}
