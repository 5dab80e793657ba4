package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigFile reads files with settings, without any, and with nonsense.
func TestConfigFile(t *testing.T) {
	rules := rulePack(t, false)
	for _, c := range []struct {
		name, text string
		code       int
		says       string
	}{
		{"all settings", "syslog_udp: 127.0.0.1:0\nsyslog_tcp: \"off\"\nretention_days: 30\nretention_gb: 5\nnotify_level: high\n" +
			"notify_per_minute: 2\nrules: [" + rules + "]\ndisabled_rules: [each]\ntheme: dark\n", exitDone, "Each logon  (each)"},
		{"nothing", "", exitDone, "  loaded  "},
		{"a misspelt name", "retention_day: 30\n", exitFailed, "retention_day"},
		{"a wrong type", "retention_days: soon\n", exitFailed, "line 1"},
		{"rules that are not there", "rules: [/nonexistent/rules]\n", exitFailed, "/nonexistent/rules"},
	} {
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, code := inProcess(t, "rules", "list", "--config", file)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s: exit %d, want %d, and %q:\n%s%s", c.name, code, c.code, c.says, out, errs)
		}
	}
}

// TestConfigFileWins: a collector takes its listeners from the file, and a flag
// overrides the file.
func TestConfigFileWins(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte("syslog_udp: \"off\"\nsyslog_tcp: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{nil, "ready syslog-tcp=127.0.0.1:"},
		{[]string{"--syslog-udp", "127.0.0.1:0"}, "ready syslog-udp=127.0.0.1:"},
	} {
		args := append([]string{"serve", "--data", t.TempDir(), "--config", file}, c.flags...)
		s := startProcess(t, args...)
		if !strings.HasPrefix(s.ready, c.want) || strings.Count(s.ready, "=") != 1 {
			t.Errorf("%v: %q, want %s", c.flags, s.ready, c.want)
		}
		s.stop(t)
	}
}
