package app

import (
	"cmp"
	"context"
	"errors"
	"time"

	"porchlight/app/notify"
	"porchlight/detect/alert"
)

// Subscribe calls fn with all changes to alerts from now on, those that findings
// make and those of the admin, one call at a time and in order. fn must not
// modify the changes. The next batch of events waits for fn, so it must return
// soon and not call the App: put longer work into a queue of your own.
func (a *App) Subscribe(fn func([]alert.Change)) {
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	a.subscribers = append(a.subscribers, fn)
}

// tell passes changes on to all who want to know. The caller holds recordMu.
func (a *App) tell(changes []alert.Change) {
	for _, fn := range a.subscribers {
		fn(changes)
	}
	a.changed()
}

// newNotifier returns what shows alerts on the desktop, or in the log where
// there is no desktop.
func (a *App) newNotifier(cfg notify.Config) *notify.Notifier {
	cfg.MinLevel, cfg.PerMinute = a.settings.NotifyLevel, a.settings.NotifyPerMinute
	cfg.Log = cmp.Or(cfg.Log, a.log)
	if cfg.Now == nil {
		cfg.Now = a.now
	}
	return notify.New(cfg, notify.Desktop(cfg))
}

// PauseNotifications holds notifications back, or resumes them with a digest of
// what happened meanwhile.
func (a *App) PauseNotifications(on bool) {
	switch {
	case a.notifier == nil:
	case on:
		a.notifier.Pause(time.Time{})
	default:
		a.notifier.Resume()
	}
}

// TestNotification shows a notification saying that notifications work.
// Run must be running.
func (a *App) TestNotification(ctx context.Context) error {
	if a.notifier == nil {
		return errors.New("this Porchlight does not show notifications")
	}
	return a.notifier.Try(ctx)
}
