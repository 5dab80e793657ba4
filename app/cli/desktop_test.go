package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"porchlight/app"
)

// TestDesktopCommand: without a command, the window supplied by main opens over
// the data folder; what goes wrong in it is the command's error.
func TestDesktopCommand(t *testing.T) {
	dir := t.TempDir()
	var got Opening
	p := headless
	p.Desktop.Unavailable = func() string { return "" }
	p.Desktop.Run = func(_ context.Context, cfg app.Config, o Opening) error {
		got = o
		if cfg.Dir != dir {
			t.Errorf("opened over %s, want %s", cfg.Dir, dir)
		}
		return errors.New("the screen is gone")
	}
	var out, errs bytes.Buffer
	code := p.Run(t.Context(), []string{"--data", dir, "--minimized", "--alert", "A7"}, strings.NewReader(""), &out, &errs)
	if want := (Opening{Version: "1.2.3", Minimized: true, Alert: "A7"}); got != want {
		t.Errorf("opened with %+v, want %+v", got, want)
	}
	if code != exitFailed || errs.String() != "porchlight: the screen is gone\n" {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
