package model

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"porchlight/app/settings"
	"porchlight/detect/alert"
)

// SettingsStore reads and applies settings.
type SettingsStore interface {
	// Settings returns what holds now.
	Settings() settings.Settings

	// SetSettings stores the settings and applies them at once; what is unset
	// stays as it is. A listener that cannot start is not an error here: its
	// state is in the status.
	SetSettings(ctx context.Context, s settings.Settings) error
}

// The inputs of the settings form.
const (
	FieldUDP             = "udp"
	FieldTCP             = "tcp"
	FieldRetentionDays   = "retention-days"
	FieldRetentionGB     = "retention-gb"
	FieldNotifyLevel     = "notify-level"
	FieldNotifyPerMinute = "notify-per-minute"
)

// Form is the settings as they are typed.
type Form struct {
	UDPOn, TCPOn               bool
	UDP, TCP                   string
	RetentionDays, RetentionGB string
	NotifyLevel                alert.Level
	NotifyPerMinute            string
	Theme                      string
}

// NewForm shows settings as they are typed. Before the first start is done
// nothing listens, whatever the addresses.
func NewForm(s settings.Settings) Form {
	f := Form{RetentionDays: strconv.Itoa(s.RetentionDays), RetentionGB: strconv.Itoa(s.RetentionGB),
		NotifyLevel: s.NotifyLevel, NotifyPerMinute: strconv.Itoa(s.NotifyPerMinute), Theme: s.Theme}
	address := func(setting, usual string) (on bool, text string) {
		if setting == settings.Off {
			return false, usual
		}
		return s.Configured, setting
	}
	usual := settings.Defaults()
	f.UDPOn, f.UDP = address(s.SyslogUDP, usual.SyslogUDP)
	f.TCPOn, f.TCP = address(s.SyslogTCP, usual.SyslogTCP)
	return f
}

// Parse returns the settings of the form, or for each input that cannot be
// used a sentence that says what to type instead. Whoever saves settings is
// done with the first start.
func (f Form) Parse() (settings.Settings, map[string]string) {
	wrong := map[string]string{}
	s := settings.Settings{NotifyLevel: f.NotifyLevel, Theme: f.Theme, Configured: true}
	address := func(field, text string, on bool) string {
		if !on {
			return settings.Off
		}
		a, err := ParseListen(text)
		if err != nil {
			wrong[field] = sentence(err)
		}
		return a
	}
	number := func(field, text string, most int) int {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > most {
			wrong[field] = fmt.Sprintf("Type a whole number from 1 to %s.", Count(most))
		}
		return n
	}
	s.SyslogUDP = address(FieldUDP, f.UDP, f.UDPOn)
	s.SyslogTCP = address(FieldTCP, f.TCP, f.TCPOn)
	s.RetentionDays = number(FieldRetentionDays, f.RetentionDays, settings.MaxRetentionDays)
	s.RetentionGB = number(FieldRetentionGB, f.RetentionGB, settings.MaxRetentionGB)
	s.NotifyPerMinute = number(FieldNotifyPerMinute, f.NotifyPerMinute, settings.MaxNotifyPerMinute)
	return s, wrong
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// ParseListen reads a listen address as people type it: "5514", ":5514",
// "192.168.1.10:5514", "[::1]:5514". The result has the form of the last
// three.
func ParseListen(text string) (string, error) {
	text = strings.TrimSpace(text)
	host, port := "", text
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host, port = text[:i], text[i+1:]
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("type a port from 1 to 65535, such as %d, or an address and a port, such as 192.168.1.10:%d", settings.DefaultPort, settings.DefaultPort)
	}
	if host != "" {
		bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		addr, err := netip.ParseAddr(bare)
		if err != nil {
			return "", fmt.Errorf("%q is not an address of this computer: leave it out to listen on all, :%d", host, n)
		}
		return netip.AddrPortFrom(addr, uint16(n)).String(), nil
	}
	return ":" + strconv.Itoa(n), nil
}

// ListenerState returns the state of one input in a pulse and the words for
// it.
func ListenerState(p Pulse, input string) (State, string) {
	for _, l := range p.Status.Listeners {
		if l.Input != input {
			continue
		}
		if l.Err != "" {
			return NotListening, sentence(fmt.Errorf("%s", l.Err))
		}
		if a, err := netip.ParseAddrPort(l.Address); err == nil && a.Addr().IsUnspecified() {
			return Receiving, fmt.Sprintf("Listening on all addresses, port %d", a.Port())
		}
		return Receiving, "Listening on " + l.Address
	}
	return Off, "Switched off"
}
