//go:build linux || freebsd

package notify

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gen2brain/beeep"
	"github.com/godbus/dbus/v5"

	"porchlight/detect/alert"
)

// need skips the test where a program is missing.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed: apt-get install dbus dunst xvfb", p)
		}
	}
}

// start runs a program until the test ends.
func start(t *testing.T, cmd *exec.Cmd) io.Reader {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // they clean up after themselves
		_ = cmd.Wait()
	})
	return out
}

// sessionBus starts a bus of the test's own and makes it the session's.
func sessionBus(t *testing.T) {
	t.Helper()
	need(t, "dbus-daemon")
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	// No service folders: nothing gets started that the test did not start.
	text := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=` + dir + `</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := start(t, exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address"))
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon says no address: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
}

// service is a notification service of the test's own.
type service struct {
	conn *dbus.Conn
	caps []string
	last uint32
	got  chan shownNote // capacity 10
}

// stuckService takes calls and never answers.
type stuckService struct{ release chan struct{} }

func (s stuckService) GetCapabilities() ([]string, *dbus.Error) {
	<-s.release
	return nil, nil
}

type shownNote struct {
	id, replaces  uint32
	app, icon     string
	summary, body string
	actions       []string
	hints         map[string]dbus.Variant
	expire        int32
}

func newService(t *testing.T, firstID uint32, caps ...string) *service {
	t.Helper()
	s := &service{caps: caps, last: firstID - 1, got: make(chan shownNote, 10)}
	s.conn = serve(t, s)
	return s
}

// serve makes v the notification service of the session.
func serve(t *testing.T, v any) *dbus.Conn {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.Export(v, notifyPath, notifyName); err != nil {
		t.Fatal(err)
	}
	if r, err := conn.RequestName(notifyName, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("own the service's name: %v, %v", r, err)
	}
	return conn
}

func (s *service) GetCapabilities() ([]string, *dbus.Error) { return s.caps, nil }

func (s *service) Notify(app string, replaces uint32, icon, summary, body string, actions []string, hints map[string]dbus.Variant, expire int32) (uint32, *dbus.Error) {
	id := replaces
	if id == 0 {
		s.last++
		id = s.last
	}
	s.got <- shownNote{id, replaces, app, icon, summary, body, actions, hints, expire}
	return id, nil
}

func (s *service) emit(t *testing.T, signal string, args ...any) {
	t.Helper()
	if err := s.conn.Emit(notifyPath, notifyName+"."+signal, args...); err != nil {
		t.Fatal(err)
	}
}

func show(t *testing.T, s Sink, n Note) {
	t.Helper()
	if err := s.Show(n); err != nil {
		t.Fatal(err)
	}
}

// quietLog fails the test if anything is logged.
func quietLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testWriter{t}, nil))
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Errorf("unexpected in the log: %s", p)
	return len(p), nil
}

func tinyPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDBusNote(t *testing.T) {
	sessionBus(t)
	service := newService(t, 7, "body", "body-markup", "actions")
	clicked := make(chan string, 10)
	sink := Desktop(Config{Log: quietLog(t), Icon: tinyPNG(t), OnOpen: func(id string) { clicked <- "open " + id },
		OnToken: func(token string) { clicked <- "token " + token }})
	defer sink.Close()

	show(t, sink, Note{AlertID: "A-1", Level: alert.High, Title: "High: <SSH> & more", Body: `user <b>root</b> & "friends"`})
	n := <-service.got
	if n.app != "Porchlight" || n.summary != "High: <SSH> & more" || n.body != `user &lt;b&gt;root&lt;/b&gt; &amp; "friends"` ||
		n.replaces != 0 || n.expire != -1 || strings.Join(n.actions, " ") != "default Open" {
		t.Errorf("shown: %+v", n)
	}
	if u := n.hints["urgency"].Value(); u != byte(1) {
		t.Errorf("urgency %v", u)
	}
	if e := n.hints["desktop-entry"].Value(); e != "app.porchlight.desktop" {
		t.Errorf("desktop-entry %v", e)
	}
	var img struct {
		Width, Height, Stride int32
		Alpha                 bool
		Bits, Channels        int32
		Pixels                []byte
	}
	if err := n.hints["image-data"].Store(&img); err != nil || img.Width != 3 || img.Height != 2 || img.Stride != 12 || len(img.Pixels) != 24 {
		t.Errorf("image-data: %+v, %v", img, err)
	}

	// The same alert, graver: replaces. Another one does not.
	show(t, sink, Note{AlertID: "A-1", Level: alert.Critical, Title: "Critical: worse"})
	if again := <-service.got; again.replaces != n.id || again.hints["urgency"].Value() != byte(2) {
		t.Errorf("escalated: %+v, want it to replace %d", again, n.id)
	}
	show(t, sink, Note{AlertID: "A-2", Level: alert.Low, Title: "Low: other", Body: "plain"})
	if other := <-service.got; other.replaces != 0 || other.id == n.id || other.hints["urgency"].Value() != byte(0) {
		t.Errorf("another alert: %+v", other)
	}
	show(t, sink, Note{Level: alert.High, Title: "7 more alerts"})
	digest := <-service.got

	// Clicks: ours open their alert, the token comes first; those of other
	// programs and other actions do nothing.
	service.emit(t, "ActionInvoked", uint32(999), "default")
	service.emit(t, "ActionInvoked", n.id, "mute")
	service.emit(t, "ActivationToken", n.id, "tok-1")
	service.emit(t, "ActionInvoked", n.id, "default")
	service.emit(t, "ActionInvoked", digest.id, "default")
	for _, want := range []string{"token tok-1", "open A-1", "open "} {
		if got := <-clicked; got != want {
			t.Errorf("clicked: %q, want %q", got, want)
		}
	}

	// Once closed it is not replaced, but a click in the history still opens.
	service.emit(t, "NotificationClosed", n.id, uint32(2))
	service.emit(t, "ActionInvoked", n.id, "default")
	if got := <-clicked; got != "open A-1" { // also shows that the closing was noticed
		t.Errorf("clicked in the history: %q", got)
	}
	show(t, sink, Note{AlertID: "A-1", Level: alert.Critical, Title: "again"})
	if again := <-service.got; again.replaces != 0 {
		t.Errorf("replaces %d, which is closed", again.replaces)
	}
}

