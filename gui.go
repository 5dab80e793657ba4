//go:build !headless

package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/user"
	"runtime"
	"time"

	fyneapp "fyne.io/fyne/v2/app"

	"porchlight/app"
	"porchlight/app/instance"
	"porchlight/app/notify"
	"porchlight/app/replay"
	"porchlight/app/settings"
	"porchlight/assets"
	"porchlight/detect/alert"
	"porchlight/ui"
)

// edition names this build in version.
const edition = "desktop"

// appID is the application id for the desktop environment.
const appID = "app.porchlight.desktop"

func appIcon() []byte { return assets.AppIcon }

// noDesktop tells why no window can open; "" when one can.
func noDesktop() string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return ""
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return "There is no display"
	}
	if os.Geteuid() == 0 {
		return "A window is not opened as root (start Porchlight as your own user to get one)"
	}
	return ""
}

// runDesktop opens the window over a running app. A second start hands its
// wish to the first and ends.
func (g *globals) runDesktop(ctx context.Context, c *desktopCmd) error {
	// The first start answers later ones as soon as its window is made.
	var window *ui.Window
	var imports *importer
	made := make(chan struct{})
	opening, giveUp := context.WithCancel(ctx)
	defer giveUp()
	first, err := instance.Acquire(g.dir, func(r instance.Request) error {
		select {
		case <-made:
		case <-opening.Done():
			return opening.Err()
		}
		switch {
		case len(r.Import) > 0:
			imports.start(r)
		case r.Alert != "":
			window.ShowAlert(r.Alert)
		case r.Show:
			window.Raise()
		}
		return nil
	})
	switch {
	case errors.Is(err, instance.ErrRunning):
		return instance.Send(g.dir, instance.Request{Show: !c.Minimized, Alert: c.Alert})
	case err != nil:
		// Only a second start is poorer for it.
		slog.Warn("a second start will not find this one", "error", err)
	default:
		defer func() {
			giveUp()
			first.Close()
			if imports != nil {
				imports.wg.Wait()
			}
		}()
	}

	fyneApp := fyneapp.NewWithID(appID)
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	cfg.WarnOnly, cfg.AskFirst = true, true
	var notifier *notify.Notifier
	cfg.Notify = func(changes []alert.Change) { notifier.Notify(changes) }
	a, err := app.New(ctx, cfg)
	if err != nil {
		// Started from an icon, nobody reads stderr.
		ui.ShowFailure(fyneApp, err)
		return err
	}
	backend := &desktopBackend{App: a}
	window = ui.New(ctx, fyneApp, backend, ui.Options{Version: versionText(), User: userName(), DataDir: g.dir, Minimized: c.Minimized})
	imports = &importer{app: a, ctx: opening, log: cfg.Log}
	close(made)
	notifier = newNotifier(a, cfg.Log, window.ShowAlert)
	backend.notifier = notifier
	if c.Alert != "" {
		window.ShowAlert(c.Alert)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- runBoth(running, a, notifier)
		window.Quit()
	}()
	window.Run()
	stop()
	return <-ended
}

// userName is who acknowledges and closes alerts.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// desktopBackend fits *app.App to what the window asks for.
type desktopBackend struct {
	*app.App
	notifier *notify.Notifier
}

var _ ui.Backend = (*desktopBackend)(nil)

// SetSettings implements model.SettingsStore.
func (b *desktopBackend) SetSettings(ctx context.Context, s settings.Settings) error {
	if err := b.App.SetSettings(ctx, s); err != nil {
		return err
	}
	s = b.Settings()
	return b.notifier.SetConfig(s.NotifyLevel, s.NotifyPerMinute)
}

// LocalAddresses implements ui.Locator.
func (b *desktopBackend) LocalAddresses() []string { return app.LocalAddresses() }

// Demo plays the demo into the running app.
func (b *desktopBackend) Demo(ctx context.Context) error {
	return b.App.Demo(ctx, replay.PlayOptions{})
}

// PauseNotifications implements ui.Notifier.
func (b *desktopBackend) PauseNotifications(on bool) {
	if on {
		b.notifier.Pause(time.Time{})
	} else {
		b.notifier.Resume()
	}
}

// TestNotification implements ui.Notifier.
func (b *desktopBackend) TestNotification(ctx context.Context) error { return b.notifier.Try(ctx) }
