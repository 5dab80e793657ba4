package instance

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// TestMain lets the test binary act as a first instance that gets killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("INSTANCE_TEST_DIR"); dir != "" {
		if _, err := Acquire(dir, func(Request) error { return nil }); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		select {}
	}
	os.Exit(m.Run())
}

func acquire(t *testing.T, dir string, handle func(Request) error) *Instance {
	t.Helper()
	i, err := Acquire(dir, handle)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

func accept(Request) error { return nil }

func TestSecondLaunch(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := filepath.Join(t.TempDir(), "new", "data")
	if err := Send(dir, Request{Show: true}); !errors.Is(err, ErrNotRunning) {
		t.Fatalf("send to nobody: %v", err)
	}
	got := make(chan Request, 1)
	first := acquire(t, dir, func(r Request) error {
		if r.Alert == "A-404" {
			return errors.New("there is no alert A-404")
		}
		got <- r
		return nil
	})
	if _, err := Acquire(dir, accept); !errors.Is(err, ErrRunning) {
		t.Fatalf("second Acquire: %v", err)
	}
	want := Request{Show: true, Alert: "A-3", Import: []string{"/tmp/a b.log", "/tmp/ü.log"}}
	if err := Send(dir, want); err != nil {
		t.Fatal(err)
	}
	if r := <-got; !reflect.DeepEqual(r, want) {
		t.Errorf("got %+v, want %+v", r, want)
	}
	if err := Send(dir, Request{Alert: "A-404"}); err == nil || err.Error() != "there is no alert A-404" {
		t.Errorf("the handler's error arrives as %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Send(dir, want); !errors.Is(err, ErrNotRunning) {
		t.Errorf("send after close: %v", err)
	}
	if _, err := os.Lstat(first.socket); !os.IsNotExist(err) {
		t.Errorf("the socket stays behind: %v", err)
	}
	acquire(t, dir, accept) // the folder is free again
}

func TestTwoFolders(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	a, b := t.TempDir(), t.TempDir()
	got := make(chan string, 2)
	acquire(t, a, func(Request) error { got <- "a"; return nil })
	acquire(t, b, func(Request) error { got <- "b"; return nil })
	for _, c := range []struct{ dir, want string }{{b, "b"}, {a, "a"}} {
		if err := Send(c.dir, Request{}); err != nil {
			t.Fatal(err)
		}
		if who := <-got; who != c.want {
			t.Errorf("%s answered for %s", who, c.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	run := t.TempDir()
	long := filepath.Join(t.TempDir(), strings.Repeat("long-", 20), strings.Repeat("longer-", 20))
	for _, c := range []struct {
		name, run, dir, under string
	}{
		{"runtime folder", run, t.TempDir(), run},
		{"no runtime folder", "", "", ""},
		{"runtime folder is gone", filepath.Join(run, "gone"), "", ""},
		{"paths too long", "", long, os.TempDir()},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", c.run)
			dir, under := c.dir, c.under
			if dir == "" {
				var err error
				if dir, err = os.MkdirTemp("", "pl"); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { os.RemoveAll(dir) })
				under = dir
			}
			i := acquire(t, dir, accept)
			if !strings.HasPrefix(i.socket, under) || len(i.socket) > maxPath {
				t.Errorf("socket at %s, want it under %s", i.socket, under)
			}
			if runtime.GOOS != "windows" {
				for _, f := range []string{i.socket, filepath.Join(dir, infoName), filepath.Join(dir, lockName)} {
					fi, err := os.Stat(f)
					if err != nil {
						t.Fatal(err)
					}
					if fi.Mode().Perm() != 0o600 {
						t.Errorf("%s has mode %o, want 600", f, fi.Mode().Perm())
					}
				}
			}
			// The second launch need not have the first one's environment.
			t.Setenv("XDG_RUNTIME_DIR", "/nonexistent")
			if err := Send(dir, Request{}); err != nil {
				t.Error(err)
			}
			if err := i.Close(); err != nil {
				t.Error(err)
			}
			if parent := filepath.Dir(i.socket); strings.HasPrefix(filepath.Base(parent), tempPrefix) {
				if _, err := os.Stat(parent); !os.IsNotExist(err) {
					t.Errorf("%s stays behind", parent)
				}
			}
		})
	}
}

// TestKilled kills a first instance outright and takes over.
func TestKilled(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := t.TempDir()
	for range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "INSTANCE_TEST_DIR="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(out).ReadString('\n')
		sent := Send(dir, Request{Show: true})
		_, err = Acquire(dir, accept)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if line != "ready\n" || sent != nil || !errors.Is(err, ErrRunning) {
			t.Fatalf("first instance said %q, answered %v; Acquire beside it: %v", line, sent, err)
		}
		if err := Send(dir, Request{}); !errors.Is(err, ErrNotRunning) {
			t.Fatalf("send to the dead: %v", err)
		}
	}
	acquire(t, dir, accept)
	if err := Send(dir, Request{}); err != nil {
		t.Fatal(err)
	}
}

// TestHung checks that a first instance that does not answer blocks nobody.
func TestHung(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := t.TempDir()
	release := make(chan struct{})
	acquire(t, dir, func(Request) error { <-release; return nil })
	defer close(release)
	err := Send(dir, Request{})
	if err == nil || errors.Is(err, ErrNotRunning) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("hung instance: %v", err)
	}
}

// TestCrowd sends many requests at once and strange bytes in between.
func TestCrowd(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := t.TempDir()
	var mu sync.Mutex
	served := 0
	i := acquire(t, dir, func(Request) error {
		mu.Lock()
		defer mu.Unlock()
		served++
		return nil
	})
	for _, bad := range []string{"", "\n", "{\n", "GET / HTTP/1.1\r\n\r\n", "[1,2]\n", strings.Repeat("x", maxLine+10)} {
		c, err := net.Dial("unix", i.socket)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte(bad))
		_ = c.(*net.UnixConn).CloseWrite()
		line, _ := bufio.NewReader(c).ReadString('\n')
		if complete := strings.HasSuffix(bad, "\n"); complete != strings.Contains(line, "cannot understand") {
			t.Errorf("%.20q is answered with %q", bad, line)
		}
		c.Close()
	}
	var wg sync.WaitGroup
	for range maxClients / 2 {
		wg.Go(func() {
			for range 5 {
				if err := Send(dir, Request{Show: true}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if want := maxClients / 2 * 5; served != want {
		t.Errorf("served %d of %d", served, want)
	}
}

func TestUnusableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(filepath.Join(file, "data"), accept); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("folder below a file: %v", err)
	}
}
