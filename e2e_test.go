package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var (
	buildOnce sync.Once
	buildDir  string
	buildErr  error
)

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir != "" {
		os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

// program returns the path of the headless program, built once for all tests,
// the way releases are.
func program(t testing.TB) string {
	t.Helper()
	buildOnce.Do(func() {
		if buildDir, buildErr = os.MkdirTemp("", "porchlight-e2e-"); buildErr != nil {
			return
		}
		cmd := exec.Command("go", "build", "-tags", "headless", "-ldflags", "-X main.version=1.2.3", "-o", filepath.Join(buildDir, "porchlight"), ".")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			buildErr = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if buildErr != nil {
		t.Fatal("build the program: ", buildErr)
	}
	return filepath.Join(buildDir, "porchlight")
}

// command runs a command to its end and returns stdout, stderr, exit code.
func command(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(program(t), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// eventually waits for a condition that another process makes true.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("did not happen: " + what)
}

func jsonLines[T any](t testing.TB, text string) []T {
	t.Helper()
	var out []T
	for line := range strings.Lines(text) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("not JSON: %q: %v", line, err)
		}
		out = append(out, v)
	}
	return out
}

func search(t testing.TB, dir, query string) []map[string]any {
	t.Helper()
	out, errs, code := command(t, "search", "--data", dir, "--format", "json", query)
	if code != 0 {
		t.Fatalf("search %q: exit %d: %s", query, code, errs)
	}
	return jsonLines[map[string]any](t, out)
}

// TestProgram checks what main adds to the command line (app/cli): the version
// a release is built with, exit codes, running without a window, signals.
func TestProgram(t *testing.T) {
	if out, _, code := command(t, "version"); code != 0 || !strings.HasPrefix(out, "porchlight 1.2.3 (headless, ") {
		t.Errorf("version: exit %d: %s", code, out)
	}
	if _, errs, code := command(t, "dance"); code != 2 || !strings.Contains(errs, "dance") {
		t.Errorf("wrong use: exit %d: %s", code, errs)
	}

	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(config, []byte("syslog_udp: \"off\"\nsyslog_tcp: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	cmd := exec.Command(program(t), "--data", data, "--config", config)
	address, errs := collect(t, cmd)
	sendLine(t, address, "<13>Nov 23 10:00:00 host app[1]: zebra\n")
	eventually(t, "the message is stored", func() bool { return len(search(t, data, "zebra")) == 1 })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.HasPrefix(errs.String(), "This build has no window: collecting without one.") {
		t.Errorf("ended with %v: %s", err, errs.String())
	}
}

// collect starts a collector that listens for syslog over TCP alone, and
// returns its address and what it writes to stderr until it has ended.
func collect(t testing.TB, cmd *exec.Cmd) (address string, errs *bytes.Buffer) {
	t.Helper()
	errs = new(bytes.Buffer)
	cmd.Stderr = errs
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	ready, err := bufio.NewReader(stdout).ReadString('\n')
	address, listens := strings.CutPrefix(strings.TrimSpace(ready), "ready syslog-tcp=")
	if err != nil || !listens {
		t.Fatalf("ready line %q: %v", ready, err)
	}
	return address, errs
}

func sendLine(t testing.TB, address, line string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, line); err != nil {
		t.Fatal(err)
	}
}

// TestClosedTerminal: what has been received is stored when the terminal of a
// collector is closed; under nohup it goes on.
func TestClosedTerminal(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // its terminals send what Go shows as SIGTERM
	}
	data := t.TempDir()
	cmd := exec.Command(program(t), "serve", "--data", data, "--syslog-tcp", "127.0.0.1:0")
	address, errs := collect(t, cmd)
	sendLine(t, address, "<13>Nov 23 10:00:00 host app[1]: zebra\n")
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || len(search(t, data, "zebra")) != 1 {
		t.Errorf("ended with %v, or a message is lost: %s", err, errs)
	}
	cmd = exec.Command("sh", "-c", `trap "" HUP; exec "$0" "$@"`, program(t), "serve", "--data", data, "--syslog-tcp", "127.0.0.1:0")
	address, errs = collect(t, cmd)
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	sendLine(t, address, "<13>Nov 23 10:00:00 host app[1]: gnu\n")
	eventually(t, "a message is stored under nohup", func() bool { return len(search(t, data, "gnu")) == 1 })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v: %s", err, errs)
	}
}
