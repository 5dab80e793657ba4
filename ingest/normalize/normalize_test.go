package normalize

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

var update = flag.Bool("update", false, "rewrite the expected events of testdata/*.log")

// received is when the fixtures' messages arrive.
const received = 1_772_366_400_000_000_000 // 2026-03-01T12:00:00Z

// load fills ev as the pipeline does with a fixture line, "app<TAB>message".
func load(ev *event.Event, line string) {
	app, msg, _ := strings.Cut(line, "\t")
	ev.Reset()
	ev.Time, ev.Received = received, received
	ev.Set(event.EventOriginal, "<13>Mar  1 12:00:00 gw "+app+": "+msg)
	ev.Set(event.HostName, "gw")
	ev.Set(event.LogSyslogAppname, app)
	ev.Set(event.ProcessName, app)
	ev.Set(event.Message, msg)
}

var berlin = time.FixedZone("CET", 3600)

// TestGolden compares what every parser makes of its fixtures with the
// expected events. The output omits what load has set.
func TestGolden(t *testing.T) {
	for _, p := range parsers {
		t.Run(p.Name, func(t *testing.T) {
			lines := fixture(t, p.Name)
			var out bytes.Buffer
			var ev event.Event
			for _, line := range lines {
				load(&ev, line)
				understood := Apply(&ev, Context{Location: berlin})
				out.Write(golden(&ev, line, understood))
			}
			compareGolden(t, p.Name, out.String(), lines)
		})
	}
}

