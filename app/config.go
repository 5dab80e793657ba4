package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"porchlight/app/notify"
	"porchlight/app/settings"
	"porchlight/app/store"
	"porchlight/ingest"
)

// Config is what an App needs from outside. Only Dir is required.
type Config struct {
	Dir      string // data folder, made if missing
	Settings settings.Settings
	Offline  bool // open no inputs whatever the settings say (import)

	// AskFirst opens no inputs before the admin has switched them on:
	// before the stored settings say Configured.
	AskFirst bool

	// WarnOnly keeps the app running when an input cannot be opened; it is
	// retried and its state shown. Without it New fails.
	WarnOnly bool

	// Notify has alerts shown on the desktop, or logged where there is none.
	// Level and cap are those of the settings; Now and Log default to the ones
	// below. Nil: alerts are shown to nobody.
	Notify *notify.Config

	Pipeline ingest.Config    // sizes
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default
}

const settingsKey = "settings"

// storedSettings reads what the admin has set in the app; the zero value if
// nothing.
func storedSettings(ctx context.Context, st *store.Store) (settings.Settings, error) {
	var s settings.Settings
	text, ok, err := st.Setting(ctx, settingsKey)
	if err != nil || !ok {
		return s, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return settings.Settings{}, fmt.Errorf("read stored settings: %w", err)
	}
	if err := s.Over(settings.Defaults()).Validate(); err != nil {
		return settings.Settings{}, fmt.Errorf("stored settings: %w", err)
	}
	return s, nil
}

// DefaultDir returns the data folder of this user on this system.
func DefaultDir() (string, error) {
	dir, err := userDataDir()
	if err != nil {
		return "", fmt.Errorf("find the user's data folder: %w; name one with --data", err)
	}
	return filepath.Join(dir, dirName), nil
}
