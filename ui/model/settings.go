package model

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"porchlight/detect/alert"
)

// Settings is what the user can set.
type Settings struct {
	SyslogUDP string // listen address, "" is off
	SyslogTCP string // listen address, "" is off

	RetentionDays int // whole days of receipt are deleted beyond it
	RetentionGB   int // 10^9 bytes; the oldest days are deleted beyond it

	NotifyLevel     alert.Level // notify from this level up
	NotifyPerMinute int         // at most so many; the rest comes as one digest

	Theme      string // "system", "dark", "light"
	Configured bool   // the first start is behind the user; before, nothing listens
}

// SettingsStore reads and applies settings.
type SettingsStore interface {
	Settings(ctx context.Context) (Settings, error)

	// SetSettings stores the settings and applies them at once. A listener
	// that cannot start is not an error here: its state is in the status.
	SetSettings(ctx context.Context, s Settings) error

	// LocalAddresses lists this computer's addresses that other devices can
	// reach, without loopback and link-local ones.
	LocalAddresses() []string
}

// DefaultPort is where syslog is received unless told otherwise: the
// standard port 514 needs privileges that a desktop program should not have.
const DefaultPort = 5514

// Themes are the values of Settings.Theme in the order they are offered.
var Themes = []string{"system", "dark", "light"}

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
func NewForm(s Settings) Form {
	f := Form{UDPOn: s.Configured && s.SyslogUDP != "", TCPOn: s.Configured && s.SyslogTCP != "", UDP: s.SyslogUDP, TCP: s.SyslogTCP,
		RetentionDays: strconv.Itoa(s.RetentionDays), RetentionGB: strconv.Itoa(s.RetentionGB),
		NotifyLevel: s.NotifyLevel, NotifyPerMinute: strconv.Itoa(s.NotifyPerMinute), Theme: s.Theme}
	if f.UDP == "" {
		f.UDP = defaultAddress()
	}
	if f.TCP == "" {
		f.TCP = defaultAddress()
	}
	return f
}

func defaultAddress() string { return ":" + strconv.Itoa(DefaultPort) }

// Parse returns the settings, or for each input that cannot be used a
// sentence that says what to type instead. Whoever saves settings is done
// with the first start.
func (f Form) Parse() (Settings, map[string]string) {
	wrong := map[string]string{}
	s := Settings{NotifyLevel: f.NotifyLevel, Theme: f.Theme, Configured: true}
	address := func(field, text string, on bool) string {
		if !on {
			return ""
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
	s.RetentionDays = number(FieldRetentionDays, f.RetentionDays, 36_500)
	s.RetentionGB = number(FieldRetentionGB, f.RetentionGB, 1_000_000)
	s.NotifyPerMinute = number(FieldNotifyPerMinute, f.NotifyPerMinute, 60)
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
		return "", fmt.Errorf("type a port from 1 to 65535, such as %d, or an address and a port, such as 192.168.1.10:%d", DefaultPort, DefaultPort)
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
