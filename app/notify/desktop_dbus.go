//go:build linux || freebsd

package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gen2brain/beeep"
	"github.com/godbus/dbus/v5"

	"porchlight/detect/alert"
)

// Desktop returns the sink for this computer's desktop: its notification
// service on the D-Bus session bus, where notes can be clicked and replaced;
// else what beeep finds; else the log.
func Desktop(cfg Config) Sink {
	cfg = cfg.withDefaults()
	f := &fallback{log: cfg.Log, sinks: []named{{"the desktop's notification service", newDBus(cfg)}}}
	// beeep starts a session bus of its own where none is. On a computer
	// without a desktop that would leave a stray daemon behind.
	if os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" {
		if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
			f.sinks = append(f.sinks, named{"notify-send or kdialog", newGeneral(cfg, beeep.Notify)})
		}
	}
	f.sinks = append(f.sinks, named{"the log", Log(cfg.Log)})
	return f
}

// Desktop Notifications Specification 1.3,
// https://specifications.freedesktop.org/notification-spec/.
const (
	notifyName  = "org.freedesktop.Notifications"
	notifyPath  = dbus.ObjectPath("/org/freedesktop/Notifications")
	desktopFile = "app.porchlight.desktop" // the application id, name of the .desktop file

	callTimeout = 3 * time.Second // for each call; a healthy service answers in milliseconds
	remembered  = 256             // notes whose clicks still lead to an alert
)

// dbusSink talks to the notification service. It connects when first needed
// and again after the bus or the service went away.
type dbusSink struct {
	appName string
	image   *dbus.Variant // hint image-data; nil: none
	onOpen  func(string)
	onToken func(string)

	mu      sync.Mutex
	conn    *dbus.Conn
	owner   string            // unique bus name of the running service; all below belongs to it
	caps    map[string]bool   // what it can do
	visible map[string]uint32 // alert id -> the service's id, while it can be replaced
	opens   map[uint32]string // the service's id -> alert id
	order   []uint32          // keys of opens, oldest first

	listening sync.WaitGroup
}

func newDBus(cfg Config) *dbusSink {
	s := &dbusSink{appName: cfg.AppName, onOpen: cfg.OnOpen, onToken: cfg.OnToken}
	if v, err := imageData(cfg.Icon); err != nil {
		cfg.Log.Warn("the notification icon cannot be used", "err", err)
	} else {
		s.image = v
	}
	return s
}

func (s *dbusSink) Show(n Note) error {
	s.mu.Lock() // held during the call, too: a click must find the note's id
	defer s.mu.Unlock()
	err := s.show(n)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		err = s.show(n) // the service or the bus may just have restarted
	}
	return err
}

func (s *dbusSink) show(n Note) error {
	if err := s.connect(); err != nil {
		return err
	}
	if err := s.meet(); err != nil {
		return s.failed("find the notification service", err)
	}
	actions := []string{}
	if s.caps["actions"] && s.onOpen != nil { // else the click would lead nowhere
		actions = []string{"default", "Open"} // "default" is the click on the note itself
	}
	body := shorten(n.Body, desktopBody)
	if s.caps["body-markup"] {
		body = markup.Replace(body)
	}
	hints := map[string]dbus.Variant{
		"urgency":       dbus.MakeVariant(urgency(n.Level)),
		"desktop-entry": dbus.MakeVariant(desktopFile),
	}
	if s.image != nil {
		hints["image-data"] = *s.image
	}
	var replaces uint32
	if n.AlertID != "" {
		replaces = s.visible[n.AlertID]
	}
	var id uint32
	err := s.call(s.owner, notifyPath, notifyName+".Notify", s.appName, replaces, "", n.Title, body, actions, hints, int32(-1)).Store(&id)
	if err != nil {
		return s.failed("show the notification", err)
	}
	s.remember(id, n.AlertID)
	return nil
}

// meet finds the current notification service, starting it where the bus knows
// how. A different service than before has different ids and capabilities.
func (s *dbusSink) meet() error {
	const bus, busPath = "org.freedesktop.DBus", dbus.ObjectPath("/org/freedesktop/DBus")
	var owner string
	if s.call(bus, busPath, bus+".GetNameOwner", notifyName).Store(&owner) != nil {
		if err := s.call(bus, busPath, bus+".StartServiceByName", notifyName, uint32(0)).Err; err != nil {
			return err
		}
		if err := s.call(bus, busPath, bus+".GetNameOwner", notifyName).Store(&owner); err != nil {
			return err
		}
	}
	if owner == s.owner {
		return nil
	}
	s.forget()
	var list []string
	if err := s.call(owner, notifyPath, notifyName+".GetCapabilities").Store(&list); err != nil {
		return err
	}
	s.caps = make(map[string]bool)
	for _, c := range list {
		s.caps[c] = true
	}
	s.owner = owner
	return nil
}

