package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"porchlight/detect/alert"
)

// TestBruteForceThatSucceeds is the story on the first screen of the README:
// six failed logins and a success from one address are one alert, which holds
// its evidence, and one notification.
func TestBruteForceThatSucceeds(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			dir := t.TempDir()
			s := startServe(t, dir)
			for i := range 6 {
				s.send(t, network, sshLine(fmt.Sprintf("Failed password for invalid user admin from 203.0.113.7 port %d ssh2", 50000+i)))
			}
			s.send(t, network, sshLine("Accepted password for anna from 203.0.113.7 port 50007 ssh2"))
			var alerts []alert.Alert
			eventually(t, "a critical alert", func() bool {
				out, _, _ := command(t, "alerts", "--data", dir, "--format", "json")
				alerts = jsonLines[alert.Alert](t, out)
				return len(alerts) > 0 && alerts[0].Level == alert.Critical
			})
			if len(alerts) != 1 {
				t.Fatalf("%d alerts, want one: %+v", len(alerts), alerts)
			}
			a := alerts[0]
			if a.Status != alert.Open || a.Count < 7 || len(a.Events) < 7 || len(a.Techniques()) == 0 || len(a.NextSteps) == 0 || a.Why == "" {
				t.Errorf("alert lacks what an admin needs: %+v", a)
			}
			for _, id := range a.Events {
				if hits := search(t, dir, "_id:"+id.String()); len(hits) != 1 || hits[0]["source.ip"] != "203.0.113.7" {
					t.Errorf("evidence %v: %v", id, hits)
				}
			}
			s.stop(t)
			if n := strings.Count(s.stderr.String(), "msg=alert"); n < 1 || n > 2 {
				t.Errorf("%d alert lines in the log, want one, or two when it was raised:\n%s", n, s.stderr.String())
			}
		})
	}
}

// TestNothingIsLost sends what nobody can parse and finds it again, raw.
func TestNothingIsLost(t *testing.T) {
	dir := t.TempDir()
	s := startServe(t, dir)
	odd := []string{
		"just some words without any header zebra1",
		"<999>1 not a priority zebra2",
		"<13>1 2026-11-23T10:00:00Z host app - - [broken zebra3",
		"\x00\x01\xff\xfe binary zebra4",
	}
	s.send(t, "udp", odd...)
	big := "<13>" + strings.Repeat("x", 60_000) + " zebra5"
	s.send(t, "tcp", big)
	s.send(t, "tcp", "<13>"+strings.Repeat("y", 100_000)+" beyond")
	eventually(t, "all six stored", func() bool { return len(search(t, dir, "*")) == 6 })
	s.stop(t)
	for i := range odd {
		if hits := search(t, dir, fmt.Sprintf("zebra%d and tag:parse_failure", i+1)); len(hits) != 1 {
			t.Errorf("%q: found %d times", odd[i], len(hits))
		}
	}
	if hits := search(t, dir, "tag:truncated"); len(hits) != 1 {
		t.Errorf("the message over 64 KiB: %d events tagged truncated", len(hits))
	}
	out, _, _ := command(t, "status", "--data", dir, "--format", "json")
	var status statusJSON
	if err := json.Unmarshal([]byte(out), &status); err != nil {
		t.Fatal(err)
	}
	if c := status.Totals; c.Received != 6 || c.Stored != 6 || c.ParseFailed != 4 || c.Dropped != 0 {
		t.Errorf("totals %+v", c)
	}
	if len(status.Sources) != 1 || status.Sources[0].Address != "127.0.0.1" {
		t.Errorf("sources %+v", status.Sources)
	}
}

// TestCountersSurviveRestart: the ledger resumes counting where it ended.
func TestCountersSurviveRestart(t *testing.T) {
	dir := t.TempDir()
	for round := 1; round <= 2; round++ {
		s := startServe(t, dir)
		for i := range 50 {
			s.send(t, "tcp", sshLine(fmt.Sprintf("Server listening on 0.0.0.0 port %d.", i)))
		}
		eventually(t, "all received", func() bool { return len(search(t, dir, "*")) == 50*round })
		s.stop(t)
		out, _, _ := command(t, "status", "--data", dir, "--format", "json")
		var status statusJSON
		if err := json.Unmarshal([]byte(out), &status); err != nil {
			t.Fatal(err)
		}
		if status.Totals.Stored != uint64(50*round) {
			t.Errorf("round %d: stored %d", round, status.Totals.Stored)
		}
	}
}

