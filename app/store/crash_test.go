package store

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Roles of the test binary when it is started again as a child process.
const (
	roleEnv     = "PORCHLIGHT_STORE_TEST_ROLE"
	roleDirEnv  = "PORCHLIGHT_STORE_TEST_DIR"
	roleFromEnv = "PORCHLIGHT_STORE_TEST_FROM"
)

// roles are what a child process does.
var roles = map[string]func() int{"append": childAppend, "retain": childRetain, "limited": childLimited, "unprivileged": childUnprivileged, "positions": childPositions, "live": childLive}

func TestMain(m *testing.M) {
	name := os.Getenv(roleEnv)
	if name == "" {
		// These tests wait for the disk more than for processors. A -parallel
		// of the command line wins: it is read later.
		if err := flag.Set("test.parallel", "6"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	role, ok := roles[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "no role:", name)
		os.Exit(2)
	}
	os.Exit(role())
}

// child prepares to run the test binary in a role.
func child(role, dir string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"="+role, roleDirEnv+"="+dir)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	return cmd
}

// childAppend appends numbered events for ever and prints the numbers that
// were acknowledged, with their IDs, and "sealed" when blocks were added.
func childAppend() int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	n, err := strconv.Atoi(os.Getenv(roleFromEnv))
	if err != nil {
		return fail(err)
	}
	// Blocks so small that there is always one in the making.
	s, err := Open(Config{Dir: os.Getenv(roleDirEnv), SealEvents: 700, BlockEvents: 300})
	if err != nil {
		return fail(err)
	}
	if n > 0 { // what the one before left: it need not wait for an event
		s.sealer.wake()
	}
	r := rand.New(rand.NewPCG(uint64(n), 1))
	sealed := s.sealedBlocks()
	for {
		batch := make([]event.Event, 1+r.IntN([]int{2, 30, 1000}[r.IntN(3)]))
		for i := range batch {
			batch[i] = numbered(n+i, noon)
		}
		if err := s.Append(context.Background(), batch); err != nil {
			return fail(err)
		}
		var b strings.Builder
		for i := range batch {
			fmt.Fprintln(&b, n+i, batch[i].ID)
		}
		if now := s.sealedBlocks(); now > sealed {
			sealed = now
			fmt.Fprintln(&b, "sealed")
		}
		fmt.Fprintln(&b, "ok") // a line cut short by the kill is not an acknowledgement
		if _, err := io.WriteString(os.Stdout, b.String()); err != nil {
			return fail(err)
		}
		n += len(batch)
	}
}

// sealedBlocks counts the blocks of all days.
func (s *Store) sealedBlocks() int {
	n := 0
	for _, v := range s.snapshot() {
		n += len(v.blocks)
	}
	return n
}

// TestKill ends a writing process in the middle of its work, again and again,
// and looks for every event that it had acknowledged.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	acknowledged := map[int]event.ID{}
	r := rand.New(rand.NewPCG(20, 20))
	next := 0
	rounds := repeats(20, 100)
	for round := range rounds {
		cmd := child("append", dir, fmt.Sprintf("%s=%d", roleFromEnv, next))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// The moment: after so many lines and a while, wherever the child is
		// by then; now and then not before blocks were added, however fast or
		// slow the machine is.
		sealed := round%5 != 4
		killAt := 1 + r.IntN(1000)
		while := time.Duration(r.IntN(30)) * time.Millisecond
		lines := bufio.NewScanner(out)
		var batch []string
		seen, doomed := 0, false
		for lines.Scan() {
			if line := lines.Text(); line == "sealed" {
				sealed = true
			} else if line != "ok" {
				batch = append(batch, line)
				seen++
			}
			if sealed && seen >= killAt && !doomed {
				doomed = true
				time.AfterFunc(while, func() { _ = cmd.Process.Kill() }) // Wait tells
			}
			if lines.Text() != "ok" {
				continue
			}
			for _, line := range batch {
				var n int
				var id event.ID
				if _, err := fmt.Sscan(line, &n, &id); err != nil {
					t.Fatal(err)
				}
				acknowledged[n] = id
			}
			batch = batch[:0]
		}
		if err := cmd.Wait(); err == nil || !doomed {
			t.Fatalf("round %d: the child ended by itself after %d lines: %v", round, seen, err)
		}
		// Numbers that were stored and not acknowledged are not used again.
		next += seen + 100_000

		// Looking at all takes longer each time: not after every kill.
		if round%5 == 4 || round < 5 {
			verifyAcknowledged(t, dir, acknowledged, round%2 == 0)
		}
	}
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("after the last kill: %q", problems)
	}
	// The next process seals what all of them left.
	s := openStore(t, dir)
	blocks := s.sealedBlocks()
	if err := s.sealDue(allJournals); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	verifyAcknowledged(t, dir, acknowledged, true)
	t.Logf("%d events were acknowledged over %d kills, which left %d blocks", len(acknowledged), rounds, blocks)
	if blocks == 0 {
		t.Error("nothing was sealed between the kills")
	}
}

func verifyAcknowledged(t *testing.T, dir string, acknowledged map[int]event.ID, readOnly bool) {
	t.Helper()
	s, err := Open(Config{Dir: dir, ReadOnly: readOnly})
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]int{}
	res, err := s.Search(context.Background(), query.Query{}, func(ev *event.Event) bool {
		n, err := strconv.Atoi(ev.Get(event.EventCode))
		if err != nil {
			t.Fatal(err)
		}
		found[n]++
		want := numbered(n, noon)
		want.ID = ev.ID
		if id, ok := acknowledged[n]; ok && id != ev.ID || !same(ev, &want) {
			t.Fatalf("event %d, acknowledged as %d, is %s", n, id, dump(ev))
		}
		return true
	})
	if err != nil || len(res.Partial) > 0 {
		t.Fatal(err, res.Partial)
	}
	for n := range acknowledged {
		if found[n] != 1 {
			t.Fatalf("event %d was acknowledged and is there %d times", n, found[n])
		}
	}
	for n, times := range found {
		if times != 1 {
			t.Fatalf("event %d is there %d times", n, times)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
