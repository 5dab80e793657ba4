// Package settings holds what an admin can set while Porchlight runs: its
// names, defaults and limits, and which layer wins.
package settings

import (
	"cmp"
	"maps"
	"slices"

	"porchlight/detect/alert"
	"porchlight/ingest/input"
)

// Settings is one layer of settings: what a configuration file says, what was
// changed in the app, or all that holds. The zero value of a member is unset:
// the layer below decides.
type Settings struct {
	// Inputs are the ways in; nil is unset, an empty list means none.
	Inputs []input.Setting `json:"inputs" yaml:"inputs"`

	// SyslogUDP and SyslogTCP are short for the address of the input of that
	// kind, Off for none, and leave the others as they are. Files and what was
	// stored before there were other inputs say them; Over turns them into
	// Inputs.
	SyslogUDP string `json:"syslog_udp,omitempty" yaml:"syslog_udp"`
	SyslogTCP string `json:"syslog_tcp,omitempty" yaml:"syslog_tcp"`

	RetentionDays   int         `json:"retention_days" yaml:"retention_days"`       // whole days of receipt
	RetentionGB     int         `json:"retention_gb" yaml:"retention_gb"`           // all database files together, 10^9 bytes
	NotifyLevel     alert.Level `json:"notify_level" yaml:"notify_level"`           // the least urgent level that notifies
	NotifyPerMinute int         `json:"notify_per_minute" yaml:"notify_per_minute"` // more are gathered into one digest
	Rules           []string    `json:"rules" yaml:"rules"`                         // folders and zip files with Sigma rules beside the built-in ones
	DisabledRules   []string    `json:"disabled_rules" yaml:"disabled_rules"`       // ids of rules that are off
	Theme           string      `json:"theme" yaml:"theme"`                         // one of Themes

	// Configured: the admin has decided what to listen on, at the first start
	// or in a configuration file. Once true in a layer it holds.
	Configured bool `json:"configured" yaml:"-"`
}

// Off as a listen address switches that input off.
const Off = "off"

// The kinds that settings have short names for, which are the ids of their
// inputs, too.
const (
	syslogUDP = "syslog-udp"
	syslogTCP = "syslog-tcp"
)

// DefaultPort is where syslog is received by default. It needs no privilege,
// unlike syslog's own 514.
const DefaultPort = 5514

// Limits: more than anybody keeps, and far from where durations and sizes
// overflow. More notifications than MaxNotifyPerMinute are a flood.
const (
	MaxRetentionDays   = 36_500
	MaxRetentionGB     = 1_000_000
	MaxNotifyPerMinute = 60
)

// Themes are the values of Settings.Theme in the order they are offered.
var Themes = []string{"system", "dark", "light"}

// Defaults returns the lowest layer, in which everything but the rules is set.
func Defaults() Settings {
	return Settings{
		Inputs:        []input.Setting{{ID: syslogUDP, Kind: syslogUDP, On: true}, {ID: syslogTCP, Kind: syslogTCP, On: true}},
		RetentionDays: 365, RetentionGB: 20,
		NotifyLevel: alert.Medium, NotifyPerMinute: 4,
		Theme: "system",
	}
}

// Over returns s with what is unset taken from below.
func (s Settings) Over(below Settings) Settings {
	s = s.resolve()
	if s.Inputs != nil {
		below.SyslogUDP, below.SyslogTCP = "", ""
	} else {
		s.SyslogUDP = cmp.Or(s.SyslogUDP, below.SyslogUDP)
		s.SyslogTCP = cmp.Or(s.SyslogTCP, below.SyslogTCP)
		s.Inputs = slices.Clone(below.Inputs)
		s = s.resolve()
	}
	for _, f := range fields {
		if !f.isSet(&s) {
			f.copy(&s, &below)
		}
	}
	s.Configured = s.Configured || below.Configured
	return s
}

// resolve turns the short names into inputs, if there is a list to put them into.
func (s Settings) resolve() Settings {
	if s.Inputs == nil {
		return s
	}
	s.Inputs = input.Named(s.Inputs)
	s.Inputs = setAddress(s.Inputs, syslogUDP, s.SyslogUDP)
	s.Inputs = setAddress(s.Inputs, syslogTCP, s.SyslogTCP)
	s.SyslogUDP, s.SyslogTCP = "", ""
	return s
}

// setAddress changes where the input of a kind listens, adding it if need be.
func setAddress(inputs []input.Setting, kind, address string) []input.Setting {
	if address == "" {
		return inputs
	}
	i := slices.IndexFunc(inputs, func(in input.Setting) bool { return in.ID == kind })
	if i < 0 {
		i = len(inputs)
		inputs = append(inputs, input.Setting{ID: kind, Kind: kind})
	}
	in := &inputs[i]
	if in.On = address != Off; in.On {
		in.Options = maps.Clone(in.Options)
		if in.Options == nil {
			in.Options = input.Values{}
		}
		in.Options["address"] = address
	}
	return inputs
}

// NamesInputs reports whether a layer says anything about inputs.
func (s Settings) NamesInputs() bool {
	return s.Inputs != nil || s.SyslogUDP != "" || s.SyslogTCP != ""
}

// ChangedFrom returns only what s sets differently from what holds. Of inputs,
// the whole list is a setting: those that have not changed are as in below, so
// that what another layer says of them does not become part of this one.
func (s Settings) ChangedFrom(holds, below Settings) Settings {
	for _, f := range fields {
		if f.equal(&s, &holds) {
			f.copy(&s, &Settings{})
		}
	}
	s.Inputs = slices.Clone(s.Inputs)
	for i, in := range s.Inputs {
		same := func(other input.Setting) bool { return other.ID == in.ID }
		was, under := slices.IndexFunc(holds.Inputs, same), slices.IndexFunc(below.Inputs, same)
		if was >= 0 && under >= 0 && sameInput(in, holds.Inputs[was]) {
			s.Inputs[i] = below.Inputs[under]
		}
	}
	return s
}

// FirstNot returns the name of the first setting that is not as wanted, "" if
// all are.
func (s Settings) FirstNot(wanted Settings) string {
	for _, f := range fields {
		if f.isSet(&wanted) && !f.equal(&s, &wanted) {
			return f.name
		}
	}
	return ""
}
