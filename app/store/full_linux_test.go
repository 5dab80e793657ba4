package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// fill appends until the disk is full and returns how many events were
// acknowledged.
func fill(s *Store, from int) (acknowledged int, err error) {
	for n := from; n < from+1_000_000; {
		batch := newOffice(uint64(n), noon).batch(500)
		for i := range batch {
			batch[i].Set(event.EventCode, fmt.Sprint(n+i))
		}
		if err := s.Append(context.Background(), batch); err != nil {
			for i := range batch {
				if batch[i].ID != 0 {
					return acknowledged, fmt.Errorf("an event of a refused batch has ID %d: %w", batch[i].ID, err)
				}
			}
			return acknowledged, err
		}
		n += len(batch)
		acknowledged += len(batch)
	}
	return acknowledged, errors.New("the disk never filled up")
}

func checkFull(err error, dir string) error {
	if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "free some") {
		return fmt.Errorf("want one sentence about the full disk and %s, got %w", dir, err)
	}
	return nil
}

func countAll(s *Store) (int, error) {
	n := 0
	res, err := s.Search(context.Background(), query.Query{}, func(*event.Event) bool { n++; return true })
	if len(res.Partial) > 0 {
		err = errors.Join(err, errors.New(res.Partial[0]))
	}
	return n, err
}

