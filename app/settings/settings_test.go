package settings

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"porchlight/detect/alert"
)

// TestFields: what is missing in the table would neither be stored nor be
// taken from the layer below.
func TestFields(t *testing.T) {
	var want []string
	for f := range reflect.TypeFor[Settings]().Fields() {
		if f.Name == "Configured" {
			continue
		}
		want = append(want, f.Tag.Get("yaml"))
		if f.Tag.Get("json") != f.Tag.Get("yaml") {
			t.Errorf("%s has two names", f.Name)
		}
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
	wanted.SyslogTCP, wanted.Rules = Off, []string{"rules.zip"}
	if changed := wanted.ChangedFrom(got); !reflect.DeepEqual(changed, Settings{SyslogTCP: Off, Rules: []string{"rules.zip"}, Configured: true}) {
		t.Errorf("changed %+v", changed)
	}
	if name := got.FirstNot(wanted); name != "syslog_tcp" {
		t.Errorf("the first that is not as wanted is %q", name)
	}
	if name := got.FirstNot(Settings{RetentionDays: 30}); name != "" {
		t.Errorf("%q is not as wanted, though nothing was said about it", name)
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
	if s, err = read(""); err != nil || !reflect.DeepEqual(s, Settings{}) {
		t.Errorf("an empty file: %+v, %v", s, err)
	}
	for _, wrong := range []string{"retention_day: 90\n", "configured: true\n", "retention_days: many\n"} {
		if _, err := read(wrong); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want an error that names the file", wrong, err)
		}
	}
	if _, err := ReadFile(path + ".none"); err == nil || !strings.Contains(err.Error(), "read configuration") {
		t.Errorf("no file: %v", err)
	}
}
