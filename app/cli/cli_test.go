package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// headless is the program under test.
var headless = Program{
	Name:    "porchlight",
	Version: "1.2.3",
	Desktop: Desktop{Edition: "test", Unavailable: func() string { return "There is no display" }},
}

// asProgram in the environment makes the test binary the program.
const asProgram = "PORCHLIGHT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := headless.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// inProcess runs a command in this process.
func inProcess(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = headless.Run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return out.String(), errs.String(), code
}

// process prepares a command as a process of its own, on a computer without a
// desktop.
func process(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "DBUS_SESSION_BUS_ADDRESS=disabled:", "DISPLAY=", "WAYLAND_DISPLAY=")
	return cmd
}

// command runs a process to its end.
func command(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := process(t, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// server is a running `porchlight serve`.
type server struct {
	cmd      *exec.Cmd
	ready    string // its line on stdout
	udp, tcp string
	stderr   bytes.Buffer
}

// startServe starts the collector on free ports over the data folder dir.
func startServe(t testing.TB, dir string) *server {
	t.Helper()
	s := startProcess(t, "serve", "--data", dir, "--syslog-udp", "127.0.0.1:0", "--syslog-tcp", "127.0.0.1:0")
	if s.udp == "" || s.tcp == "" {
		t.Fatalf("ready line %q", s.ready)
	}
	return s
}

// startProcess starts a command that collects, and waits until it is ready.
func startProcess(t testing.TB, args ...string) *server {
	t.Helper()
	s := &server{cmd: process(t, args...)}
	s.cmd.Stderr = &s.stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.kill() })
	if s.ready, err = bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(s.ready, "ready ") {
		t.Fatalf("ready line %q: %v\n%s", s.ready, err, s.stderr.String())
	}
	for _, word := range strings.Fields(s.ready) {
		if v, ok := strings.CutPrefix(word, "syslog-udp="); ok {
			s.udp = v
		}
		if v, ok := strings.CutPrefix(word, "syslog-tcp="); ok {
			s.tcp = v
		}
	}
	return s
}

// stop ends the server as an admin would and fails if it does not end well.
func (s *server) stop(t testing.TB) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("serve ended with %v\n%s", err, s.stderr.String())
	}
}

func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// send writes messages to the server: datagrams, or a newline-framed stream.
func (s *server) send(t testing.TB, network string, messages ...string) {
	t.Helper()
	address, end := s.udp, ""
	if network == "tcp" {
		address, end = s.tcp, "\n"
	}
	conn, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, m := range messages {
		if _, err := conn.Write([]byte(m + end)); err != nil {
			t.Fatal(err)
		}
	}
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
	out, errs, code := inProcess(t, "search", "--data", dir, "--format", "json", query)
	if code != 0 {
		t.Fatalf("search %q: exit %d: %s", query, code, errs)
	}
	return jsonLines[map[string]any](t, out)
}

// sshLine is one line of sshd as rsyslog forwards it.
func sshLine(text string) string {
	return fmt.Sprintf("<86>%s nas-01 sshd[4211]: %s", time.Now().Format(time.Stamp), text)
}
