package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// collected is a data folder with a few logins in it.
func collected(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	var log strings.Builder
	for i := range 20 {
		fmt.Fprintf(&log, "Nov 23 10:00:%02d nas sshd[%d]: Failed password for root from 10.0.0.%d port %d ssh2\n", i, i, i%4, 2000+i)
	}
	log.WriteString("Nov 23 10:01:00 nas app[1]: =HYPERLINK(\"http://example.com\") \x1b[31mred\n")
	path := filepath.Join(t.TempDir(), "auth.log")
	if err := os.WriteFile(path, []byte(log.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := inProcess(t, "import", "--data", dir, path); code != exitDone {
		t.Fatalf("import: %d: %s", code, errs)
	}
	return dir
}

func TestSQLCommand(t *testing.T) {
	dir := collected(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{`select "source.ip" as ip, count(*) as n, null as missing from events where query = 'event.action:logon-failed' group by 1 order by 1 limit 2`},
			"ip        n  missing\n--        -  -------\n10.0.0.0  5\n10.0.0.1  5\n"},
		{[]string{"--format", "json", `select "source.port" as port, "user.name" as "a ""b""", 1.5 as x, null as y, '<&>' as z from events where "source.port" = 2003`},
			`{"port":2003,"a \"b\"":"root","x":1.5,"y":null,"z":"<&>"}` + "\n"},
		{[]string{"--format", "csv", `select "@timestamp", message, -1 as n, '-1' as t from events where message like '=%'`},
			"@timestamp,message,n,t\n2026-11-23T10:01:00Z,\"'=HYPERLINK(\"\"http://example.com\"\")  [31mred\",-1,'-1\n"},
		{[]string{`select count(*) as n, (select count(*) from sources) as s from alerts`}, "n  s\n-  -\n"},
		{[]string{`select 1 as x where 0`}, "x\n-\n"},
	} {
		out, errs, code := inProcess(t, append([]string{"sql", "--data", dir}, c.args...)...)
		if year := strings.Contains(c.want, "2026-11-23T"); year { // the log has neither year nor zone
			at, _, _ := inProcess(t, "sql", "--data", dir, "--format", "json", `select "@timestamp" as t from events where message like '=%'`)
			c.want = strings.Replace(c.want, "2026-11-23T10:01:00Z", at[len(`{"t":"`):strings.LastIndex(at, `"`)], 1)
		}
		if code != exitDone || !strings.HasPrefix(out, c.want) {
			t.Errorf("%q: exit %d, %s\ngot  %q\nwant %q", c.args, code, errs, out, c.want)
		}
	}
	for statement, want := range map[string]string{
		"delete from events":                       "can only be read",
		"select nope from events":                  "no such column: nope",
		"select * from events where query = 'a:('": "column 3",
		"select json('{') from events":             "malformed JSON",
		"select 1; drop table events":              "one statement",
	} {
		if out, errs, code := inProcess(t, "sql", "--data", dir, statement); code != exitUsage || !strings.HasPrefix(errs, "porchlight: sql: ") || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d: %s%s", statement, code, out, errs)
		}
	}
	if _, errs, code := inProcess(t, "sql", "--data", filepath.Join(dir, "gone"), "select 1"); code != exitFailed || !strings.Contains(errs, "start porchlight once") {
		t.Errorf("no folder: exit %d: %s", code, errs)
	}
	damageDay(t, dir)
	if out, errs, code := inProcess(t, "sql", "--data", dir, "select count(*) from events"); code != exitProblems || !strings.Contains(errs, "partial: events-") || !strings.Contains(out, "\n0\n") {
		t.Errorf("damaged: exit %d: %s%s", code, out, errs)
	}
}