// TestRestartInTheMiddle: the failures before a restart and the success after
// it are still one story.
func TestRestartInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	s := startServe(t, dir)
	for i := range 6 {
		s.send(t, "tcp", sshLine(fmt.Sprintf("Failed password for root from 203.0.113.9 port %d ssh2", 40000+i)))
	}
	eventually(t, "the failures stored", func() bool { return len(search(t, dir, "203.0.113.9")) == 6 })
	s.stop(t)
	s = startServe(t, dir)
	s.send(t, "tcp", sshLine("Accepted password for root from 203.0.113.9 port 40009 ssh2"))
	eventually(t, "a critical alert", func() bool {
		out, _, _ := command(t, "alerts", "--data", dir, "--format", "json")
		for _, a := range jsonLines[alert.Alert](t, out) {
			if a.Level == alert.Critical {
				return true
			}
		}
		return false
	})
	s.stop(t)
}

// TestAcknowledgedSurvivesKill kills the collector twenty times while a client
// sends; every message that a search has found stays, exactly once.
func TestAcknowledgedSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	next := 0
	rounds := 20
	if testing.Short() {
		rounds = 6
	}
	for round := range rounds {
		s := startServe(t, dir)
		conn, err := net.Dial("tcp", s.tcp)
		if err != nil {
			t.Fatal(err)
		}
		for range 500 {
			fmt.Fprintf(conn, "<13>Nov 23 10:00:00 host app[1]: number n%dn\n", next)
			next++
		}
		// Every third round is killed before anything can have been seen.
		var seen []map[string]any
		if round%3 != 0 {
			eventually(t, "something stored", func() bool { seen = search(t, dir, "number"); return len(seen) > 0 })
		}
		s.kill()
		conn.Close()
		count := map[string]int{}
		for _, ev := range search(t, dir, "number") {
			count[ev["message"].(string)]++
		}
		for _, ev := range seen {
			if n := count[ev["message"].(string)]; n != 1 {
				t.Fatalf("round %d: %q was acknowledged and is there %d times", round, ev["message"], n)
			}
		}
		for m, n := range count {
			if n != 1 {
				t.Fatalf("round %d: %q is there %d times", round, m, n)
			}
		}
	}
}

// TestWrongUse checks that mistakes end with one clear sentence and the right
// exit code.
func TestWrongUse(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	running := t.TempDir()
	startServe(t, running)
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown flag", []string{"serve", "--nonsense"}, exitUsage, "--nonsense"},
		{"unknown command", []string{"dance"}, exitUsage, "dance"},
		{"bad query", []string{"search", "--data", t.TempDir(), "user.name:"}, exitUsage, "column"},
		{"bad time", []string{"search", "--data", t.TempDir(), "--since", "yesteryear", "x"}, exitUsage, "--since"},
		{"bad target", []string{"demo", "--to", "ftp://x"}, exitUsage, "udp://"},
		{"busy port", []string{"serve", "--data", t.TempDir(), "--syslog-tcp", busy.Addr().String()}, exitFailed, "another program"},
		{"no address", []string{"serve", "--data", t.TempDir(), "--syslog-udp", "nonsense"}, exitUsage, "nonsense"},
		{"empty address", []string{"serve", "--data", t.TempDir(), "--syslog-udp", ""}, exitUsage, "--syslog-udp"},
		{"empty data folder", []string{"status", "--data", ""}, exitUsage, "--data"},
		{"bad replay target", []string{"replay", "--to", "foo", file}, exitUsage, "foo"},
		{"no speed", []string{"demo", "--speed", "NaN"}, exitUsage, "--speed"},
		{"rules in a file", []string{"rules", "check", file}, exitUsage, "folder"},
		{"data folder is a file", []string{"serve", "--data", file, "--syslog-udp", "127.0.0.1:0"}, exitFailed, file},
		{"second writer", []string{"serve", "--data", running, "--syslog-udp", "127.0.0.1:0"}, exitFailed, "in use"},
		{"missing file", []string{"import", "--data", t.TempDir(), "/nonexistent/auth.log"}, exitFailed, "/nonexistent/auth.log"},
		{"missing config", []string{"status", "--config", "/nonexistent.yaml"}, exitUsage, "/nonexistent.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, stderr, code := command(t, c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("exit %d, want %d, and words with %q: %s", code, c.code, c.says, stderr)
			}
			if strings.Contains(stderr, "panic") || strings.Contains(stderr, "goroutine") {
				t.Errorf("a crash: %s", stderr)
			}
		})
	}
}