func TestDBusPlainService(t *testing.T) {
	sessionBus(t)
	service := newService(t, 1, "body")
	sink := Desktop(Config{Log: quietLog(t), OnOpen: func(string) {}})
	defer sink.Close()
	show(t, sink, Note{AlertID: "A-1", Title: "t", Body: "a < b & c " + strings.Repeat("long ", 100)})
	n := <-service.got
	if len(n.actions) != 0 || !strings.HasPrefix(n.body, "a < b & c") || len(n.body) > desktopBody+3 {
		t.Errorf("shown without capabilities: %+v", n)
	}

}

// TestDBusNobodyListens has a sink whose clicks nobody wants: none are offered.
func TestDBusNobodyListens(t *testing.T) {
	sessionBus(t)
	service := newService(t, 1, "body", "actions")
	sink := Desktop(Config{Log: quietLog(t)})
	defer sink.Close()
	show(t, sink, Note{AlertID: "A-1", Title: "t"})
	if n := <-service.got; len(n.actions) != 0 {
		t.Errorf("actions %q lead nowhere", n.actions)
	}
}

// TestDBusRestart replaces the service, then lets the whole bus vanish.
func TestDBusRestart(t *testing.T) {
	sessionBus(t)
	first := newService(t, 5, "actions")
	clicked := make(chan string, 10)
	sink := newDBus(Config{OnOpen: func(id string) { clicked <- id }}.withDefaults())
	defer sink.Close()
	show(t, sink, Note{AlertID: "A-1", Title: "one"})
	old := <-first.got
	first.conn.Close()
	if err := sink.Show(Note{AlertID: "A-1", Title: "nobody"}); err == nil {
		t.Error("no service, but no error")
	}

	second := newService(t, 5, "actions", "body-markup")
	show(t, sink, Note{AlertID: "A-2", Title: "two", Body: "<"})
	if n := <-second.got; n.id != old.id || n.body != "&lt;" {
		t.Errorf("the new service shows %+v", n)
	}
	second.emit(t, "ActionInvoked", old.id, "default") // same number, different note
	if got := <-clicked; got != "A-2" {
		t.Errorf("clicked %q, want A-2", got)
	}
	show(t, sink, Note{AlertID: "A-1", Title: "three"})
	if n := <-second.got; n.replaces != 0 {
		t.Errorf("replaces %d of the service that is gone", n.replaces)
	}

	sessionBus(t) // another bus; the connection to the first is still open
	sink.conn.Close()
	third := newService(t, 1, "actions")
	show(t, sink, Note{AlertID: "A-3", Title: "four"})
	<-third.got
}

