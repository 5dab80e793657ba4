// Package notify tells the admin about alerts: one native notification per
// alert, few of them, and never a flood.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"porchlight/app/settings"
	"porchlight/detect/alert"
)

// Config configures a Notifier and the desktop sink. The zero value is
// usable: every field has a default.
type Config struct {
	// MinLevel is the lowest level that notifies; "" means medium. Alerts below
	// it appear only on the Alerts page and are not counted in digests.
	MinLevel alert.Level

	// PerMinute is how many notifications are shown in any 60 seconds, the
	// digest included; 0 means 4. Critical alerts may exceed it, by at most
	// three in the same 60 seconds.
	PerMinute int

	AppName string // shown by the desktop; "" means Porchlight
	Icon    []byte // PNG, shown beside the text; nil means none

	// OnOpen is called when the admin clicks a notification, with the alert's
	// id or, for a digest, "": open the Alerts page. It is called from a
	// goroutine of the desktop sink and must return soon. Desktops that report
	// no clicks (Windows, macOS) never call it. May be nil.
	OnOpen func(alertID string)

	// OnToken is called just before OnOpen where the desktop hands out an
	// activation token, which lets a Wayland window come to the front.
	OnToken func(token string)

	Now func() time.Time // nil means time.Now
	Log *slog.Logger     // nil means slog.Default()
}

// Defaults of Config.
const (
	DefaultMinLevel  = alert.Medium
	DefaultPerMinute = 4
	DefaultAppName   = "Porchlight"
)

// Validate reports what is wrong with the configuration.
func (c Config) Validate() error { return validate(c.MinLevel, c.PerMinute) }

