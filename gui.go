//go:build !headless

package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/user"
	"runtime"

	fyneapp "fyne.io/fyne/v2/app"

	"porchlight/app"
	"porchlight/app/cli"
	"porchlight/app/instance"
	"porchlight/app/notify"
	"porchlight/app/replay"
	"porchlight/assets"
	"porchlight/ui"
)

// appID is the application id for the desktop environment.
const appID = "app.porchlight.desktop"

// edition is what this build adds to the command line: the window.
func edition() cli.Desktop {
	return cli.Desktop{Edition: "desktop", Icon: assets.AppIcon, Unavailable: noDesktop, Run: runDesktop}
}

// noDesktop returns why no window can open; "" when one can.
func noDesktop() string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return ""
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return "There is no display"
	}
	if os.Geteuid() == 0 {
		return "No window opens as root (start Porchlight as your own user to get one)"
	}
	return ""
}

// runDesktop opens the window over a running app. A second start hands its
// request to the first and exits.
func runDesktop(ctx context.Context, cfg app.Config, opening cli.Opening) error {
	// The first start answers later ones as soon as its window is made.
	var a *app.App
	var window *ui.Window
	made := make(chan struct{})
	answering, giveUp := context.WithCancel(ctx)
	defer giveUp()
	first, err := instance.Acquire(cfg.Dir, func(r instance.Request) error {
		select {
		case <-made:
		case <-answering.Done():
			return answering.Err()
		}
		switch {
		case len(r.Import) > 0:
			return a.ImportLater(r)
		case r.Alert != "":
			window.ShowAlert(r.Alert)
		case r.Show:
			window.Raise()
		}
		return nil
	})
	switch {
	case errors.Is(err, instance.ErrRunning):
		return instance.Send(cfg.Dir, instance.Request{Show: !opening.Minimized, Alert: opening.Alert})
	case err != nil:
		// Only a second start is affected.
		slog.Warn("a second start will not find this one", "error", err)
	default:
		defer func() {
			giveUp()
			first.Close()
		}()
	}

	fyneApp := fyneapp.NewWithID(appID)
	cfg.WarnOnly, cfg.AskFirst = true, true
	cfg.Notify = &notify.Config{Icon: assets.AppIcon, OnOpen: func(id string) { window.ShowAlert(id) }}
	if a, err = app.New(ctx, cfg); err != nil {
		// When started from an icon, nobody reads stderr.
		ui.ShowFailure(fyneApp, err)
		return err
	}
	window = ui.New(ctx, fyneApp, &desktopBackend{a}, ui.Options{Version: opening.Version, User: userName(), DataDir: cfg.Dir, Minimized: opening.Minimized})
	close(made)
	if opening.Alert != "" {
		window.ShowAlert(opening.Alert)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- a.Run(running)
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

// desktopBackend adapts *app.App to what the window needs.
type desktopBackend struct{ *app.App }

var _ ui.Backend = (*desktopBackend)(nil)

// LocalAddresses implements ui.Locator.
func (b *desktopBackend) LocalAddresses() []string { return app.LocalAddresses() }

// Demo plays the demo into the running app.
func (b *desktopBackend) Demo(ctx context.Context) error {
	return b.App.Demo(ctx, replay.PlayOptions{})
}
