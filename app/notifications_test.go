package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"porchlight/app/notify"
	"porchlight/detect/alert"
)

// notifying runs an app over a new folder that notifies through its log.
func notifying(t *testing.T) (a *App, log *bytes.Buffer, stop func()) {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	log = &bytes.Buffer{}
	cfg := Config{Dir: t.TempDir(), Offline: true, Log: slog.New(slog.DiscardHandler),
		Notify: &notify.Config{Log: slog.New(slog.NewTextHandler(log, nil))}}
	a, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	return a, log, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// find makes the app record findings with its next tick, or at its end.
func find(a *App, findings ...alert.Finding) {
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	a.recorder.giveBack(findings)
}

// TestSubscribersHearTheLastAlerts: what is only recorded at the end still
// reaches everyone, including the notifier.
func TestSubscribersHearTheLastAlerts(t *testing.T) {
	a, log, stop := notifying(t)
	var first, second []string
	for _, heard := range []*[]string{&first, &second} {
		a.Subscribe(func(changes []alert.Change) {
			for _, c := range changes {
				*heard = append(*heard, c.Alert.Rule.ID)
			}
		})
	}
	find(a, sighting("a", 1), sighting("b", 2))
	stop()
	if want := []string{"a", "b"}; !slices.Equal(first, want) || !slices.Equal(second, want) {
		t.Errorf("heard %v and %v, want %v", first, second, want)
	}
	if n := strings.Count(log.String(), "msg=alert"); n == 0 {
		t.Errorf("not notified: %s", log)
	}
}

// TestSubscribersHearTheAdmin: what is done about an alert reaches everyone, and
// is no reason for a notification.
func TestSubscribersHearTheAdmin(t *testing.T) {
	a, log, stop := notifying(t)
	var heard []string
	a.Subscribe(func(changes []alert.Change) {
		for _, c := range changes {
			heard = append(heard, fmt.Sprint(c.Kind == alert.Handled, " ", c.Alert.Status))
		}
	})
	find(a, sighting("a", 1))
	if err := a.recordTick(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := a.Alerts(t.Context(), alert.Filter{})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	id := all[0].ID
	if _, err := a.AcknowledgeAlert(t.Context(), id, "anna"); err != nil {
		t.Error(err)
	}
	if _, err := a.AcknowledgeAlert(t.Context(), id, "anna"); err == nil {
		t.Error("acknowledged twice")
	}
	if _, err := a.CloseAlert(t.Context(), id, "anna", alert.Reasons[0], ""); err != nil {
		t.Error(err)
	}
	stop()
	if want := []string{"false open", "true acknowledged", "true closed"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	if n := strings.Count(log.String(), "msg=alert"); n != 1 {
		t.Errorf("%d notifications: %s", n, log)
	}
}

// TestSettingsReachTheNotifier: a level set while the app runs takes effect.
func TestSettingsReachTheNotifier(t *testing.T) {
	a, log, stop := notifying(t)
	s := a.Settings()
	s.NotifyLevel = alert.Critical
	if err := a.SetSettings(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := a.TestNotification(t.Context()); err != nil {
		t.Error(err)
	}
	a.PauseNotifications(true)
	grave := sighting("b", 2)
	grave.Rule.Level = alert.Critical
	find(a, sighting("a", 1), grave)
	stop()
	if text := log.String(); strings.Count(text, "msg=alert") != 2 || !strings.Contains(text, "Notifications work") || !strings.Contains(text, "1 critical") && !strings.Contains(text, "Critical: ") {
		t.Errorf("notified: %s", text)
	}
}

// TestNobodyIsNotified: an app without notifications says so.
func TestNobodyIsNotified(t *testing.T) {
	a, stop := running(t, t.TempDir())
	defer stop()
	a.PauseNotifications(true)
	if err := a.TestNotification(t.Context()); err == nil {
		t.Error("a notification was shown, nobody knows where")
	}
}
