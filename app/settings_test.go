package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"testing"

	"porchlight/app/settings"
	"porchlight/detect/alert"
	"porchlight/ingest/input"
)

func TestSettingsLayers(t *testing.T) {
	dir := t.TempDir()
	open := func(file settings.Settings) *App {
		t.Helper()
		a, err := New(t.Context(), Config{Dir: dir, Offline: true, Settings: file, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open(settings.Settings{RetentionDays: 30, Rules: []string{"/nonexistent/rules"}})
	s := a.Settings()
	s.NotifyLevel, s.Configured = alert.High, true
	if err := a.SetSettings(t.Context(), s); err != nil {
		t.Error(err)
	}
	s.RetentionDays = 5
	if err := a.SetSettings(t.Context(), s); err == nil || a.Settings().RetentionDays != 30 {
		t.Errorf("a setting of the file: %v, holds %d", err, a.Settings().RetentionDays)
	}
	s.RetentionDays = 30
	s.NotifyLevel = "shouting"
	if err := a.SetSettings(t.Context(), s); err == nil {
		t.Error("a wrong setting was taken")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	// Without the file its settings are gone, and what was set in the app stays.
	a = open(settings.Settings{})
	got := a.Settings()
	if got.NotifyLevel != alert.High || !got.Configured || len(got.Rules) != 0 {
		t.Errorf("without the file: %+v", got)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// A listener that the configuration file names needs no first start.
func TestNamedListenerIsConfigured(t *testing.T) {
	for _, c := range []struct {
		file settings.Settings
		want bool
	}{
		{settings.Settings{}, false},
		{settings.Settings{RetentionDays: 30}, false},
		{settings.Settings{SyslogTCP: "127.0.0.1:0"}, true},
	} {
		a, err := New(t.Context(), Config{Dir: t.TempDir(), Offline: true, Settings: c.file, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Settings().Configured; got != c.want {
			t.Errorf("%+v: configured is %v, want %v", c.file, got, c.want)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestInputsOfANewerVersion: after a step back to an older Porchlight an input
// whose kind is unknown stays as it is, and the other settings can be changed.
func TestInputsOfANewerVersion(t *testing.T) {
	dir := t.TempDir()
	open := func() *App {
		t.Helper()
		a, err := New(t.Context(), Config{Dir: dir, Offline: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	newer := input.Setting{ID: "pigeons", Kind: "carrier-pigeon", On: true, Options: input.Values{"loft": "3"}}
	text := `{"inputs":[{"id":"pigeons","kind":"carrier-pigeon","on":true,"options":{"loft":"3"}}],"configured":true}`
	if err := errors.Join(a.store.SetSetting(t.Context(), settingsKey, text), a.Close()); err != nil {
		t.Fatal(err)
	}
	a = open()
	defer a.Close()
	s := a.Settings()
	s.Theme = "dark"
	if err := a.SetSettings(t.Context(), s); err != nil {
		t.Error(err)
	}
	newer.On = false
	s.Inputs = []input.Setting{newer}
	if err := a.SetSettings(t.Context(), s); err != nil || len(a.Settings().Inputs) != 1 || a.Settings().Inputs[0].On {
		t.Errorf("switched off: %v, %+v", err, a.Settings().Inputs)
	}
	s.Inputs = append(s.Inputs, input.Setting{Kind: "semaphore", On: true})
	if err := a.SetSettings(t.Context(), s); err == nil {
		t.Error("a new input of an unknown kind is taken")
	}
}

// Rules are switched off and on while the app runs, and that is remembered.
func TestSwitchRules(t *testing.T) {
	dir := t.TempDir()
	open := func() *App {
		t.Helper()
		a, err := New(t.Context(), Config{Dir: dir, Offline: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	off := func() (ids []string) {
		for _, r := range a.Rules() {
			if r.Disabled {
				ids = append(ids, r.ID)
			}
		}
		return ids
	}
	id := a.Rules()[0].ID
	s := a.Settings()
	s.DisabledRules = []string{id}
	if err := a.SetSettings(t.Context(), s); err != nil || !slices.Equal(off(), []string{id}) {
		t.Errorf("%v, off are %v, want %s", err, off(), id)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open()
	if !slices.Equal(off(), []string{id}) {
		t.Errorf("after a restart off are %v", off())
	}
	s = a.Settings()
	s.DisabledRules = []string{} // nil would mean: not said
	if err := a.SetSettings(t.Context(), s); err != nil || off() != nil {
		t.Errorf("%v, off are %v, want none", err, off())
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestSettingsAtOnce: of settings made at the same time the last ones hold, run
// and are stored alike.
func TestSettingsAtOnce(t *testing.T) {
	dir := t.TempDir()
	none := settings.Settings{Inputs: []input.Setting{}}
	a, err := New(t.Context(), Config{Dir: dir, Settings: none, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	a.cfg.Settings = settings.Settings{} // what is set in the app counts from now on
	for round := range 10 {
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				id := fmt.Sprintf("%d-%d", round, n)
				s := settings.Settings{RetentionDays: 1 + n, Inputs: []input.Setting{{ID: id, Kind: "json-tcp", On: true, Options: input.Values{"address": "127.0.0.1:0"}}}}
				if err := a.SetSettings(t.Context(), s); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		holds := a.Settings()
		if in := a.Inputs(); len(in) != 1 || in[0].ID != holds.Inputs[0].ID {
			t.Fatalf("there runs %+v, the settings say %+v", in, holds.Inputs)
		}
		stored, err := storedSettings(t.Context(), a.store)
		if err != nil || !reflect.DeepEqual(stored.Inputs, holds.Inputs) || stored.RetentionDays != holds.RetentionDays {
			t.Fatalf("stored %+v, the settings say %+v; %v", stored, holds, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// TestRetentionInterruptedByTheEnd: that Porchlight ends is no error.
func TestRetentionInterruptedByTheEnd(t *testing.T) {
	var log bytes.Buffer
	a, err := New(t.Context(), Config{Dir: t.TempDir(), Offline: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ending, cancel := context.WithCancel(t.Context())
	cancel()
	a.retain(ending)
	if err := a.Close(); err != nil || log.Len() > 0 {
		t.Errorf("logged %q; %v", &log, err)
	}
}

// TestAddressOfTheFileIsNotStored: a change of one input in the app does not
// make what the configuration file says of another its own.
func TestAddressOfTheFileIsNotStored(t *testing.T) {
	dir := t.TempDir()
	open := func(file settings.Settings) *App {
		t.Helper()
		a, err := New(t.Context(), Config{Dir: dir, Offline: true, Settings: file, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open(settings.Settings{SyslogUDP: "127.0.0.1:601", SyslogTCP: settings.Off})
	s := a.Settings()
	s.Inputs = append(slices.Clone(s.Inputs), input.Setting{ID: "json-tcp", Kind: "json-tcp", On: true})
	if err := a.SetSettings(t.Context(), s); err != nil {
		t.Error(err)
	}
	if got := a.Settings().Inputs; !reflect.DeepEqual(got, s.Inputs) {
		t.Errorf("with the file: %+v", got)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open(settings.Settings{})
	want := append(settings.Defaults().Inputs, input.Setting{ID: "json-tcp", Kind: "json-tcp", On: true})
	if got := a.Settings().Inputs; !reflect.DeepEqual(got, want) {
		t.Errorf("without the file: %+v, want %+v", got, want)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
