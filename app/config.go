package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"porchlight/app/notify"
	"porchlight/app/store"
	"porchlight/detect/alert"
	"porchlight/ingest"
)

// Config is what an App needs from outside. Only Dir is required.
type Config struct {
	Dir      string // data folder, made if missing
	Settings Settings
	Offline  bool // open no listeners whatever the settings say (import)

	// AskFirst opens no listeners before the admin has switched them on:
	// before the stored settings say Configured.
	AskFirst bool

	// WarnOnly keeps the app running when a listener cannot be opened; it is
	// retried and its state shown. Without it New fails.
	WarnOnly bool

	// Notify has alerts shown on the desktop, or logged where there is none.
	// Level and cap are those of the settings; Now and Log default to the ones
	// below. Nil: alerts are shown to nobody.
	Notify *notify.Config

	Pipeline ingest.Config    // sizes; the listen addresses come from Settings
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default
}

// Settings is what an admin can change while the app runs. The zero value of
// a member means "not said": see Over and DefaultSettings.
type Settings struct {
	SyslogUDP       string      `json:"syslog_udp" yaml:"syslog_udp"` // listen address, Off for none
	SyslogTCP       string      `json:"syslog_tcp" yaml:"syslog_tcp"`
	RetentionDays   int         `json:"retention_days" yaml:"retention_days"`       // whole days of receipt
	RetentionGB     int         `json:"retention_gb" yaml:"retention_gb"`           // all database files together, 10^9 bytes
	NotifyLevel     alert.Level `json:"notify_level" yaml:"notify_level"`           // the least urgent level that notifies
	NotifyPerMinute int         `json:"notify_per_minute" yaml:"notify_per_minute"` // more are gathered into one digest
	Rules           []string    `json:"rules" yaml:"rules"`                         // folders and zip files with Sigma rules beside the built-in ones
	DisabledRules   []string    `json:"disabled_rules" yaml:"disabled_rules"`       // ids of rules that are off
	Theme           string      `json:"theme" yaml:"theme"`                         // "system", "dark", "light"
	Configured      bool        `json:"configured" yaml:"-"`                        // the first-start page is behind the admin
}

// Off as a listen address switches that listener off.
const Off = "off"

// DefaultSettings is what holds where nothing else is said: 5514 needs no
// privilege, unlike syslog's own 514.
func DefaultSettings() Settings {
	return Settings{
		SyslogUDP: ":5514", SyslogTCP: ":5514",
		RetentionDays: 365, RetentionGB: 20,
		NotifyLevel: alert.Medium, NotifyPerMinute: 4,
		Theme: "system",
	}
}

// Over returns s with what it does not say taken from below.
func (s Settings) Over(below Settings) Settings {
	pick(&s.SyslogUDP, below.SyslogUDP)
	pick(&s.SyslogTCP, below.SyslogTCP)
	pick(&s.RetentionDays, below.RetentionDays)
	pick(&s.RetentionGB, below.RetentionGB)
	pick(&s.NotifyLevel, below.NotifyLevel)
	pick(&s.NotifyPerMinute, below.NotifyPerMinute)
	pick(&s.Theme, below.Theme)
	if s.Rules == nil {
		s.Rules = below.Rules
	}
	if s.DisabledRules == nil {
		s.DisabledRules = below.DisabledRules
	}
	s.Configured = s.Configured || below.Configured
	return s
}

// changedFrom returns only what s says differently than holds.
func (s Settings) changedFrom(holds Settings) Settings {
	blank(&s.SyslogUDP, holds.SyslogUDP)
	blank(&s.SyslogTCP, holds.SyslogTCP)
	blank(&s.RetentionDays, holds.RetentionDays)
	blank(&s.RetentionGB, holds.RetentionGB)
	blank(&s.NotifyLevel, holds.NotifyLevel)
	blank(&s.NotifyPerMinute, holds.NotifyPerMinute)
	blank(&s.Theme, holds.Theme)
	if slices.Equal(s.Rules, holds.Rules) {
		s.Rules = nil
	}
	if slices.Equal(s.DisabledRules, holds.DisabledRules) {
		s.DisabledRules = nil
	}
	return s
}

// differsFrom names the first setting that is not as wanted; "" if all are.
func (s Settings) differsFrom(wanted Settings) string {
	d := wanted.changedFrom(s)
	switch {
	case d.SyslogUDP != "":
		return "syslog_udp"
	case d.SyslogTCP != "":
		return "syslog_tcp"
	case d.RetentionDays != 0:
		return "retention_days"
	case d.RetentionGB != 0:
		return "retention_gb"
	case d.NotifyLevel != "":
		return "notify_level"
	case d.NotifyPerMinute != 0:
		return "notify_per_minute"
	case d.Theme != "":
		return "theme"
	case d.Rules != nil:
		return "rules"
	case d.DisabledRules != nil:
		return "disabled_rules"
	}
	return ""
}

func blank[T comparable](v *T, holds T) {
	if *v == holds {
		var zero T
		*v = zero
	}
}

func pick[T comparable](v *T, below T) {
	var zero T
	if *v == zero {
		*v = below
	}
}

// What is more than anybody keeps, and far from where durations and sizes
// overflow.
const (
	maxDays = 36_500
	maxGB   = 1_000_000
)

// Validate reports the first setting that cannot work.
func (s Settings) Validate() error {
	switch {
	case s.RetentionDays < 1 || s.RetentionDays > maxDays:
		return fmt.Errorf("retention_days: %d, expected 1 to %d", s.RetentionDays, maxDays)
	case s.RetentionGB < 1 || s.RetentionGB > maxGB:
		return fmt.Errorf("retention_gb: %d, expected 1 to %d", s.RetentionGB, maxGB)
	case s.NotifyPerMinute < 1 || s.NotifyPerMinute > notify.MaxPerMinute:
		return fmt.Errorf("notify_per_minute: %d, expected 1 to %d", s.NotifyPerMinute, notify.MaxPerMinute)
	case s.NotifyLevel.Rank() == 0 && s.NotifyLevel != alert.Informational:
		return fmt.Errorf("notify_level: %q, expected one of %v", s.NotifyLevel, alert.Levels)
	case s.Theme != "system" && s.Theme != "dark" && s.Theme != "light":
		return fmt.Errorf("theme: %q, expected system, dark or light", s.Theme)
	}
	return nil
}

// listen turns a setting into the address the inputs understand.
func listen(setting string) string {
	if setting == Off {
		return ""
	}
	return setting
}

// ReadSettingsFile reads a YAML file with the settings' names. Unknown names
// are errors: a misspelt setting must not be ignored in silence.
func ReadSettingsFile(path string) (Settings, error) {
	var s Settings
	data, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("read configuration: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return s, fmt.Errorf("read configuration %s: %w", path, err)
	}
	return s, nil
}

const settingsKey = "settings"

// storedSettings reads what the admin has set in the app; the zero value if
// nothing.
func storedSettings(ctx context.Context, st *store.Store) (Settings, error) {
	var s Settings
	text, ok, err := st.Setting(ctx, settingsKey)
	if err != nil || !ok {
		return s, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return Settings{}, fmt.Errorf("read stored settings: %w", err)
	}
	if err := s.Over(DefaultSettings()).Validate(); err != nil {
		return Settings{}, fmt.Errorf("stored settings: %w", err)
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