// fullDisk drives a store in a folder that takes a few MiB: fills it, checks
// what the store says, makes room and goes on.
func fullDisk(dir string, check func(error) error, makeRoom func() error) error {
	s, err := Open(Config{Dir: dir})
	if err != nil {
		return err
	}
	stored, err := fill(s, 0)
	if err := check(err); err != nil {
		return err
	}
	if stored == 0 {
		return errors.New("nothing was stored before the disk was full")
	}
	if n, err := countAll(s); err != nil || n != stored {
		return fmt.Errorf("on the full disk %d events of %d are found: %w", n, stored, err)
	}
	// Small ones may fit still, or again after the file was opened anew.
	for i := range 5 {
		small := newOffice(1, noon).batch(1 + 100*i)
		if err := s.Append(context.Background(), small); err == nil {
			stored += len(small)
		} else if err := check(err); err != nil {
			return err
		}
	}
	if err := makeRoom(); err != nil {
		return err
	}
	batch := newOffice(2, noon).batch(2000)
	if err := s.Append(context.Background(), batch); err != nil {
		return fmt.Errorf("with space again: %w", err)
	}
	if n, err := countAll(s); err != nil || n != stored+len(batch) {
		return fmt.Errorf("with space again %d events of %d are found: %w", n, stored+len(batch), err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	s, err = Open(Config{Dir: dir})
	if err != nil {
		return err
	}
	if n, err := countAll(s); err != nil || n != stored+len(batch) {
		return fmt.Errorf("opened again %d events of %d are found: %w", n, stored+len(batch), err)
	}
	return s.Close()
}

// TestFullDisk fills a real file system of 8 MiB.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "TestFullDatabase covers the same path without")
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := fullDisk(dir, func(err error) error { return checkFull(err, dir) }, func() error { return os.Remove(ballast) }); err != nil {
		t.Fatal(err)
	}
}

// smallDisk mounts a file system of 8 MiB.
func smallDisk(t *testing.T, without string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("mounting a small file system needs root (%v); %s", err, without)
	}
	t.Cleanup(func() { // at once, even while a child that another test starts has its files open
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp leaves no byte free and returns how to make room again.
func fillUp(t *testing.T, dir string) (makeRoom func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; {
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSealOnFullDisk has no room for blocks: the events stay in the journal
// until there is.
func TestSealOnFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "TestUnfinishedBlocksAreRemoved covers what a failed seal leaves")
	s := openStore(t, dir, smallBlocks)
	lateOffice(t, s, 1, 20, noon)
	want := everything(t, s)
	makeRoom := fillUp(t, dir)
	if err := s.sealDue(allJournals); !isFull(err) {
		t.Fatalf("sealing on a full disk: %v", err)
	}
	sameAnswers(t, "on the full disk", everything(t, s), want)
	makeRoom()
	sealAll(t, s)
	sameAnswers(t, "with space again", everything(t, s), want)
	if n := rowsOf(t, s, "journal"); n > 0 {
		t.Errorf("%d rows are in the journal", n)
	}
	if _, problems := verify(t, dir); len(problems) > 0 {
		t.Errorf("verify: %q", problems)
	}
}

func isFull(err error) bool {
	return err != nil && (errors.Is(err, ErrFull) || resultCode(err)&0xff == codeFull || strings.Contains(err.Error(), "full"))
}

// TestRetainKeepsOnFullDisk cannot write what has to stay of the oldest day:
// the next one makes room for it.
func TestRetainKeepsOnFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "TestRetainKeeps covers keeping without")
	c := &clock{t: noon}
	s := openStore(t, dir, func(cfg *Config) { cfg.Now = c.now })
	var first []event.Event
	for day := -3; day <= 0; day++ {
		batch := newOffice(uint64(day+9), noon.AddDate(0, 0, day)).batch(1000)
		mustAppend(t, s, batch)
		if day == -3 {
			first = batch
		}
	}
	mustPin(t, s, first[5].ID)
	fillUp(t, dir)
	dropped, err := s.Retain(context.Background(), time.Hour, 0)
	if !errors.Is(err, ErrFull) || len(dropped) == 0 {
		t.Fatalf("dropped %+v, %v", dropped, err)
	}
	if got, err := s.Events(context.Background(), []event.ID{first[5].ID}); err != nil || len(got) != 1 {
		t.Fatalf("the pinned event is gone, %v", err)
	}
	if _, err := s.Retain(context.Background(), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if got := allIDs(t, s); len(got) != 1001 || got[0] != first[5].ID {
		t.Errorf("%d events are there, want today's and the pinned one", len(got))
	}
}

// TestRetainOnFullDisk drops a day where not even its number can be noted.
func TestRetainOnFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "TestRetain covers dropping without")
	s, err := Open(Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fill(s, 0); !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	tomorrow := noon.AddDate(0, 0, 1)
	batch := newOffice(3, tomorrow).batch(100)
	if err := s.Append(context.Background(), batch); checkFull(err, dir) != nil {
		t.Fatal(err)
	}
	s.cfg.Now = (&clock{t: tomorrow}).now
	if dropped, err := s.Retain(context.Background(), 0, 1); err != nil || len(dropped) != 1 {
		t.Fatalf("dropped %v, %v", dropped, err)
	}
	if err := s.Append(context.Background(), batch); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestFileSizeLimit has the operating system refuse writes beyond 2 MiB a
// file, in a child process: storing goes on after failed writes.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	out, err := child("limited", t.TempDir()).Output()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func childLimited() int {
	signal.Ignore(syscall.SIGXFSZ) // writes then fail with EFBIG
	var was syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was)
	if err == nil {
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 2 << 20, Max: was.Max})
	}
	if err == nil {
		// To SQLite this is no full disk but a failing one.
		check := func(err error) error {
			if err == nil || !strings.HasPrefix(err.Error(), "append to events-2026-11-23.db: ") {
				return fmt.Errorf("want an error of the day file, got %w", err)
			}
			return nil
		}
		err = fullDisk(os.Getenv(roleDirEnv), check, func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was) })
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// TestUnwritableFolder works as a user who may not write to the folder.
func TestUnwritableFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		// The test's own rights are those of such a user.
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(Config{Dir: dir}); !errors.Is(err, ErrUnwritable) {
			t.Errorf("Open: %v", err)
		}
		return
	}
	// Root may write anywhere: become nobody.
	base, err := os.MkdirTemp("/tmp", "porchlight-unwritable-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(base); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(base, "data")
	s, err := Open(Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, []event.Event{numbered(1, noon)})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(base, "store.test")
	err = errors.Join(os.WriteFile(program, binary, 0o755), os.Chmod(base, 0o755), os.Chmod(dir, 0o555))
	for _, name := range []string{mainName, dayFile(dayOf(noon.UnixNano())), lockName} {
		err = errors.Join(err, os.Chmod(filepath.Join(dir, name), 0o444))
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := child("unprivileged", dir)
	cmd.Path, cmd.Args[0] = program, program
	cmd.Dir = base
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.Output(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func childUnprivileged() int {
	dir := os.Getenv(roleDirEnv)
	fail := func(args ...any) int {
		fmt.Println(args...)
		return 1
	}
	if _, err := Open(Config{Dir: dir}); !errors.Is(err, ErrUnwritable) || !strings.Contains(err.Error(), "--data") {
		return fail("open for writing:", err)
	}
	if _, err := Open(Config{Dir: filepath.Join(dir, "new")}); !errors.Is(err, ErrUnwritable) || !strings.Contains(err.Error(), "--data") {
		return fail("create:", err)
	}
	s, err := Open(Config{Dir: dir, ReadOnly: true})
	if err != nil {
		return fail("open for reading:", err)
	}
	if n, err := countAll(s); err != nil || n != 1 {
		return fail("found", n, "events,", err)
	}
	if _, _, err := s.Sources(context.Background()); err != nil {
		return fail("sources:", err)
	}
	if err := s.Close(); err != nil {
		return fail("close:", err)
	}
	return 0
}