// TestImportBesideARunningApp: the app that holds the folder imports.
func TestImportBesideARunningApp(t *testing.T) {
	dir := t.TempDir()
	s := startServe(t, dir)
	file := filepath.Join(t.TempDir(), "auth.log")
	if err := os.WriteFile(file, []byte("Nov 22 10:00:00 nas-01 sshd[1]: Server listening on 0.0.0.0 port 22.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		out, errs, code := command(t, "import", "--data", dir, file)
		if code != exitDone || !strings.Contains(out, "handed to the running") {
			t.Fatalf("round %d: exit %d: %s%s", round, code, out, errs)
		}
	}
	eventually(t, "the file is imported", func() bool { return len(search(t, dir, "host.name:nas-01")) == 1 })
	s.stop(t)
}

// TestStatusNamesNoFormatAsVendor: the format of a message is not the maker of
// its sender.
func TestStatusNamesNoFormatAsVendor(t *testing.T) {
	for _, tt := range []struct{ line, vendor string }{
		{"<13>Nov 23 10:00:00 host app: a=1 b=2 c=3 d=4", ""},
		{"<38>Nov 23 10:00:00 host sshd[7]: Failed password for root from 203.0.113.9 port 40001 ssh2", ""},
		{"<22>Nov 23 10:00:00 host postfix/smtpd[7]: connect from mx.example.net[203.0.113.9]", "Postfix"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a.log")
		if err := os.WriteFile(file, []byte(tt.line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		data := filepath.Join(dir, "data")
		command(t, "import", "--data", data, file)
		out, _, _ := command(t, "status", "--data", data, "--format", "json")
		var status statusJSON
		if err := json.Unmarshal([]byte(out), &status); err != nil {
			t.Fatal(err)
		}
		if len(status.Sources) != 1 || status.Sources[0].Vendor != tt.vendor || status.Totals.Parsed != 1 {
			t.Errorf("%s: %s", tt.line, out)
		}
	}
}

// TestServeJSONLines: documents are understood by their content, events with
// ECS names are taken as they are, and what is no JSON is found by its words.
func TestServeJSONLines(t *testing.T) {
	for format, line := range map[string]string{
		"documents": `{"timestamp":"2026-03-01T10:00:02+0000","flow_id":7,"event_type":"alert","src_ip":"192.0.2.9","dest_ip":"10.1.1.7","alert":{"signature":"ET TEST","severity":1}}`,
		"ecs":       `{"@timestamp":"2026-03-01T10:00:02Z","source":{"ip":"192.0.2.9"},"event":{"module":"suricata"},"message":"ready made"}`,
	} {
		data := t.TempDir()
		s := startProcess(t, "serve", "--data", data, "--json-tcp", "127.0.0.1:0", "--json-tcp-format", format)
		address, ok := strings.CutPrefix(strings.TrimSpace(s.ready), "ready json-tcp=")
		if !ok {
			t.Fatalf("ready line %q: only what was asked for runs", s.ready)
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, line+"\nno object\n"); err != nil {
			t.Fatal(err)
		}
		conn.Close()
		eventually(t, "both stored", func() bool { return len(search(t, data, "*")) == 2 })
		if n := len(search(t, data, "source.ip:192.0.2.9 and event.module:suricata and log.source.address:127.0.0.1")); n != 1 {
			t.Errorf("%s: %d events found", format, n)
		}
		if n := len(search(t, data, `"no object" and tag:parse_failure`)); n != 1 {
			t.Errorf("%s: %d events that are none found", format, n)
		}
		s.stop(t)
	}
	if _, errs, code := inProcess(t, "serve", "--data", t.TempDir(), "--json-tcp", "127.0.0.1:0", "--json-tcp-format", "xml"); code != exitUsage || !strings.Contains(errs, "--json-tcp-format \"xml\": expected one of documents, ecs") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// TestDemoOpensOnlyItsOwnInputs: those that are configured may be in use by the
// Porchlight that runs already, and are nothing of the demo's.
func TestDemoOpensOnlyItsOwnInputs(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "porchlight.yaml")
	text := fmt.Sprintf("inputs:\n- kind: json-tcp\n  options: {address: %q}\n", busy.Addr())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := inProcess(t, "demo", "--config", config, "--data", filepath.Join(dir, "data"), "--speed", "1000")
	if code != exitDone || !strings.Contains(out, "messages were received") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
