package settings

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"porchlight/detect/alert"
	"porchlight/ingest/input"
)

// TestFields: what is missing in the table would neither be stored nor be
// taken from the layer below.
func TestFields(t *testing.T) {
	var want []string
	for f := range reflect.TypeFor[Settings]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != f.Tag.Get("yaml") && f.Tag.Get("yaml") != "-" {
			t.Errorf("%s has two names", f.Name)
		}
		if f.Name == "Configured" || f.Name == "SyslogUDP" || f.Name == "SyslogTCP" {
			continue
		}
		want = append(want, name)
	}
	var got []string
	for _, f := range fields {
		got = append(got, f.name)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

func TestLayers(t *testing.T) {
	file := Settings{RetentionDays: 30, DisabledRules: []string{}}
	stored := Settings{RetentionDays: 7, NotifyLevel: alert.High, DisabledRules: []string{"a"}, Configured: true}
	got := file.Over(stored).Over(Defaults())
	want := Defaults()
	want.RetentionDays, want.NotifyLevel, want.DisabledRules, want.Configured = 30, alert.High, []string{}, true
	if !reflect.DeepEqual(got, want) {
		t.Errorf("holds %+v\nwant  %+v", got, want)
	}

	wanted := got
	wanted.Inputs, wanted.Rules = []input.Setting{}, []string{"rules.zip"}
	if changed := wanted.ChangedFrom(got, Defaults()); !reflect.DeepEqual(changed, Settings{Inputs: []input.Setting{}, Rules: []string{"rules.zip"}, Configured: true}) {
		t.Errorf("changed %+v", changed)
	}
	if name := got.FirstNot(wanted); name != "inputs" {
		t.Errorf("the first that is not as wanted is %q", name)
	}
	if name := got.FirstNot(Settings{RetentionDays: 30}); name != "" {
		t.Errorf("%q is not as wanted, though nothing was said about it", name)
	}
}

// TestShortNamesOfInputs: the short names change the address of one input and
// leave the others of the layer below alone.
func TestShortNamesOfInputs(t *testing.T) {
	udp, tcp := input.Setting{ID: "syslog-udp", Kind: "syslog-udp", On: true}, input.Setting{ID: "syslog-tcp", Kind: "syslog-tcp", On: true}
	off := udp
	off.On = false
	at := func(in input.Setting, address string) input.Setting {
		in.Options = input.Values{"address": address}
		return in
	}
	lab := input.Setting{ID: "lab", Kind: "syslog-udp", On: true, Options: input.Values{"address": ":601"}}
	for _, c := range []struct {
		name         string
		file, stored Settings
		want         []input.Setting
	}{
		{"nothing", Settings{}, Settings{}, []input.Setting{udp, tcp}},
		{"short, as stored of old", Settings{}, Settings{SyslogUDP: Off, SyslogTCP: ":601"}, []input.Setting{off, at(tcp, ":601")}},
		{"the file wins", Settings{SyslogUDP: ":1"}, Settings{SyslogUDP: Off, SyslogTCP: ":601"}, []input.Setting{at(udp, ":1"), at(tcp, ":601")}},
		{"over a list", Settings{SyslogUDP: ":1"}, Settings{Inputs: []input.Setting{lab}}, []input.Setting{lab, at(udp, ":1")}},
		{"a list is all there is", Settings{Inputs: []input.Setting{lab}}, Settings{SyslogUDP: ":1"}, []input.Setting{lab}},
		{"both in one layer", Settings{Inputs: []input.Setting{lab, tcp}, SyslogTCP: ":2"}, Settings{SyslogUDP: ":1"}, []input.Setting{lab, at(tcp, ":2")}},
		{"none", Settings{Inputs: []input.Setting{}}, Settings{SyslogUDP: ":1"}, []input.Setting{}},
		{"no id", Settings{Inputs: []input.Setting{{Kind: "syslog-udp", On: true}}}, Settings{}, []input.Setting{udp}},
	} {
		got := c.file.Over(c.stored).Over(Defaults())
		if !reflect.DeepEqual(got.Inputs, c.want) || got.SyslogUDP+got.SyslogTCP != "" {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if d := Defaults(); len(d.Inputs[0].Options) > 0 {
		t.Errorf("the defaults were changed: %+v", d)
	}
}

func TestValidate(t *testing.T) {
	if err := Defaults().Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		over Settings
		says string
	}{
		{Settings{RetentionDays: -1}, "retention_days: -1, expected 1 to 36500"},
		{Settings{RetentionGB: 1_000_001}, "retention_gb: 1000001, expected 1 to 1000000"},
		{Settings{NotifyPerMinute: 61}, "notify_per_minute: 61, expected 1 to 60"},
		{Settings{NotifyLevel: "shouting"}, `notify_level: "shouting", expected one of [informational low medium high critical]`},
		{Settings{Theme: "pink"}, `theme: "pink", expected system, dark or light`},
	} {
		if err := c.over.Over(Defaults()).Validate(); err == nil || err.Error() != c.says {
			t.Errorf("%v, want %s", err, c.says)
		}
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "porchlight.yaml")
	read := func(text string) (Settings, error) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return ReadFile(path)
	}
	s, err := read("syslog_udp: off\nretention_days: 90\nnotify_level: high\nrules: [/srv/rules]\n")
	want := Settings{SyslogUDP: Off, RetentionDays: 90, NotifyLevel: alert.High, Rules: []string{"/srv/rules"}}
	if err != nil || !reflect.DeepEqual(s, want) {
		t.Errorf("%+v, %v, want %+v", s, err, want)
	}
	s, err = read("inputs:\n- kind: syslog-tcp\n  name: Servers\n  options: {address: \":601\", max_connections: 20}\n- {id: lab, kind: syslog-udp, on: false}\n")
	want = Settings{Inputs: []input.Setting{{Kind: "syslog-tcp", Name: "Servers", On: true, Options: input.Values{"address": ":601", "max_connections": "20"}}, {ID: "lab", Kind: "syslog-udp"}}}
	if err != nil || !reflect.DeepEqual(s, want) {
		t.Errorf("%+v, %v, want %+v", s, err, want)
	}
	if s, err = read("---\nretention_days: 9\n"); err != nil || s.RetentionDays != 9 {
		t.Errorf("a file that begins with ---: %+v, %v", s, err)
	}
	if s, err = read(""); err != nil || !reflect.DeepEqual(s, Settings{}) {
		t.Errorf("an empty file: %+v, %v", s, err)
	}
	for _, wrong := range []string{"retention_day: 90\n", "configured: true\n", "retention_days: many\n", "inputs: [{kind: syslog-udp, adress: \":514\"}]\n",
		"inputs:\n-\n- kind: syslog-udp\n", "inputs: [null]\n", "rules: [~]\n", "retention_days: 9\n---\nretention_gb: 1\n"} {
		if _, err := read(wrong); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want an error that names the file", wrong, err)
		}
	}
	if _, err := ReadFile(path + ".none"); err == nil || !strings.Contains(err.Error(), "read configuration") {
		t.Errorf("no file: %v", err)
	}
}
