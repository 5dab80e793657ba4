// Package settings holds what an admin can set while Porchlight runs: its
// names, defaults and limits, and which layer wins.
package settings

import (
	"strconv"

	"porchlight/detect/alert"
)

// Settings is one layer of settings: what a configuration file says, what was
// changed in the app, or all that holds. The zero value of a member is unset:
// the layer below decides.
type Settings struct {
	SyslogUDP       string      `json:"syslog_udp" yaml:"syslog_udp"`               // listen address, Off for none
	SyslogTCP       string      `json:"syslog_tcp" yaml:"syslog_tcp"`               // listen address, Off for none
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

// Off as a listen address switches that listener off.
const Off = "off"

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
	anywhere := ":" + strconv.Itoa(DefaultPort)
	return Settings{
		SyslogUDP: anywhere, SyslogTCP: anywhere,
		RetentionDays: 365, RetentionGB: 20,
		NotifyLevel: alert.Medium, NotifyPerMinute: 4,
		Theme: "system",
	}
}

// Over returns s with what is unset taken from below.
func (s Settings) Over(below Settings) Settings {
	for _, f := range fields {
		if !f.isSet(&s) {
			f.copy(&s, &below)
		}
	}
	s.Configured = s.Configured || below.Configured
	return s
}

// ChangedFrom returns only what s sets differently from what holds.
func (s Settings) ChangedFrom(holds Settings) Settings {
	for _, f := range fields {
		if f.equal(&s, &holds) {
			f.copy(&s, &Settings{})
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
