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

var kinds = input.Kinds{
	{Name: "syslog-udp", Title: "Syslog over UDP", Options: []input.Option{{Name: "address", Type: input.Address, Default: ":5514", Must: true}}},
	{Name: "syslog-tcp", Title: "Syslog over TCP", Options: []input.Option{{Name: "address", Type: input.Address, Default: ":5514", Must: true},
		{Name: "max_connections", Type: input.Int, Default: "512", Min: 1}}},
	{Name: "json-tcp", Title: "JSON over TCP", Options: []input.Option{{Name: "address", Type: input.Address, Default: ":5601", Must: true}}},
}

// having returns settings with these inputs.
func having(inputs ...input.Setting) settings.Settings {
	return settings.Settings{Inputs: inputs, RetentionDays: 90, RetentionGB: 5, NotifyLevel: alert.High, NotifyPerMinute: 2, Theme: "light", Configured: true}
}

func TestFormRoundTrip(t *testing.T) {
	for _, s := range []settings.Settings{
		having(input.Setting{ID: "syslog-udp", Kind: "syslog-udp", On: true}, input.Setting{ID: "syslog-tcp", Kind: "syslog-tcp", Name: "Servers", On: true, Options: input.Values{"address": "192.168.1.4:601", "max_connections": "7"}}),
		having(input.Setting{ID: "lab", Kind: "syslog-udp", Options: input.Values{"address": "[::1]:514"}}, input.Setting{ID: "syslog-udp", Kind: "syslog-udp", On: true}),
		having(input.Setting{ID: "syslog-udp", Kind: "syslog-udp", On: true, Options: input.Values{"address": ":5514"}}, // the default, but written down
			input.Setting{ID: "syslog-tcp", Kind: "syslog-tcp", On: true, Options: input.Values{"address": "localhost:0", "max_connections": "512"}}), // what only files say
		having(input.Setting{ID: "new", Kind: "of-a-newer-version", On: true, Options: input.Values{"what": "ever"}}),
		having(),
	} {
		if s.Inputs == nil {
			s.Inputs = []input.Setting{}
		}
		f := NewForm(s, kinds)
		got, wrong := f.Parse(kinds)
		if !reflect.DeepEqual(got, s) || len(wrong) > 0 {
			t.Errorf("%+v became %+v (%v)", s, got, wrong)
		}
		if !f.Equal(NewForm(s, kinds)) {
			t.Error("a form is not equal to itself")
		}
	}
	unasked := having(input.Setting{ID: "syslog-udp", Kind: "syslog-udp", On: true})
	unasked.Configured = false
	if NewForm(unasked, kinds).Inputs[0].On {
		t.Error("before the first start nothing listens")
	}
	// A kind of which there is no input is offered.
	f := NewForm(having(input.Setting{ID: "json-tcp", Kind: "syslog-udp"}), kinds)
	last := f.Inputs[len(f.Inputs)-1]
	if len(f.Inputs) != 3 || !last.New || last.Setting.ID != "json-tcp-2" || last.Values[0] != ":5601" {
		t.Errorf("%+v", f.Inputs)
	}
	f.Inputs[2].On = true
	if f.Equal(NewForm(having(input.Setting{ID: "json-tcp", Kind: "syslog-udp"}), kinds)) {
		t.Error("a change is not seen")
	}
	if s, _ := f.Parse(kinds); len(s.Inputs) != 2 || s.Inputs[1].ID != "json-tcp-2" || !s.Inputs[1].On {
		t.Errorf("switched on: %+v", s.Inputs)
	}
}

func TestFormErrors(t *testing.T) {
	good := func() Form {
		return NewForm(having(input.Setting{ID: "syslog-udp", Kind: "syslog-udp", On: true}, input.Setting{ID: "syslog-tcp", Kind: "syslog-tcp", On: true}), kinds)
	}
	for _, c := range []struct {
		name, field string
		change      func(*Form)
		says        string
	}{
		{"port", InputField("syslog-udp", "address"), func(f *Form) { f.Inputs[0].Values[0] = "seven" }, "1 to 65535"},
		{"port range", InputField("syslog-tcp", "address"), func(f *Form) { f.Inputs[1].Values[0] = ":70000" }, "1 to 65535"},
		{"host", InputField("syslog-tcp", "address"), func(f *Form) { f.Inputs[1].Values[0] = "firewall:514" }, `"firewall" is not an address`},
		{"option", InputField("syslog-tcp", "max_connections"), func(f *Form) { f.Inputs[1].Values[1] = "0" }, "expected at least 1"},
		{"days", FieldRetentionDays, func(f *Form) { f.RetentionDays = "0" }, "1 to 36,500"},
		{"days text", FieldRetentionDays, func(f *Form) { f.RetentionDays = "a year" }, "whole number"},
		{"size", FieldRetentionGB, func(f *Form) { f.RetentionGB = "" }, "whole number"},
		{"rate", FieldNotifyPerMinute, func(f *Form) { f.NotifyPerMinute = "-1" }, "1 to 60"},
	} {
		f := good()
		c.change(&f)
		_, wrong := f.Parse(kinds)
		if len(wrong) != 1 || !strings.Contains(wrong[c.field], c.says) {
			t.Errorf("%s: %v, want %q at %s", c.name, wrong, c.says, c.field)
		}
	}
	off := good()
	off.Inputs[0].Values[0], off.Inputs[0].On = "nonsense", false
	if s, wrong := off.Parse(kinds); len(wrong) > 0 || s.Inputs[0].On || len(s.Inputs[0].Options) > 0 {
		t.Errorf("an input that is off must not be checked: %v, %+v", wrong, s.Inputs)
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

func TestInputState(t *testing.T) {
	p := Pulse{Status: status.Status{Inputs: []input.State{{ID: "syslog-udp", Address: "[::]:5514", Phase: input.Receiving, Rate: 12, Dropped: 3, Health: input.Health{KernelDropped: 4}},
		{ID: "syslog-tcp", Address: ":601", Phase: input.Trouble, Problem: input.Problem{Reason: "permission denied", Remedy: "choose another port"}},
		{ID: "syslog-tls", Address: "127.0.0.1:6514", Phase: input.Waiting}, {ID: "off", Address: ":1"}, {ID: "new", Phase: input.Opening}}}}
	for _, c := range []struct {
		input string
		state State
		text  string
	}{
		{"syslog-udp", Receiving, "Listening on all addresses, port 5514 · 12/s · 7 lost"},
		{"syslog-tcp", NotListening, "Permission denied; choose another port."},
		{"syslog-tls", Receiving, "Listening on 127.0.0.1:6514"},
		{"off", Off, "Switched off"},
		{"new", Waiting, "Opening …"},
		{"other", Off, "Switched off"},
	} {
		if state, text := InputState(p, c.input); state != c.state || text != c.text {
			t.Errorf("%s: %v %q, want %v %q", c.input, state, text, c.state, c.text)
		}
	}
}