// TestSQLIdentities: who had an address, and when, as learned from leases and
// logins.
func TestSQLIdentities(t *testing.T) {
	file, dir := filepath.Join(t.TempDir(), "gw.log"), filepath.Join(t.TempDir(), "data")
	const log = "<30>1 2026-03-01T08:00:00Z gw dnsmasq-dhcp 1 - - DHCPACK(br0) 10.1.1.5 00:11:32:aa:bb:cc pc7\n" +
		"<30>1 2026-03-01T08:01:00Z gw sshd 2 - - Accepted password for anna from 10.1.1.5 port 50000 ssh2\n" +
		"<30>1 2026-03-01T09:00:00Z gw dnsmasq-dhcp 1 - - DHCPACK(br0) 10.1.1.5 00:0c:29:aa:bb:cc vm3\n"
	if err := os.WriteFile(file, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := inProcess(t, "import", "--data", dir, file); code != exitDone {
		t.Fatalf("import: exit %d: %s", code, errs)
	}
	out, errs, code := inProcess(t, "sql", "--data", dir, "--format", "csv", `select kind, value, "first", "last" from identities where address = '10.1.1.5' order by "first", kind`)
	want := "kind,value,first,last\n" +
		"host,pc7,2026-03-01T08:00:00Z,2026-03-01T08:00:00Z\n" +
		"mac,00-11-32-AA-BB-CC,2026-03-01T08:00:00Z,2026-03-01T08:00:00Z\n" +
		"user,anna,2026-03-01T08:01:00Z,2026-03-01T08:01:00Z\n" +
		"host,vm3,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z\n" +
		"mac,00-0C-29-AA-BB-CC,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z\n"
	if code != exitDone || out != want {
		t.Errorf("exit %d: %s\ngot\n%s\nwant\n%s", code, errs, out, want)
	}
}

// damageDay breaks the day file of a folder.
func damageDay(t *testing.T, dir string) {
	t.Helper()
	days, err := filepath.Glob(filepath.Join(dir, "events-*.db"))
	if err != nil || len(days) != 1 {
		t.Fatalf("%v, %v", days, err)
	}
	data, err := os.ReadFile(days[0])
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("HYPERLINK"))
	if at < 0 {
		at = len(data) - 100
	}
	data[at] ^= 0xff
	if err := os.WriteFile(days[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExportCommand(t *testing.T) {
	dir := collected(t)
	to := t.TempDir()
	for _, name := range []string{"x.csv", "x.jsonl", "x.db"} {
		path := filepath.Join(to, name)
		out, errs, code := inProcess(t, "export", "--data", dir, "--to", path, "event.action:logon-failed")
		if code != exitDone || !strings.HasPrefix(out, "exported 20 events to "+path) {
			t.Errorf("%s: exit %d: %s%s", name, code, out, errs)
		}
		if _, errs, code := inProcess(t, "export", "--data", dir, "--to", path); code != exitFailed || !strings.Contains(errs, "--force") {
			t.Errorf("%s: again: exit %d: %s", name, code, errs)
		}
		if out, errs, code := inProcess(t, "export", "--data", dir, "--to", path, "--force"); code != exitDone || !strings.HasPrefix(out, "exported 21") {
			t.Errorf("%s: forced: exit %d: %s%s", name, code, out, errs)
		}
	}
	out, _, _ := inProcess(t, "export", "--data", dir, "--to", "-", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 22 || strings.Contains(out, "\x1b") || !strings.Contains(out, "'=HYPERLINK") {
		t.Errorf("stdout: %d rows, %v", len(rows), err)
	}
	if out, _, code := inProcess(t, "export", "--data", dir, "--to", "-", "--format", "json", "--until", "2000-01-01"); code != exitDone || out != "" {
		t.Errorf("nothing found: exit %d: %q", code, out)
	}
	for _, args := range [][]string{{"--to", "-"}, {"--to", "-", "--format", "sqlite"}, {"--to", filepath.Join(to, "noformat")}, {}, {"--to", filepath.Join(to, "y.csv"), "a:("}, {"--to", filepath.Join(to, "y.csv"), "--since", "x"}} {
		if _, errs, code := inProcess(t, append([]string{"export", "--data", dir}, args...)...); code != exitUsage {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	damageDay(t, dir)
	path := filepath.Join(to, "partial.csv")
	if out, errs, code := inProcess(t, "export", "--data", dir, "--to", path); code != exitProblems || !strings.Contains(errs, "partial: events-") || !strings.HasPrefix(out, "exported 0") {
		t.Errorf("damaged: exit %d: %s%s", code, out, errs)
	}
	entries, err := os.ReadDir(to)
	if err != nil || len(entries) != 4 {
		t.Errorf("left %v, %v", entries, err)
	}
}

// TestToolsBesideServe uses the reading commands while events come in, and
// restores into another folder.
func TestToolsBesideServe(t *testing.T) {
	dir := t.TempDir()
	s := startServe(t, dir)
	for i := range 6 {
		s.send(t, "tcp", sshLine(fmt.Sprintf("Failed password for invalid user admin from 203.0.113.7 port %d ssh2", 50000+i)))
	}
	s.send(t, "tcp", sshLine("Accepted password for anna from 203.0.113.7 port 50007 ssh2"))
	const evidence = `select count(*) from alerts a, json_each(a.events) j join events e on e._id = j.value where e."source.ip" = '203.0.113.7'`
	eventually(t, "the alert and its evidence", func() bool {
		out, errs, code := inProcess(t, "sql", "--data", dir, "--format", "csv", evidence)
		if code != exitDone {
			t.Fatalf("exit %d: %s", code, errs)
		}
		return strings.HasSuffix(out, "\n7\n")
	})
	if out, errs, code := inProcess(t, "verify", "--data", dir); code != exitDone || !strings.Contains(out, "checked 2 files; 7 events and 1 alerts can be read; all fine") {
		t.Errorf("verify: exit %d: %s%s", code, out, errs)
	}
	to := filepath.Join(t.TempDir(), "copy.tar.zst")
	if out, errs, code := inProcess(t, "backup", "--data", dir, "--to", to); code != exitDone || !strings.HasPrefix(out, "backed up 7 events and 1 alerts in 2 files") {
		t.Errorf("backup: exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := inProcess(t, "backup", "--data", dir, "--to", to); code != exitFailed || !strings.Contains(errs, "exists") {
		t.Errorf("backup again: exit %d: %s", code, errs)
	}
	if _, errs, code := inProcess(t, "restore", "--data", dir, "--force", to); code != exitFailed || !strings.Contains(errs, "in use by") {
		t.Errorf("restore over a running one: exit %d: %s", code, errs)
	}
	s.stop(t)
	if _, errs, code := inProcess(t, "restore", "--data", dir, to); code != exitFailed || !strings.Contains(errs, "--force") {
		t.Errorf("restore over data: exit %d: %s", code, errs)
	}
	other := filepath.Join(t.TempDir(), "other")
	if out, errs, code := inProcess(t, "restore", "--data", other, to); code != exitDone || !strings.HasPrefix(out, "restored 7 events and 1 alerts") {
		t.Errorf("restore: exit %d: %s%s", code, out, errs)
	}
	s = startServe(t, other)
	s.send(t, "tcp", sshLine("Failed password for root from 203.0.113.8 port 1 ssh2"))
	eventually(t, "it collects again", func() bool { return len(search(t, other, "203.0.113.8")) == 1 })
	if out, _, _ := inProcess(t, "sql", "--data", other, "--format", "csv", evidence); !strings.HasSuffix(out, "\n7\n") {
		t.Errorf("evidence after the restore: %s", out)
	}
	s.stop(t)
}

func TestVerifyCommand(t *testing.T) {
	dir := collected(t)
	damageDay(t, dir)
	out, errs, code := inProcess(t, "verify", "--data", dir)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitProblems || len(lines) != 2 || !strings.HasPrefix(lines[0], "events-") || !strings.HasSuffix(lines[1], "0 events and 4 alerts can be read; problems: 1") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	to := filepath.Join(t.TempDir(), "copy")
	if _, errs, code := inProcess(t, "backup", "--data", dir, "--to", to); code != exitDone {
		t.Errorf("backup: exit %d: %s", code, errs) // its pages are intact
	}
}

// TestNormalizeProposes: --propose makes a parser of lines that nothing
// understands, --parser reads with it, --explain names it.
func TestNormalizeProposes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var lines strings.Builder
	for i := range 20 {
		fmt.Fprintf(&lines, "<13>Mar  1 10:00:%02d gate doord: GATE %d: passage granted for user %s from 10.1.1.%d\n", i, i%3, []string{"anna", "bob"}[i%2], i)
	}
	log := write("gate.log", lines.String())
	pack, errs, code := inProcess(t, "normalize", "--propose", "gate", log)
	if code != exitDone || !strings.Contains(errs, "20 of 20 lines") || !strings.Contains(pack, "parser gate\n") {
		t.Fatalf("%d: %s\n%s", code, errs, pack)
	}
	parser := write("gate.parser.txt", pack)
	out, errs, code := inProcess(t, "normalize", "--parser", parser, log)
	if code != exitDone || strings.Count(out, `"event.module":"gate"`) != 20 || !strings.Contains(out, `"source.ip":"10.1.1.19"`) {
		t.Fatalf("%d: %s\n%s", code, errs, out)
	}
	out, _, code = inProcess(t, "normalize", "--explain", "--parser", parser, log)
	if code != exitDone || strings.Count(out, "Read by: pack gate.") != 20 {
		t.Errorf("%d: %s", code, out)
	}
	if _, errs, code = inProcess(t, "normalize", "--propose", "Gate 1", log); code == exitDone || !strings.Contains(errs, "lower-case letters") {
		t.Errorf("a name that cannot be: %d: %s", code, errs)
	}
	broken := write("broken.parser.txt", "parser x\ntemplate host | y\n")
	if _, errs, code = inProcess(t, "normalize", "--parser", broken, log); code == exitDone || !strings.Contains(errs, "broken.parser.txt: line 2") {
		t.Errorf("a broken parser: %d: %s", code, errs)
	}
	if _, errs, code = inProcess(t, "normalize", "--propose", "x", write("known.log", "<38>Mar  1 10:00:00 h sshd[1]: Failed password for a from 10.0.0.1 port 1 ssh2\n")); code != exitProblems || !strings.Contains(errs, "nothing to propose") {
		t.Errorf("nothing unknown: %d: %s", code, errs)
	}
}
