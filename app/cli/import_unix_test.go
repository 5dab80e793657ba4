//go:build unix

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sharedFolder returns a folder that any user may use.
func sharedFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "porchlight-import-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	return folder
}

// unprivileged prepares a command for a user who is not root: the tests' own
// user, or nobody when the tests run as root, from a copy of the program that
// they may read.
func unprivileged(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := process(t, args...)
	if os.Geteuid() != 0 {
		return cmd
	}
	binary, err := os.ReadFile(cmd.Path)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = filepath.Join(folder, "porchlight")
	if err := os.WriteFile(cmd.Path, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

func writeFile(t *testing.T, path, text string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestImportAsOrdinaryUser: what the user may not read is named, the rest is
// imported.
func TestImportAsOrdinaryUser(t *testing.T) {
	folder := sharedFolder(t)
	logs := filepath.Join(folder, "log")
	writeFile(t, filepath.Join(logs, "secret", "x.log"), "hidden\n", 0o644)
	if err := os.Chmod(filepath.Join(logs, "secret"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(logs, "secret"), 0o700) })
	writeFile(t, filepath.Join(logs, "a.log"), "first\n", 0o644)
	writeFile(t, filepath.Join(logs, "z.log"), "second\n", 0o644)
	unreadable := writeFile(t, filepath.Join(folder, "own.log"), "hidden\n", 0)
	cmd := unprivileged(t, folder, "import", "--data", filepath.Join(folder, "data"), unreadable, logs)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != exitProblems {
		t.Errorf("ended with %v, want exit %d", err, exitProblems)
	}
	if !strings.Contains(out.String(), "imported 2 messages from 2 files") {
		t.Errorf("stdout: %s", out.String())
	}
	for _, want := range []string{"skipped " + unreadable + ": permission denied", filepath.Join(logs, "secret") + ": permission denied"} {
		if strings.Count(errs.String(), want) != 1 {
			t.Errorf("stderr lacks %q: %s", want, errs.String())
		}
	}
}

func TestImportNamedPipe(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	pipe := filepath.Join(logs, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(logs, "a.log"), "from the folder\n", 0o600)
	if out, errs, code := command(t, "import", "--data", dir, logs); code != exitDone || !strings.Contains(out, "imported 1 messages from 1 files") {
		t.Errorf("a pipe in a folder: exit %d: %s%s", code, out, errs)
	}
	for range 2 { // a pipe has no memory
		written := make(chan error, 1)
		go func() { written <- os.WriteFile(pipe, []byte("through the pipe\n"), 0) }()
		if out, errs, code := command(t, "import", "--data", dir, pipe); code != exitDone || !strings.Contains(out, "imported 1 messages") {
			t.Errorf("a pipe: exit %d: %s%s", code, out, errs)
		}
		if err := <-written; err != nil {
			t.Fatal(err)
		}
	}
	if n := len(search(t, dir, "through")); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	if _, errs, code := command(t, "import", "--data", dir, os.DevNull); code != exitProblems || !strings.Contains(errs, "device") {
		t.Errorf("a device: exit %d: %s", code, errs)
	}
}

// TestImportInterrupted ends imports that wait: for a writer to come, and for
// more from one. What was read is stored.
func TestImportInterrupted(t *testing.T) {
	for _, c := range []struct{ name, path string }{
		{"pipe without a writer", filepath.Join(t.TempDir(), "pipe")},
		{"stdin", "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.path != "-" {
				if err := syscall.Mkfifo(c.path, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			file := writeFile(t, filepath.Join(t.TempDir(), "a.log"), "from the file\n", 0o600)
			cmd := process(t, "import", "--data", dir, file, c.path)
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			want := 1
			if c.path == "-" {
				want = 2
				if _, err := io.WriteString(stdin, "from stdin\n"); err != nil {
					t.Fatal(err)
				}
			}
			eventually(t, "all stored", func() bool { return len(search(t, dir, "from")) == want })
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
				t.Errorf("ended with %v", err)
			}
			if got := errs.String(); got != "porchlight: interrupted; run the same import again to continue\n" {
				t.Errorf("stderr: %s", got)
			}
			status, _, _ := command(t, "status", "--data", dir, "--format", "json")
			var s statusJSON
			if err := json.Unmarshal([]byte(status), &s); err != nil {
				t.Fatal(err)
			}
			if s.Totals.Stored != uint64(want) || s.Totals.Dropped != 0 {
				t.Errorf("totals %+v", s.Totals)
			}
		})
	}
}

func TestImportFormatFlag(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(t.TempDir(), "a.jsonl"), `{"raw":"unwrapped words","id":1}`+"\nno object\n", 0o600)
	_, errs, code := command(t, "import", "--data", dir, "--format", "jsonl", file)
	if code != exitProblems || !strings.Contains(errs, "1 lines are not JSON objects") {
		t.Errorf("exit %d: %s", code, errs)
	}
	for query, want := range map[string]string{"unwrapped": "unwrapped words", "object": "no object"} {
		if hits := search(t, dir, query); len(hits) != 1 || hits[0]["event.original"] != want {
			t.Errorf("%s: %v", query, hits)
		}
	}
	help, _, _ := command(t, "import", "--help")
	if !strings.Contains(strings.Join(strings.Fields(help), " "), "a line that is not a JSON object is stored as is") {
		t.Errorf("help: %s", help)
	}
}

// TestKilledImportContinues: whatever the moment of the kill, the next import
// stores what is missing and nothing twice.
func TestKilledImportContinues(t *testing.T) {
	dir := t.TempDir()
	const lines = 60_000
	var text strings.Builder
	for i := range lines {
		fmt.Fprintf(&text, "Nov 22 10:00:00 nas-01 app[42]: line %d of the file\n", i)
		if i%1000 == 999 { // several lines, one message
			text.WriteString("{\n  \"n\": " + strconv.Itoa(i) + "\n}\n")
		}
	}
	const messages = lines + lines/1000
	log := writeFile(t, filepath.Join(dir, "big.log"), text.String(), 0o644)
	data := filepath.Join(dir, "data")
	counted := func() (out string) {
		out, errs, code := inProcess(t, "sql", "--data", data, "--format", "csv", `select count(*), count(distinct "event.original") from events`)
		if code != exitDone {
			t.Fatalf("exit %d: %s", code, errs)
		}
		return out
	}
	// The moment depends on the machine: later each time, until some kills came
	// in the middle.
	inTheMiddle := 0
	for after := 20 * time.Millisecond; inTheMiddle < 3; after += after / 2 {
		cmd := process(t, "import", "--data", data, log)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		_ = cmd.Process.Kill()
		if cmd.Wait() == nil {
			break // through
		}
		if _, err := os.Stat(data); err == nil && !strings.Contains(counted(), "\n0,0") {
			inTheMiddle++
		}
	}
	if inTheMiddle == 0 {
		t.Fatal("no import was killed in the middle")
	}
	// Under another name, too.
	renamed := filepath.Join(dir, "big.log.1")
	if err := os.Rename(log, renamed); err != nil {
		t.Fatal(err)
	}
	out, errs, code := inProcess(t, "import", "--data", data, renamed)
	if code != exitDone {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if out, want := counted(), fmt.Sprintf("%d,%d", messages, messages); !strings.Contains(out, want) {
		t.Errorf("after %d kills in the middle %s, want %s", inTheMiddle, out, want)
	}
	// And what is there is known.
	if out, _, _ := inProcess(t, "import", "--data", data, renamed); !strings.Contains(out, "imported 0 messages") {
		t.Errorf("once more: %s", out)
	}
}
