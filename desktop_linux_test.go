//go:build !headless

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"porchlight/detect/alert"
)

// nobody is the user the window runs as when the tests run as root: the app
// opens none for root.
const nobody = 65534

// desktop is a virtual screen with a window manager, a session bus and a
// notification daemon, and the real app on it.
type desktop struct {
	t       *testing.T
	env     []string
	home    string
	data    string
	log     *lockedBuffer // what the app says
	app     *exec.Cmd
	appDone chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	for _, tool := range []string{"Xvfb", "openbox", "dbus-daemon", "dunst", "dunstctl", "xdotool", "import", "logger"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; packaging/setup.sh test installs it", tool)
		}
	}
	d := &desktop{t: t, home: t.TempDir(), log: &lockedBuffer{}}
	d.data = filepath.Join(d.home, "data")
	run := filepath.Join(d.home, "run")
	for _, dir := range []string{d.data, run} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		for _, dir := range []string{d.home, d.data, run} {
			if err := os.Chown(dir, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		for dir := d.home; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.env = append(os.Environ(), "HOME="+d.home, "XDG_RUNTIME_DIR="+run, "XDG_DATA_HOME=", "XDG_CONFIG_HOME=",
		"LANG=en_US.UTF-8", "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1")

	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := d.command("Xvfb", "-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	d.background(x)
	w.Close()
	display, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal("Xvfb did not start: ", err)
	}
	d.env = append(d.env, "DISPLAY=:"+strings.TrimSpace(display))

	bus := d.command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.background(bus)
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("dbus-daemon did not start: ", err)
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+strings.TrimSpace(address))
	d.background(d.command("openbox"))
	d.background(d.command("dunst", "-conf", "/dev/null"))
	eventually(t, "the notification daemon answers", func() bool { _, err := d.try("dunstctl", "count", "history"); return err == nil })
	return d
}

// command prepares a program on this desktop, as an ordinary user.
func (d *desktop) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Dir = d.env, d.home
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return cmd
}

