package app

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"porchlight/app/instance"
)

// TestImportLater: imports of other processes are done one after the other;
// those that come too late are refused, and those not begun are logged.
func TestImportLater(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	var log bytes.Buffer
	a, err := New(t.Context(), Config{Dir: dir, Offline: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, filepath.Join(logs, "auth.log"), authLog(0, 10))
	for range 2 { // the second finds all of it known
		if err := a.ImportLater(instance.Request{Import: []string{path}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.ImportLater(instance.Request{Import: []string{filepath.Join(logs, "gone.log")}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	for len(a.importQueue) > 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"msg=imported messages=10 files=1 known_lines=0", "msg=imported messages=0 files=1 known_lines=10", `msg="import ended early"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, &log)
		}
	}
	if err := a.ImportLater(instance.Request{Import: []string{path}}); err == nil {
		t.Error("an app that has ended takes an import")
	}
	if n := len(stored(t, dir)); n != 10 {
		t.Errorf("%d events, want 10", n)
	}
}

// TestImportsNotBegun: an import that nobody comes to is not lost in silence.
func TestImportsNotBegun(t *testing.T) {
	var log bytes.Buffer
	a := &App{log: slog.New(slog.NewTextHandler(&log, nil)), importQueue: make(chan instance.Request, 1)}
	if err := a.ImportLater(instance.Request{Import: []string{"a.log"}}); err != nil {
		t.Fatal(err)
	}
	if err := a.ImportLater(instance.Request{Import: []string{"b.log"}}); err == nil {
		t.Error("a full queue takes an import")
	}
	a.endImports()
	if want := `msg="import not begun" paths=[a.log]`; !strings.Contains(log.String(), want) {
		t.Errorf("the log lacks %q: %s", want, &log)
	}
}