func (s *dbusSink) call(dest string, path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(s.conn.Context(), callTimeout)
	defer cancel()
	return s.conn.Object(dest, path).CallWithContext(ctx, method, 0, args...)
}

// failed wraps a call's error and makes the next attempt look for the service again.
func (s *dbusSink) failed(what string, err error) error {
	s.forget()
	return fmt.Errorf("%s: %w", what, err)
}

// connect ensures a connection to the session bus. It never starts a
// bus: without one it fails at once.
func (s *dbusSink) connect() error {
	if s.conn != nil {
		if s.conn.Connected() {
			return nil
		}
		s.conn.Close()
		s.conn = nil
	}
	s.forget()
	conn, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return fmt.Errorf("connect to the session bus: %w", err)
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	hurry := time.AfterFunc(callTimeout, func() { conn.Close() }) // ends any read that hangs below
	if err = conn.Auth(nil); err == nil {
		if err = conn.Hello(); err == nil {
			err = conn.AddMatchSignalContext(conn.Context(),
				dbus.WithMatchInterface(notifyName), dbus.WithMatchObjectPath(notifyPath))
		}
	}
	if !hurry.Stop() {
		err = fmt.Errorf("no answer within %s: %w", callTimeout, context.DeadlineExceeded)
	}
	if err != nil {
		conn.Close()
		return fmt.Errorf("connect to the session bus: %w", err)
	}
	s.conn = conn
	s.listening.Go(func() { s.listen(signals) })
	return nil
}

// listen handles the service's signals until the connection closes their channel.
func (s *dbusSink) listen(signals <-chan *dbus.Signal) {
	for sig := range signals {
		var id uint32
		if len(sig.Body) != 2 || dbus.Store(sig.Body[:1], &id) != nil {
			continue
		}
		alertID, ours := s.find(sig.Sender, id)
		if !ours {
			continue
		}
		text, _ := sig.Body[1].(string)
		switch sig.Name {
		case notifyName + ".ActionInvoked":
			if text == "default" {
				s.onOpen(alertID)
			}
		case notifyName + ".ActivationToken":
			if s.onToken != nil {
				s.onToken(text)
			}
		case notifyName + ".NotificationClosed":
			s.closed(alertID, id)
		}
	}
}

func (s *dbusSink) find(sender string, id uint32) (alertID string, ours bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sender != s.owner {
		return "", false
	}
	alertID, ours = s.opens[id]
	return alertID, ours
}

// closed notes that a note cannot be replaced any more. It can still be
// clicked: services keep a history.
func (s *dbusSink) closed(alertID string, id uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.visible[alertID] == id {
		delete(s.visible, alertID)
	}
}

func (s *dbusSink) remember(id uint32, alertID string) {
	if _, again := s.opens[id]; !again {
		s.order = append(s.order, id)
	}
	s.opens[id] = alertID
	if alertID != "" {
		s.visible[alertID] = id
	}
	if len(s.order) > remembered {
		old := s.order[0]
		if a := s.opens[old]; s.visible[a] == old {
			delete(s.visible, a)
		}
		delete(s.opens, old)
		s.order = slices.Delete(s.order, 0, 1)
	}
}

func (s *dbusSink) forget() {
	s.owner, s.caps, s.order = "", nil, nil
	s.visible, s.opens = make(map[string]uint32), make(map[uint32]string)
}

func (s *dbusSink) Close() error {
	s.mu.Lock()
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
	s.mu.Unlock()
	s.listening.Wait()
	return nil
}

// markup escapes what body-markup would interpret. The specification's markup
// has only these three.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// urgency: 0 low, 1 normal, 2 critical, which stays until it is dismissed.
func urgency(l alert.Level) byte {
	switch l {
	case alert.Critical:
		return 2
	case alert.High, alert.Medium:
		return 1
	}
	return 0
}

// imageData turns a PNG into the hint of the specification: width, height,
// bytes a row, alpha, bits a sample, channels, pixels.
func imageData(icon []byte) (*dbus.Variant, error) {
	if len(icon) == 0 {
		return nil, nil
	}
	img, err := png.Decode(bytes.NewReader(icon))
	if err != nil {
		return nil, fmt.Errorf("read the icon as PNG: %w", err)
	}
	b := img.Bounds()
	px := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(px, px.Bounds(), img, b.Min, draw.Src)
	v := dbus.MakeVariant(struct {
		Width, Height, Stride int32
		Alpha                 bool
		Bits, Channels        int32
		Pixels                []byte
	}{int32(b.Dx()), int32(b.Dy()), int32(px.Stride), true, 8, 4, px.Pix})
	return &v, nil
}
