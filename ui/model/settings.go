package model

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"porchlight/app/settings"
	"porchlight/detect/alert"
	"porchlight/ingest/input"
)

// SettingsStore reads and applies settings.
type SettingsStore interface {
	// Settings returns what holds now.
	Settings() settings.Settings

	// SetSettings stores the settings and applies them at once; what is unset
	// stays as it is. An input that cannot open is not an error here: its state
	// is in the status.
	SetSettings(ctx context.Context, s settings.Settings) error

	// InputKinds returns every kind of input that there is.
	InputKinds() input.Kinds
}

// The fields of the settings form, beside those of inputs (InputField).
const (
	FieldRetentionDays   = "retention-days"
	FieldRetentionGB     = "retention-gb"
	FieldNotifyLevel     = "notify-level"
	FieldNotifyPerMinute = "notify-per-minute"
)

// Form is the settings as they are typed.
type Form struct {
	Inputs                     []InputForm
	RetentionDays, RetentionGB string
	NotifyLevel                alert.Level
	NotifyPerMinute            string
	Theme                      string
}

// NewForm shows settings as they are typed.
func NewForm(s settings.Settings, kinds input.Kinds) Form {
	return Form{Inputs: inputForms(s, kinds), RetentionDays: strconv.Itoa(s.RetentionDays), RetentionGB: strconv.Itoa(s.RetentionGB),
		NotifyLevel: s.NotifyLevel, NotifyPerMinute: strconv.Itoa(s.NotifyPerMinute), Theme: s.Theme}
}

// Equal reports whether two forms say the same.
func (f Form) Equal(o Form) bool {
	if !slices.EqualFunc(f.Inputs, o.Inputs, InputForm.Equal) {
		return false
	}
	f.Inputs, o.Inputs = nil, nil
	return reflect.DeepEqual(f, o)
}

// Parse returns the settings of the form, or for each field that cannot be
// used a sentence that says what to type instead. Whoever saves settings is
// done with the first start.
func (f Form) Parse(kinds input.Kinds) (settings.Settings, map[string]string) {
	wrong := map[string]string{}
	s := settings.Settings{NotifyLevel: f.NotifyLevel, Theme: f.Theme, Configured: true}
	number := func(field, text string, most int) int {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > most {
			wrong[field] = fmt.Sprintf("Type a whole number from 1 to %s.", Count(most))
		}
		return n
	}
	s.Inputs = parseInputs(f.Inputs, kinds, wrong)
	s.RetentionDays = number(FieldRetentionDays, f.RetentionDays, settings.MaxRetentionDays)
	s.RetentionGB = number(FieldRetentionGB, f.RetentionGB, settings.MaxRetentionGB)
	s.NotifyPerMinute = number(FieldNotifyPerMinute, f.NotifyPerMinute, settings.MaxNotifyPerMinute)
	return s, wrong
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
