package model

import (
	"reflect"
	"strings"
	"testing"

	"porchlight/app/settings"
	"porchlight/app/status"
	"porchlight/detect/alert"
	"porchlight/ingest/input"
)

func TestFormRoundTrip(t *testing.T) {
	for _, s := range []settings.Settings{
		{SyslogUDP: ":5514", SyslogTCP: "192.168.1.4:601", RetentionDays: 90, RetentionGB: 5, NotifyLevel: alert.High, NotifyPerMinute: 2, Theme: "light", Configured: true},
		{SyslogUDP: settings.Off, SyslogTCP: "[::1]:5514", RetentionDays: 1, RetentionGB: 1, NotifyLevel: alert.Low, NotifyPerMinute: 60, Theme: "system", Configured: true},
	} {
		got, wrong := NewForm(s).Parse()
		if !reflect.DeepEqual(got, s) || len(wrong) > 0 {
			t.Errorf("%+v became %+v (%v)", s, got, wrong)
		}
	}
	f := NewForm(settings.Settings{SyslogUDP: ":5514", SyslogTCP: ":5514"})
	if f.UDPOn || f.TCPOn {
		t.Error("before the first start nothing listens")
	}
	if f = NewForm(settings.Settings{SyslogUDP: settings.Off, Configured: true}); f.UDP != ":5514" || f.UDPOn {
		t.Errorf("a listener that is off offers the usual port: %+v", f)
	}
}

func TestFormErrors(t *testing.T) {
	good := NewForm(settings.Settings{SyslogUDP: ":5514", SyslogTCP: ":5514", RetentionDays: 90, RetentionGB: 5, NotifyLevel: alert.High, NotifyPerMinute: 2, Theme: "dark", Configured: true})
	for _, c := range []struct {
		name, field string
		change      func(*Form)
		says        string
	}{
		{"port", FieldUDP, func(f *Form) { f.UDP = "seven" }, "1 to 65535"},
		{"port range", FieldTCP, func(f *Form) { f.TCP = ":70000" }, "1 to 65535"},
		{"host", FieldTCP, func(f *Form) { f.TCP = "firewall:514" }, `"firewall" is not an address`},
		{"days", FieldRetentionDays, func(f *Form) { f.RetentionDays = "0" }, "1 to 36,500"},
		{"days text", FieldRetentionDays, func(f *Form) { f.RetentionDays = "a year" }, "whole number"},
		{"size", FieldRetentionGB, func(f *Form) { f.RetentionGB = "" }, "whole number"},
		{"rate", FieldNotifyPerMinute, func(f *Form) { f.NotifyPerMinute = "-1" }, "1 to 60"},
	} {
		f := good
		c.change(&f)
		_, wrong := f.Parse()
		if len(wrong) != 1 || !strings.Contains(wrong[c.field], c.says) {
			t.Errorf("%s: %v, want %q at %s", c.name, wrong, c.says, c.field)
		}
	}
	off := good
	off.UDP, off.UDPOn = "nonsense", false
	if s, wrong := off.Parse(); len(wrong) > 0 || s.SyslogUDP != settings.Off {
		t.Errorf("a listener that is off must not be checked: %v", wrong)
	}
}

func TestParseListen(t *testing.T) {
	for in, want := range map[string]string{
		"5514": ":5514", " :514 ": ":514", "192.168.1.4:5514": "192.168.1.4:5514", "[::1]:5514": "[::1]:5514", "::1:5514": "[::1]:5514", "0.0.0.0:514": "0.0.0.0:514",
	} {
		if got, err := ParseListen(in); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", ":", "0", "65536", "-5", "localhost:5514", "192.168.1:5514", "5514x"} {
		if got, err := ParseListen(in); err == nil {
			t.Errorf("%q was read as %q", in, got)
		}
	}
}

func TestListenerState(t *testing.T) {
	p := Pulse{Status: status.Status{Listeners: []input.Listener{{Input: "syslog-udp", Address: "[::]:5514"}, {Input: "syslog-tcp", Address: ":601", Err: "permission denied"}, {Input: "syslog-tls", Address: "127.0.0.1:6514"}}}}
	for _, c := range []struct {
		input string
		state State
		text  string
	}{
		{"syslog-udp", Receiving, "Listening on all addresses, port 5514"},
		{"syslog-tcp", NotListening, "Permission denied."},
		{"syslog-tls", Receiving, "Listening on 127.0.0.1:6514"},
		{"other", Off, "Switched off"},
	} {
		if state, text := ListenerState(p, c.input); state != c.state || text != c.text {
			t.Errorf("%s: %v %q, want %v %q", c.input, state, text, c.state, c.text)
		}
	}
}
