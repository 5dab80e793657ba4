package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"testing"

	"porchlight/app/settings"
	"porchlight/ingest/input"
)

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

// TestSettingsBesideAnInputOfANewerVersion: what this version does not know is
// no reason to refuse other settings.
func TestSettingsBesideAnInputOfANewerVersion(t *testing.T) {
	a, stop := running(t, t.TempDir())
	defer stop()
	later := []input.Setting{{ID: "tomorrow", Kind: "tomorrow", On: true}}
	a.mu.Lock()
	a.stored.Inputs = later
	a.settings = a.effective()
	a.mu.Unlock()
	s := a.Settings()
	s.Theme = "dark"
	if err := a.SetSettings(t.Context(), s); err != nil {
		t.Error(err)
	}
	s.Inputs = append(later, input.Setting{ID: "more", Kind: "tomorrow"})
	if err := a.SetSettings(t.Context(), s); err == nil {
		t.Error("an input of an unknown kind was taken")
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