// compareGolden compares what became of a fixture's lines with
// testdata/NAME.json, or writes that file with -update.
func compareGolden(t *testing.T, fixture, out string, lines []string) {
	t.Helper()
	name := filepath.Join("testdata", fixture+".json")
	if *update {
		if err := os.WriteFile(name, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	got, expected := strings.Split(out, "\n"), strings.Split(string(want), "\n")
	if len(got) != len(expected) {
		t.Fatalf("%d lines, want %d", len(got), len(expected))
	}
	for i := range got {
		if got[i] != expected[i] {
			t.Errorf("line %d: %s\n got %s\nwant %s", i+1, lines[min(i, len(lines)-1)], got[i], expected[i])
		}
	}
}

func golden(ev *event.Event, line string, understood bool) []byte {
	app, msg, _ := strings.Cut(line, "\t")
	if !understood {
		return []byte("{\"understood\":false}\n")
	}
	ev.Delete(event.EventOriginal)
	ev.Delete(event.LogSyslogAppname)
	if ev.Get(event.HostName) == "gw" {
		ev.Delete(event.HostName)
	}
	if ev.Get(event.ProcessName) == app {
		ev.Delete(event.ProcessName)
	}
	if ev.Get(event.Message) == msg {
		ev.Delete(event.Message)
	}
	ev.Received = 0
	b := ev.AppendKeptJSON(nil)
	b = bytes.Replace(b, []byte(`"@timestamp":"2026-03-01T12:00:00Z",`), nil, 1)
	return append(b, '\n')
}

func fixture(t testing.TB, name string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	for i, l := range lines {
		if !strings.Contains(l, "\t") {
			t.Fatalf("%s.log:%d: want app<TAB>message, got %q", name, i+1, l)
		}
		// LEEF separates by tabs and multi-line text by line ends.
		lines[i] = strings.NewReplacer("␉", "\t", "␊", "\n").Replace(l)
	}
	return lines
}

// TestFixturesAreRead makes sure that each parser is the one that reads its
// own fixtures, and that there are enough of them.
func TestFixturesAreRead(t *testing.T) {
	for i := range parsers {
		p := &parsers[i]
		own := 0
		for _, line := range fixture(t, p.Name) {
			app, msg, _ := strings.Cut(line, "\t")
			m := read.Message{App: read.AppName(app), Text: msg, Location: time.UTC}
			unwrapRepeated(&m)
			var ev event.Event
			load(&ev, line)
			if m.Text != "" && p.Parse(&m, &ev) {
				own++
			}
		}
		if own < 2 {
			t.Errorf("%s reads %d of its own fixtures", p.Name, own)
		}
	}
}

// TestVocabulary holds the golden events to ECS's allowed values.
func TestVocabulary(t *testing.T) {
	categories := map[string]string{
		"authentication": "start end info", "configuration": "access change creation deletion info", "host": "access change end info start",
		"iam": "admin change creation deletion group info user", "network": "access allowed connection creation deletion denied end info protocol start",
		"process": "access change end info start", "session": "start end info",
		"web": "access error info allowed denied connection", "email": "info", "database": "access change info error start connection end allowed", "file": "access change creation deletion info",
		"registry": "access change creation deletion", "package": "installation change deletion info", "driver": "change end info start", "malware": "info allowed denied", "intrusion_detection": "allowed denied info connection start", "threat": "indicator info", "vulnerability": "info", "library": "start",
	}
	for _, p := range parsers {
		if p.Name == "json" {
			continue // contains what senders claim
		}
		b, err := os.ReadFile(filepath.Join("testdata", p.Name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			var doc map[string]any
			if err := json.Unmarshal([]byte(line), &doc); err != nil {
				t.Fatalf("%s.json:%d: %v", p.Name, i+1, err)
			}
			cats, _ := doc["event.category"].([]any)
			types, _ := doc["event.type"].([]any)
			// With several categories, each type must be allowed for one of
			// them.
			allowed := " "
			for _, c := range cats {
				of, ok := categories[c.(string)]
				if !ok {
					t.Errorf("%s.json:%d: category %v", p.Name, i+1, c)
				}
				allowed += of + " "
			}
			for _, typ := range types {
				if len(cats) > 0 && !strings.Contains(allowed, " "+typ.(string)+" ") {
					t.Errorf("%s.json:%d: type %v in categories %v", p.Name, i+1, typ, cats)
				}
			}
			if o, ok := doc["event.outcome"]; ok && o != "success" && o != "failure" {
				t.Errorf("%s.json:%d: outcome %v", p.Name, i+1, o)
			}
		}
	}
}

func TestRepeated(t *testing.T) {
	tests := []struct{ msg, count, action string }{
		{"message repeated 5 times: [ Failed password for root from 192.0.2.1 port 22 ssh2]", "5", read.ActionLogonFailed},
		{"message repeated 2 times: [Failed password for root from 192.0.2.1 port 22 ssh2]", "2", read.ActionLogonFailed},
		{"last message repeated 3 times", "3", ""},
		{"message repeated many times: [ x]", "", ""},
	}
	for _, tt := range tests {
		var ev event.Event
		load(&ev, "sshd\t"+tt.msg)
		understood := Apply(&ev, Context{})
		if got, _ := ev.LookupName(read.FieldCount); got != tt.count || ev.Get(event.EventAction) != tt.action || understood != (tt.count != "") {
			t.Errorf("%s: count %q, action %q, understood %v", tt.msg, got, ev.Get(event.EventAction), understood)
		}
		if ev.Get(event.Message) != tt.msg {
			t.Errorf("the message became %q", ev.Get(event.Message))
		}
	}
}

// TestEnvelope: a BSD header takes "CEF:" for a program's name.
func TestEnvelope(t *testing.T) {
	var ev event.Event
	ev.Set(event.EventOriginal, "<13>Mar  1 12:00:00 gw CEF:0|Acme|Wall|1|7|Blocked|5|src=192.0.2.1 dst=192.0.2.2 act=blocked")
	ev.Set(event.LogSyslogAppname, "CEF")
	ev.Set(event.ProcessName, "CEF")
	ev.Set(event.Message, "0|Acme|Wall|1|7|Blocked|5|src=192.0.2.1 dst=192.0.2.2 act=blocked")
	if !Apply(&ev, Context{}) || ev.Get(event.ObserverVendor) != "Acme" || ev.Get(event.EventAction) != read.ActionConnectionDenied {
		t.Errorf("got %s", ev.AppendKeptJSON(nil))
	}
	if !strings.HasPrefix(ev.Get(event.Message), "CEF:0|") || ev.Has(event.ProcessName) {
		t.Errorf("message %q, process %q", ev.Get(event.Message), ev.Get(event.ProcessName))
	}
}

// TestSenderCannotForge: a message's keys never overwrite what the pipeline
// knows.
func TestSenderCannotForge(t *testing.T) {
	for _, msg := range []string{
		`{"event":{"original":"x"},"log.source.address":"203.0.113.9","tags":["mine"],"event.ingested":"2020-01-01T00:00:00Z","_id":"1"}`,
		`event.original=x log.source.address=203.0.113.9 event.ingested=2020-01-01T00:00:00Z tags=mine _id=1`,
		`CEF:0|a|b|c|d|e|5|event.original=x log.source.address=203.0.113.9 event.ingested=2020 tags=mine _id=1`,
	} {
		var ev event.Event
		load(&ev, "app\t"+msg)
		original := ev.Get(event.EventOriginal)
		ev.Set(event.LogSourceAddress, "192.0.2.1")
		ev.Add(event.Tags, "ours")
		if !Apply(&ev, Context{}) {
			t.Errorf("%s: not understood", msg)
		}
		if ev.Get(event.EventOriginal) != original || ev.Get(event.LogSourceAddress) != "192.0.2.1" || ev.Received != received || ev.ID != 0 {
			t.Errorf("%s: %s", msg, ev.AppendKeptJSON(nil))
		}
		if !strings.Contains(ev.Get(event.Tags), "ours") {
			t.Errorf("%s: tags %q", msg, ev.Get(event.Tags))
		}
	}
}

func TestNotUnderstood(t *testing.T) {
	for _, line := range []string{
		"\t", "\thello world", "app\tthe value a=1 b=2 of some text is not a log of pairs", "sshd\tsomething new", "\t{not json}", "\t{\"",
		"sudo\tanna : hello", "su\ta b c", "kernel\tnouveau E[ PGRAPH][0000:0f:00.0] DATA_ERROR", "\tCEF:0|too|short", "\tLEEF:3.0|a|b|c|d|x=1",
		"filterlog\t1,2,3", "cron\t(root", "\t1,2,,in,", "systemd\tHello", "passwd\tpassword", "app\tx = 1 y = 2 z = 3",
	} {
		var ev event.Event
		load(&ev, line)
		before := string(ev.AppendKeptJSON(nil))
		if Apply(&ev, Context{}) {
			t.Errorf("%q: understood as %s", line, ev.AppendKeptJSON(nil))
		}
		if after := string(ev.AppendKeptJSON(nil)); after != before {
			t.Errorf("%q: changed to %s", line, after)
		}
	}
}

// JSON that breaks off is read as far as it goes, even if all it had until
// then replaces what the header said.
func TestJSONBreaksOff(t *testing.T) {
	for _, line := range []string{
		"app\t{\"message\":\"hello\",\"log.level\":ierror\"",
		"app\t{\"@timestamp\":\"2026-03-01T09:00:00Z\",",
		"app\t{\"user\":{\"name\":\"anna\",",
	} {
		var ev event.Event
		load(&ev, line)
		if !Apply(&ev, Context{}) {
			t.Errorf("%q: not understood, %s", line, ev.AppendKeptJSON(nil))
		}
		if ev.Get(event.Tags) != read.TagJSONIncomplete || ev.Get(event.ErrorMessage) == "" {
			t.Errorf("%q: not marked as incomplete: %s", line, ev.AppendKeptJSON(nil))
		}
	}
}

func FuzzApply(f *testing.F) {
	for _, p := range parsers {
		for _, line := range fixture(f, p.Name) {
			app, msg, _ := strings.Cut(line, "\t")
			f.Add(app, msg)
		}
	}
	for _, line := range fixture(f, "products") {
		_, doc, _ := strings.Cut(line, "\t")
		f.Add("", doc)
	}
	// App names are found faster by number than by mutation.
	var apps []string
	for _, p := range parsers {
		apps = append(apps, p.Apps...)
	}
	f.Fuzz(func(t *testing.T, app, msg string) {
		var ev event.Event
		load(&ev, app+"\t"+msg)
		check(t, &ev)
		load(&ev, apps[len(msg)%len(apps)]+"\t"+msg)
		check(t, &ev)
		for i := range parsers {
			load(&ev, "\t"+msg)
			if r := parsers[i].Recognize; msg == "" || r != nil && !r(msg) && parsers[i].Apps == nil {
				continue // it is not asked to read what it does not recognize
			}
			parsers[i].Parse(&read.Message{Text: msg, Location: time.UTC}, &ev)
		}
	})
}

func check(t *testing.T, ev *event.Event) {
	t.Helper()
	before := string(ev.AppendKeptJSON(nil))
	// What nothing understood stays unchanged.
	if !Apply(ev, Context{Location: berlin}) && string(ev.AppendKeptJSON(nil)) != before && ev.Get(event.LogSyslogAppname) != "" &&
		!strings.Contains(ev.Get(event.Message), "repeated ") {
		t.Fatalf("not understood, but changed from %s to %s", before, ev.AppendKeptJSON(nil))
	}
	for _, f := range []event.Field{event.SourceIP, event.DestinationIP, event.HostIP} {
		if v := ev.Get(f); v != "" {
			for one := range event.Values(v) {
				if ip, _ := read.ParseIP(one); ip == "" {
					t.Fatalf("%v is %q", f, v)
				}
			}
		}
	}
	for _, r := range ev.Extras() {
		if event.Resolve(r.Name).Field != event.None {
			t.Fatalf("slot field %q among the extras", r.Name)
		}
	}
	if out := ev.AppendKeptJSON(nil); !json.Valid(out) {
		t.Fatalf("printed as %s", out)
	}
}

func BenchmarkApply(b *testing.B) {
	for _, bm := range []struct{ name, line string }{
		{"sshd", "sshd\tFailed password for invalid user admin from 203.0.113.7 port 51234 ssh2"},
		{"sudo", "sudo\t    anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/apt update"},
		{"pam", "sshd\tpam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=root"},
		{"cron", "CRON\t(root) CMD (   cd / && run-parts --report /etc/cron.hourly)"},
		{"systemd", "systemd\tStarted ssh.service - OpenBSD Secure Shell server."},
		{"iptables", "kernel\t[ 3529.289825] [UFW BLOCK] IN=eth0 OUT= MAC=00:16:3e:5e:6c:01:00:16:3e:5e:6c:02:08:00 SRC=203.0.113.7 DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=0 DF PROTO=TCP SPT=51234 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0"},
		{"filterlog", "filterlog\t5,,,1000000103,igb0,match,block,in,4,0x0,,240,54321,0,none,6,tcp,40,203.0.113.7,198.51.100.2,44321,23,0,S,3312047112,,1024,,"},
		{"keyvalue", "\tdate=2026-03-01 time=10:00:00 devname=\"fw1\" devid=\"X1\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" srcip=10.1.1.5 srcport=51234 dstip=198.51.100.7 dstport=443 proto=6 action=\"deny\" policyid=4 sentbyte=60 rcvdbyte=0"},
		{"cef", "\tCEF:0|Acme|Wall|2.1|100|Connection blocked|5|src=203.0.113.7 spt=51234 dst=192.0.2.10 dpt=22 proto=TCP act=blocked suser=anna deviceExternalId=fw1 msg=Blocked by rule"},
		{"json", "\t{\"timestamp\":\"2026-03-01T10:00:00Z\",\"event_type\":\"flow\",\"src_ip\":\"10.0.0.5\",\"src_port\":51234,\"dest_ip\":\"192.0.2.7\",\"dest_port\":443,\"proto\":\"TCP\",\"flow\":{\"bytes_toserver\":600}}"},
		{"unknown", "app\tthe quick brown fox jumps over the lazy dog and finds nothing of interest there"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			var ev event.Event
			app, msg, _ := strings.Cut(bm.line, "\t")
			b.ReportAllocs()
			for b.Loop() {
				ev.Reset()
				ev.Set(event.LogSyslogAppname, app)
				ev.Set(event.Message, msg)
				Apply(&ev, Context{Location: time.UTC})
			}
		})
	}
}

// TestPacksAreAskedLast: what has a format of its own is not left to packs.
func TestPacksAreAskedLast(t *testing.T) {
	greedy, err := read.ReadPack("parser greedy\ntemplate host info any - | {greedy.all}\n")
	if err != nil {
		t.Fatal(err)
	}
	var ev event.Event
	ev.Set(event.Message, `%ASA-6-605005: Login permitted from 192.0.2.1/11 to outside:192.0.2.2/ssh for user "anna"`)
	Apply(&ev, Context{Packs: read.Packs{greedy}})
	if ev.Get(event.EventModule) != "cisco" {
		t.Errorf("read by %s", ev.Get(event.EventModule))
	}
}