func (d *desktop) background(cmd *exec.Cmd) {
	d.t.Helper()
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

func (d *desktop) try(name string, args ...string) (string, error) {
	out, err := d.command(name, args...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (d *desktop) do(name string, args ...string) string {
	d.t.Helper()
	out, err := d.try(name, args...)
	if err != nil {
		d.t.Fatalf("%s %v: %v: %s", name, args, err, out)
	}
	return out
}

// start runs the app and waits for its window.
func (d *desktop) start(path string, args ...string) {
	d.t.Helper()
	d.app = d.command(path, append([]string{"--data", d.data}, args...)...)
	d.app.Stdout, d.app.Stderr = d.log, d.log
	if err := d.app.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.appDone = make(chan error, 1)
	go func() { d.appDone <- d.app.Wait() }()
	d.t.Cleanup(func() { d.app.Process.Kill() })
	eventually(d.t, "the window opens", func() bool { return d.title() != "" })
}

// title is that of the app's window, "" while there is none.
func (d *desktop) title() string {
	id, err := d.try("xdotool", "search", "--onlyvisible", "--name", "Porchlight")
	if err != nil || id == "" {
		return ""
	}
	name, err := d.try("xdotool", "getwindowname", strings.Fields(id)[0])
	if err != nil {
		return ""
	}
	return name
}

// expect waits for the page whose name begins the window's title.
func (d *desktop) expect(page string) {
	d.t.Helper()
	eventually(d.t, "the window shows "+page, func() bool { return strings.HasPrefix(d.title(), page) })
}

// window is the id of the app's window.
func (d *desktop) window() string {
	d.t.Helper()
	return strings.Fields(d.do("xdotool", "search", "--onlyvisible", "--name", "Porchlight"))[0]
}

// click presses the mouse at a point of the window's content.
func (d *desktop) click(x, y int) {
	d.t.Helper()
	d.do("xdotool", "mousemove", "--window", d.window(), fmt.Sprint(x), fmt.Sprint(y), "click", "1")
}

func (d *desktop) key(keys ...string) {
	d.t.Helper()
	d.do("xdotool", append([]string{"key", "--delay", "40"}, keys...)...)
}

// shoot takes a picture of the app's window, or of the whole screen, if
// PORCHLIGHT_SCREENSHOTS says where to keep it. Nothing signals that a page has
// drawn what it loaded: hence the wait, which no check depends on.
func (d *desktop) shoot(name, window string) {
	d.t.Helper()
	dir := os.Getenv("PORCHLIGHT_SCREENSHOTS")
	if dir == "" {
		return
	}
	time.Sleep(1500 * time.Millisecond)
	path := filepath.Join(d.home, name+".png")
	d.do("import", "-window", window, path)
	data, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), data, 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// freePort returns a port that nothing listens on, for UDP and TCP.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// TestDesktop walks through the real app on a real screen: logs from the real
// logger, the notification on a real daemon, a click on it, every page, and
// the keyboard.
func TestDesktop(t *testing.T) {
	d := newDesktop(t)
	bin := filepath.Join(d.home, "porchlight")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the desktop app: %v\n%s", err, out)
	}
	d.start(bin)
	d.expect("Welcome")
	d.shoot("welcome", d.window())

	// Nothing listens until the admin says so. The free port is typed, for
	// another Porchlight may run on this computer.
	port := freePort(t)
	d.click(540, 282)
	d.key("ctrl+a")
	d.do("xdotool", "type", port)
	if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
		c.Close()
		t.Error("the app listens before it was told to")
	}
	d.click(650, 282) // Start listening
	eventually(t, "the app listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			c.Close()
		}
		return err == nil
	})

	log := func(tag, text string) {
		d.do("logger", "-n", "127.0.0.1", "-P", port, "-d", "--rfc3164", "-p", "auth.info", "-t", tag, text)
	}
	log("systemd[1]", "Started cron.service - Regular background program processing daemon.")
	eventually(t, "the message is stored", func() bool { return len(search(t, d.data, "cron.service")) == 1 })
	d.shoot("received", d.window())

	for i := range 6 {
		log("sshd[4211]", fmt.Sprintf("Failed password for invalid user admin from 203.0.113.7 port %d ssh2", 50000+i))
	}
	log("sshd[4211]", "Accepted password for anna from 203.0.113.7 port 50007 ssh2")
	eventually(t, "a notification arrives", func() bool { n, _ := d.try("dunstctl", "count", "displayed"); return n != "0" && n != "" })
	if n := d.do("dunstctl", "count", "displayed"); n != "1" {
		t.Errorf("%s notifications are on the screen, want one", n)
	}
	d.shoot("notification", "root")
	d.do("dunstctl", "action", "0")
	d.expect("Alerts")
	d.do("dunstctl", "close-all")
	d.shoot("alert", d.window())

	d.key("a")
	eventually(t, "the alert is acknowledged", func() bool {
		out, _, _ := command(t, "alerts", "--data", d.data, "--format", "json")
		alerts := jsonLines[alert.Alert](t, out)
		return len(alerts) == 1 && alerts[0].Status == alert.Acknowledged
	})
	// Something to look at.
	if _, stderr, code := command(t, "demo", "--to", "udp://127.0.0.1:"+port, "--speed", "8"); code != 0 {
		t.Errorf("demo: exit %d: %s", code, stderr)
	}
	eventually(t, "the demo's alerts", func() bool {
		out, _, _ := command(t, "alerts", "--data", d.data, "--format", "json")
		return len(jsonLines[alert.Alert](t, out)) >= 5
	})
	d.do("dunstctl", "close-all")
	for i, page := range []string{"Overview", "Events", "Alerts", "Sources", "Settings"} {
		d.key(fmt.Sprintf("ctrl+%d", i+1))
		d.expect(page)
		d.shoot(strings.ToLower(page), d.window())
	}
	d.key("alt+Left")
	d.expect("Sources")

	// A second start raises the first and ends.
	if out, err := d.try(bin, "--data", d.data); err != nil {
		t.Errorf("second start: %v: %s", err, out)
	}
	if err := d.app.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.appDone:
		if err != nil {
			t.Errorf("the app ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the app does not end on SIGTERM")
	}
	for line := range strings.Lines(d.log.String()) {
		if strings.Contains(line, "Error in Fyne call thread") || strings.Contains(line, "panic") || strings.Contains(line, "level=ERROR") {
			t.Error("the app said: ", line)
		}
	}
	if t.Failed() {
		t.Log(d.log.String())
	}
}