func validate(level alert.Level, perMinute int) error {
	if level != "" && !slices.Contains(alert.Levels, level) {
		return fmt.Errorf("notifications: unknown level %q, use one of %v", level, alert.Levels)
	}
	if perMinute < 0 || perMinute > settings.MaxNotifyPerMinute {
		return fmt.Errorf("notifications: %d per minute is out of range, use 1 to %d", perMinute, settings.MaxNotifyPerMinute)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.MinLevel == "" {
		c.MinLevel = DefaultMinLevel
	}
	if c.PerMinute == 0 {
		c.PerMinute = DefaultPerMinute
	}
	if c.AppName == "" {
		c.AppName = DefaultAppName
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Note is one notification. Its texts are plain: valid UTF-8 on one line,
// without markup; sinks escape and shorten them as their medium needs.
type Note struct {
	AlertID string      // the alert to open; "" for a digest: open the Alerts page
	Level   alert.Level // of the alert, or the most severe in a digest
	Title   string      // "Critical: SSH login after brute force", "7 more alerts: 2 critical, 5 high"
	Body    string      // why the alert fired; what a digest consists of

	opened bool // the alert opened since it was last shown; otherwise it was only raised
}

// Sink shows notifications. A note with the AlertID of an earlier one
// replaces that one where the medium can. Calls come one at a time.
type Sink interface {
	Show(n Note) error
	Close() error
}

// Notifier decides which alerts are shown, and hands them to its sinks from
// its own goroutine.
type Notifier struct {
	cfg   Config
	sinks []Sink
	wake  chan struct{} // capacity 1: something changed
	tries chan chan error

	mu     sync.Mutex
	policy policy
}

// New creates a notifier that shows every note on every sink; without sinks it
// writes to the log. Call Validate first: values out of range are reset to the
// defaults.
func New(cfg Config, sinks ...Sink) *Notifier {
	if cfg.Validate() != nil {
		cfg.MinLevel, cfg.PerMinute = "", 0
	}
	cfg = cfg.withDefaults()
	if len(sinks) == 0 {
		sinks = []Sink{Log(cfg.Log)}
	}
	n := &Notifier{cfg: cfg, sinks: sinks, wake: make(chan struct{}, 1), tries: make(chan chan error)}
	n.policy.level, n.policy.perMinute = cfg.MinLevel, cfg.PerMinute
	return n
}

// Notify takes what happened to alerts. It never waits: what the sinks cannot
// show in time is merged, per alert and then into the digest's counts.
func (n *Notifier) Notify(changes []alert.Change) {
	if len(changes) == 0 {
		return
	}
	n.mu.Lock()
	for i := range changes {
		n.policy.add(&changes[i])
	}
	n.mu.Unlock()
	n.poke()
}

// Pause holds all notifications back until a time, or with the zero time
// until Resume. Afterwards one digest says what happened meanwhile.
func (n *Notifier) Pause(until time.Time) {
	n.mu.Lock()
	n.policy.pause(until)
	n.mu.Unlock()
	n.poke()
}

// Resume ends a pause.
func (n *Notifier) Resume() {
	n.mu.Lock()
	n.policy.resume()
	n.mu.Unlock()
	n.poke()
}

// Paused reports whether notifications are held back, and until when; the zero
// time means until Resume.
func (n *Notifier) Paused() (until time.Time, paused bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := &n.policy
	return p.until, p.paused && (p.until.IsZero() || n.cfg.Now().Before(p.until))
}

// SetConfig changes the lowest level and the cap while running; "" and 0 mean
// the defaults.
func (n *Notifier) SetConfig(level alert.Level, perMinute int) error {
	if err := validate(level, perMinute); err != nil {
		return err
	}
	c := Config{MinLevel: level, PerMinute: perMinute}.withDefaults()
	n.mu.Lock()
	n.policy.level, n.policy.perMinute = c.MinLevel, c.PerMinute
	n.mu.Unlock()
	n.poke()
	return nil
}

func (n *Notifier) poke() {
	select {
	case n.wake <- struct{}{}:
	default: // a wake-up is already pending
	}
}

// Run shows notifications until ctx is done, then closes the sinks. What has
// not been shown by then goes to the log as one last digest: a desktop
// notification whose application is gone would lead nowhere. Call it once.
func (n *Notifier) Run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	failing := make([]bool, len(n.sinks))
	for ctx.Err() == nil {
		now := n.cfg.Now()
		n.mu.Lock()
		notes, next := n.policy.next(now)
		n.mu.Unlock()
		for _, note := range notes {
			n.show(note, failing)
		}
		var due <-chan time.Time
		if !next.IsZero() {
			// At most a minute: setting the clock back must not make the digest
			// wait for hours.
			timer.Reset(min(max(next.Sub(n.cfg.Now()), time.Millisecond), time.Minute))
			due = timer.C
		}
		select {
		case <-ctx.Done():
		case <-n.wake:
		case reply := <-n.tries:
			reply <- n.try()
		case <-due:
		}
	}

	n.mu.Lock()
	last, some := n.policy.flush()
	n.mu.Unlock()
	if some {
		logSink{n.cfg.Log}.write(last)
	}
	for _, s := range n.sinks {
		if err := s.Close(); err != nil {
			n.cfg.Log.Warn("close a notification sink", "err", err)
		}
	}
	return nil
}

// Try shows a note saying that notifications work, bypassing all limits. Run
// must be running.
func (n *Notifier) Try(ctx context.Context) error {
	reply := make(chan error, 1)
	select {
	case n.tries <- reply:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (n *Notifier) try() error {
	note := Note{Level: alert.Medium, Title: "Notifications work", Body: "An alert will look like this. Click to open the Alerts page."}
	var errs []error
	for _, s := range n.sinks {
		errs = append(errs, s.Show(note))
	}
	return errors.Join(errs...)
}

// show hands a note to all sinks. A failing sink is reported once, until it
// works again.
func (n *Notifier) show(note Note, failing []bool) {
	for i, s := range n.sinks {
		err := s.Show(note)
		if err != nil && !failing[i] {
			n.cfg.Log.Warn("a notification could not be shown", "title", note.Title, "id", note.AlertID, "err", err)
		}
		failing[i] = err != nil
	}
}