// TestDBusStuckService has a service that takes the call and never answers.
func TestDBusStuckService(t *testing.T) {
	sessionBus(t)
	stuck := stuckService{make(chan struct{})}
	serve(t, stuck)
	defer close(stuck.release)
	var log bytes.Buffer
	sink := Desktop(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	defer sink.Close()
	show(t, sink, Note{AlertID: "A-1", Level: alert.High, Title: "High: x"})
	if s := log.String(); !strings.Contains(s, "msg=alert") || !strings.Contains(s, "fall back to the log") {
		t.Errorf("the log says %s", s)
	}
}

func TestNoBus(t *testing.T) {
	need(t, "dbus-daemon")
	sessionBus(t)
	// An address without a bus: the user's real one must not be found.
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nothing"))
	var log bytes.Buffer
	sink := Desktop(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	defer sink.Close()
	for i := range 3 {
		show(t, sink, Note{AlertID: fmt.Sprint("A-", i), Level: alert.High, Title: "High: x"})
	}
	s := log.String()
	if strings.Count(s, "msg=alert") != 3 || strings.Count(s, "fall back to the log") != 1 {
		t.Errorf("the log says %s", s)
	}
}

func TestBadIcon(t *testing.T) {
	var log bytes.Buffer
	sink := Desktop(Config{Icon: []byte("no PNG"), Log: slog.New(slog.NewTextHandler(&log, nil))})
	defer sink.Close()
	if !strings.Contains(log.String(), "icon cannot be used") {
		t.Errorf("the log says %s", log.String())
	}
}

func TestImageSignature(t *testing.T) {
	v, err := imageData(tinyPNG(t))
	if err != nil || v.Signature().String() != "(iiibiiay)" {
		t.Errorf("image-data: %v, %v", v, err)
	}
}

func TestRememberedIsBounded(t *testing.T) {
	s := newDBus(Config{}.withDefaults())
	s.forget()
	for i := range uint32(3 * remembered) {
		s.remember(i+1, fmt.Sprint("A-", i))
		s.remember(i+1, fmt.Sprint("A-", i)) // replaced
	}
	if len(s.opens) != remembered || len(s.order) != remembered || len(s.visible) != remembered {
		t.Errorf("remembers %d, %d, %d", len(s.opens), len(s.order), len(s.visible))
	}
}

// TestDunst is the real thing: a notification daemon on an X display shows an
// alert, and the click on it comes back.
func TestDunst(t *testing.T) {
	need(t, "dbus-daemon", "dunst", "dunstctl", "Xvfb")
	sessionBus(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	xvfb := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp")
	xvfb.ExtraFiles = []*os.File{w}
	start(t, xvfb)
	w.Close()
	display, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb says no display: %v", err)
	}
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(display))
	// -print writes each notification to stdout as it arrives.
	printed := bufio.NewScanner(start(t, exec.Command("dunst", "-config", "/dev/null", "-print")))
	waitForName(t, notifyName)

	clicked := make(chan string, 1)
	cfg := Config{Log: quietLog(t), Icon: tinyPNG(t), OnOpen: func(id string) { clicked <- id }}
	notifier := New(cfg, Desktop(cfg))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- notifier.Run(ctx) }()
	notifier.Notify([]alert.Change{{Kind: alert.Opened, Alert: alert.Alert{ID: "A-3",
		Rule: alert.Rule{Title: "SSH login after brute force", Level: alert.Critical},
		Why:  "8 failed logins & 1 success from 203.0.113.66"}}})
	next := func() string {
		var b strings.Builder
		for printed.Scan() {
			b.WriteString(printed.Text() + "\n")
			if printed.Text() == "}" {
				break
			}
		}
		return b.String()
	}
	seen := next()
	for _, want := range []string{"Critical: SSH login after brute force", "8 failed logins &amp; 1 success from 203.0.113.66", "Porchlight", "urgency: CRITICAL"} {
		if !strings.Contains(seen, want) {
			t.Errorf("dunst does not show %q:\n%s", want, seen)
		}
	}
	if out, err := exec.Command("dunstctl", "count", "displayed").Output(); err != nil || strings.TrimSpace(string(out)) != "1" {
		t.Errorf("dunst displays %q, %v", out, err)
	}
	if out, err := exec.Command("dunstctl", "action").CombinedOutput(); err != nil {
		t.Fatalf("dunstctl action: %v %s", err, out)
	}
	select {
	case id := <-clicked:
		if id != "A-3" {
			t.Errorf("the click opens %q", id)
		}
	case <-time.After(2 * time.Minute):
		t.Error("the click does not come back")
	}

	// The general sink, through beeep, reaches the same daemon.
	show(t, newGeneral(cfg.withDefaults(), beeep.Notify), Note{Level: alert.High, Title: "High: port scan", Body: "a $(body)"})
	if s := next(); !strings.Contains(s, "High: port scan") || !strings.Contains(s, "a \uFF04(body)") || !strings.Contains(s, "Porchlight") {
		t.Errorf("dunst shows of beeep:\n%s", s)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// waitForName waits until somebody owns a name on the session bus.
func waitForName(t *testing.T, name string) {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	signals := make(chan *dbus.Signal, 10)
	conn.Signal(signals)
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name)); err != nil {
		t.Fatal(err)
	}
	var owned bool
	if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil {
		t.Fatal(err)
	}
	timeout := time.After(2 * time.Minute)
	for !owned {
		select {
		case s := <-signals:
			owned = s.Name == "org.freedesktop.DBus.NameOwnerChanged" && s.Body[2] != ""
		case <-timeout:
			t.Fatalf("nobody owns %s", name)
		}
	}
}
