package cli

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const packRules = `
title: Failed logon
id: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625, TargetUserName|expand: '%People%'}, condition: s}
---
title: Each logon
id: each
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Not from the office
id: filter
logsource: {product: windows}
filter: {rules: [each], s: {IpAddress: 192.168.1.99}, condition: not s}
`

// rulePack writes rules into a folder, or into a zip file.
func rulePack(t *testing.T, zipped bool) string {
	t.Helper()
	dir := t.TempDir()
	if !zipped {
		if err := os.WriteFile(filepath.Join(dir, "rules.yml"), []byte(packRules), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	path := filepath.Join(dir, "pack.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	w, err := z.Create("pack-1.0/rules/rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(packRules)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMatchCommand(t *testing.T) {
	values := filepath.Join(t.TempDir(), "values.yml")
	if err := os.WriteFile(values, []byte("People: [an*, bob]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	events := filepath.Join(t.TempDir(), "events.jsonl")
	lines := `{"Channel":"Security","EventID":4625,"TargetUserName":"Anna","IpAddress":"192.168.1.99"}` + "\n" +
		`{"Channel":"Security","EventID":"4625","TargetUserName":"carl","IpAddress":"192.168.1.98"}` + "\n"
	if err := os.WriteFile(events, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	const all = `{"event": 0, "rule": "failed"}` + "\n" + `{"event": 1, "rule": "each"}` + "\n"
	const evtxFile = "../../ingest/evtx/testdata/logons.evtx.gz"
	for _, c := range []struct {
		name string
		args []string
		out  string
		errs string
		code int
	}{
		{"folder", []string{"--rules", rulePack(t, false), "--values", values, events}, all, "", exitDone},
		{"zip", []string{"--rules", rulePack(t, true), "--values", values, events}, all, "", exitDone},
		{"without values", []string{"--rules", rulePack(t, true), events}, `{"event": 1, "rule": "each"}` + "\n", "1 of 3 rules were not loaded", exitDone},
		{"event log behind others", []string{"--rules", rulePack(t, true), "--values", values, events, evtxFile},
			all + `{"event": 2, "rule": "failed"}` + "\n" + `{"event": 2, "rule": "each"}` + "\n" + `{"event": 3, "rule": "failed"}` + "\n" + `{"event": 3, "rule": "each"}` + "\n" +
				`{"event": 4, "rule": "failed"}` + "\n" + `{"event": 4, "rule": "each"}` + "\n",
			"skipped: chunk 0, at byte", exitProblems},
		{"no pack", []string{"--rules", "no/such/place", events}, "", "no such file", exitUsage},
		{"no zip", []string{"--rules", events, events}, "", "neither a folder nor a zip file", exitUsage},
		{"no values", []string{"--rules", rulePack(t, true), "--values", "match_test.go", events}, "", "read placeholder values", exitFailed},
	} {
		out, errs, code := inProcess(t, append([]string{"match"}, c.args...)...)
		if out != c.out || !strings.Contains(errs, c.errs) || code != c.code {
			t.Errorf("%s: code %d, want %d\n%s%s\nwant\n%s%s", c.name, code, c.code, out, errs, c.out, c.errs)
		}
	}
	if _, errs, code := inProcess(t, "rules", "check", rulePack(t, true)); code != exitProblems || !strings.Contains(errs, "3 rules, 1 with problems") {
		t.Errorf("rules check of a zip file: %d: %s", code, errs)
	}
}

func TestRulesSources(t *testing.T) {
	out, errs, code := inProcess(t, "rules", "sources", rulePack(t, true))
	if code != exitDone || !strings.Contains(out, "windows/*/security") || !strings.Contains(out, "2  the Windows event log: Security") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	out, errs, code = inProcess(t, "rules", "sources", "--data", t.TempDir(), "--format", "json")
	if code != exitDone || !strings.Contains(out, `{"logsource":"linux/*/sshd"`) && !strings.Contains(out, `"fed_by":"syslog`) {
		t.Errorf("%d: %s%s", code, out, errs)
	}
}

// A Windows event log becomes events with their own times and fields; what is
// damaged in it is reported.
func TestImportEventLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const file = "../../ingest/evtx/testdata/logons.evtx.gz"
	out, errs, code := inProcess(t, "import", "--data", dir, file)
	if code != exitProblems || !strings.Contains(out, "imported 3 messages") || !strings.Contains(errs, "record 3: damaged") {
		t.Fatalf("import: %d: %s", code, errs)
	}
	if out, _, _ := inProcess(t, "import", "--data", dir, file); !strings.Contains(out, "3 lines were imported before") {
		t.Errorf("import again: %s", out)
	}
	out, errs, code = inProcess(t, "sql", "--data", dir, "--format", "csv",
		`select "@timestamp", "event.action", "user.name", "source.ip", "host.name" from events order by time limit 1`)
	if want := "2026-03-02T10:11:12Z,logon-failed,anna,192.168.1.33,PC-07\n"; code != exitDone || !strings.HasSuffix(out, want) {
		t.Errorf("%d: %s%s, want %s", code, out, errs, want)
	}
}
