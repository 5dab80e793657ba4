package settings

import (
	"fmt"
	"slices"

	"porchlight/detect/alert"
	"porchlight/ingest/input"
)

// fields is the table of all settings but Configured, which only ever becomes
// true, and the short names of inputs.
var fields = []field{
	{
		name:  "inputs",
		isSet: func(s *Settings) bool { return s.Inputs != nil },
		equal: func(a, b *Settings) bool { return slices.EqualFunc(a.Inputs, b.Inputs, sameInput) },
		copy:  func(to, from *Settings) { to.Inputs = from.Inputs },
		check: func(*Settings) error { return nil }, // an input that cannot open says so in its state
	},
	value("retention_days", func(s *Settings) *int { return &s.RetentionDays }, upTo(MaxRetentionDays)),
	value("retention_gb", func(s *Settings) *int { return &s.RetentionGB }, upTo(MaxRetentionGB)),
	value("notify_level", func(s *Settings) *alert.Level { return &s.NotifyLevel }, knownLevel),
	value("notify_per_minute", func(s *Settings) *int { return &s.NotifyPerMinute }, upTo(MaxNotifyPerMinute)),
	value("theme", func(s *Settings) *string { return &s.Theme }, knownTheme),
	list("rules", func(s *Settings) *[]string { return &s.Rules }),
	list("disabled_rules", func(s *Settings) *[]string { return &s.DisabledRules }),
}

// field is one setting, for what is done with each of them.
type field struct {
	name  string // in files
	isSet func(s *Settings) bool
	equal func(a, b *Settings) bool
	copy  func(to, from *Settings)
	check func(s *Settings) error // says what is expected instead
}

// value is a setting that is unset by its zero value.
func value[T comparable](name string, of func(*Settings) *T, check func(T) error) field {
	var unset T
	return field{
		name:  name,
		isSet: func(s *Settings) bool { return *of(s) != unset },
		equal: func(a, b *Settings) bool { return *of(a) == *of(b) },
		copy:  func(to, from *Settings) { *of(to) = *of(from) },
		check: func(s *Settings) error { return check(*of(s)) },
	}
}

// list is a setting that is unset by nil; an empty list is set.
func list(name string, of func(*Settings) *[]string) field {
	return field{
		name:  name,
		isSet: func(s *Settings) bool { return *of(s) != nil },
		equal: func(a, b *Settings) bool { return slices.Equal(*of(a), *of(b)) },
		copy:  func(to, from *Settings) { *of(to) = *of(from) },
		check: func(*Settings) error { return nil },
	}
}

// Validate reports the first setting that cannot work. All must be set.
func (s Settings) Validate() error {
	for _, f := range fields {
		if err := f.check(&s); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func sameInput(a, b input.Setting) bool { return a.Equal(b) && a.Name == b.Name }

func upTo(most int) func(int) error {
	return func(n int) error {
		if n < 1 || n > most {
			return fmt.Errorf("%d, expected 1 to %d", n, most)
		}
		return nil
	}
}

func knownLevel(l alert.Level) error {
	if !slices.Contains(alert.Levels, l) {
		return fmt.Errorf("%q, expected one of %v", l, alert.Levels)
	}
	return nil
}

func knownTheme(theme string) error {
	if !slices.Contains(Themes, theme) {
		return fmt.Errorf("%q, expected system, dark or light", theme)
	}
	return nil
}
