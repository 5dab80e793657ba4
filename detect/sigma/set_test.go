package sigma

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

// naive is what Set.Match must equal: every rule's tree asked in turn.
func naive(set *Set, ev *event.Event) []int32 {
	var out []int32
	for i, r := range set.Rules() {
		if r.LogSource.Route().Match(ev) && r.Expr.Match(ev) {
			out = append(out, int32(i))
		}
	}
	return out
}

func TestSetEqualsNaive(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	value := func() string {
		return pick("logon-failed", "LOGON-failed", "sshd", "Sudo", "1", "4688", "Security", "authentication", "kelvin", "\u212aelvin", "", "*", "s*", "x"+strings.Repeat("y", 140))
	}
	field := func() string {
		return pick("event.action", "process.name", "EventID", "Channel", "user.name", "F", "Image", "event.category")
	}
	for range 300 {
		var text strings.Builder
		for i := range 20 {
			source := pick("product: windows", "product: windows, service: security", "category: process_creation, product: windows",
				"category: authentication", "product: linux, service: sshd", "category: firewall", "product: linux", "product: acme, service: x")
			fmt.Fprintf(&text, "id: r%d\nlogsource: {%s}\ndetection:\n  a: {'%s': '%s'}\n  b: {'%s%s': ['%s', '%s']}\n  condition: %s\n---\n", i, source,
				field(), value(), field(), pick("", "|cased", "|contains", "|neq"), value(), value(), pick("a", "a and b", "a or b", "b and not a", "not a", "1 of them"))
		}
		rules, err := Parse("r.yml", []byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		set := NewSet(rules)
		if len(set.Rules()) != 20 {
			t.Fatalf("%d rules loaded: %s", len(set.Rules()), rules[0].Reason)
		}
		for range 30 {
			var ev event.Event
			for range 1 + rng.IntN(6) {
				v := value()
				if rng.IntN(4) == 0 {
					v += event.Separator + value()
				}
				ev.SetName(field(), v)
			}
			if got, want := set.Match(&ev, nil), naive(set, &ev); !slices.Equal(got, want) {
				t.Fatalf("on %s: set %v, trees %v\n%s", ev.AppendKeptJSON(nil), got, want, text.String())
			}
		}
	}
}

// The same over the public corpus and the events of its regression cases.
func TestCorpusSetEqualsNaive(t *testing.T) {
	t.Parallel()
	set := NewSet(corpusRules(t))
	routes := set.routes
	root := corpus(t, regressionFiles)
	n, matches := 0, 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		for _, ev := range events(t, root, path.Dir(name)) {
			var want []int32
			for i, r := range set.Rules() {
				if routes[set.route[i]].Match(&ev) && r.Expr.Match(&ev) {
					want = append(want, int32(i))
				}
			}
			if got := set.Match(&ev, nil); !slices.Equal(got, want) {
				t.Errorf("%s: set %v, trees %v", name, got, want)
			}
			n++
			matches += len(want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events, %d matches", n, matches)
}

func TestRoutes(t *testing.T) {
	sysmon := func(id string) []string {
		return []string{"Channel", "Microsoft-Windows-Sysmon/Operational", "EventID", id}
	}
	for _, c := range []struct {
		source LogSource
		ev     []string
		want   bool
	}{
		{LogSource{Product: "windows", Category: "process_creation"}, sysmon("1"), true},
		{LogSource{Product: "windows", Category: "process_creation"}, sysmon("3"), false},
		{LogSource{Product: "windows", Category: "process_creation"}, []string{"Channel", "Security", "EventID", "4688"}, true},
		{LogSource{Product: "windows", Category: "process_creation"}, []string{"Channel", "Application", "EventID", "1"}, false},
		{LogSource{Product: "windows", Category: "process_creation"}, []string{"Provider_Name", "Microsoft-Windows-Sysmon", "EventID", "1"}, true},
		{LogSource{Product: "windows", Category: "process_creation"}, []string{"winlog.channel", "Microsoft-Windows-Sysmon/Operational", "event.code", "1"}, true},
		{LogSource{Product: "windows", Category: "registry_set"}, sysmon("13"), true},
		{LogSource{Product: "windows", Category: "registry_set"}, sysmon("12"), false},
		{LogSource{Product: "windows", Category: "ps_script"}, []string{"Channel", "Microsoft-Windows-PowerShell/Operational", "EventID", "4104"}, true},
		{LogSource{Product: "windows", Service: "security"}, []string{"Channel", "Security"}, true},
		{LogSource{Product: "windows", Service: "security"}, []string{"Channel", "System"}, false},
		{LogSource{Product: "windows"}, []string{"Channel", "System"}, true},
		{LogSource{Product: "windows"}, []string{"process.name", "sshd"}, false},
		{LogSource{Product: "windows", Service: "unknown-service"}, []string{"Channel", "unknown-service"}, true},
		{LogSource{Product: "windows", Category: "unknown"}, []string{"Channel", "System"}, false},
		{LogSource{Product: "linux", Service: "sshd"}, []string{"event.dataset", "system.auth", "process.name", "sshd-session"}, true},
		{LogSource{Product: "linux", Service: "sshd"}, []string{"process.name", "sudo"}, false},
		{LogSource{Product: "linux", Service: "sudo"}, []string{"process.name", "sudo"}, true},
		{LogSource{Product: "linux"}, []string{"event.module", "system"}, true},
		{LogSource{Product: "linux"}, []string{"Channel", "Security"}, false},
		{LogSource{Product: "linux", Category: "process_creation"}, []string{"Channel", "Linux-Sysmon/Operational", "EventID", "1"}, true},
		{LogSource{Product: "linux", Category: "process_creation"}, sysmon("1"), false},
		{LogSource{Category: "firewall"}, []string{"event.action", "connection-denied"}, true},
		{LogSource{Category: "firewall"}, []string{"event.action", "logon-failed"}, false},
		{LogSource{Category: "authentication"}, []string{"event.category", "session\x1fauthentication"}, true},
		{LogSource{Category: "webserver"}, []string{"cs-method", "GET"}, true},
		{LogSource{Category: "webserver"}, []string{"message", "GET"}, false},
		{LogSource{Product: "aws", Service: "cloudtrail"}, []string{"eventSource", "iam.amazonaws.com", "eventName", "CreateUser", "awsRegion", "eu-west-1"}, true},
		{LogSource{Product: "aws", Service: "cloudtrail"}, []string{"eventSource", "iam.amazonaws.com"}, false},
		{LogSource{Product: "linux", Service: "auditd"}, []string{"type", "EXECVE", "a0", "chmod"}, true},
		{LogSource{Product: "linux", Service: "auditd"}, []string{"auditd.log.record_type", "user_auth"}, true},
		{LogSource{Product: "linux", Service: "auditd"}, []string{"type", "query", "name", "example.com"}, false},
		{LogSource{Product: "linux"}, []string{"type", "query", "name", "example.com"}, false},
		{LogSource{Product: "zeek", Service: "dns"}, []string{"_path", "dns", "uid", "C1"}, true},
		{LogSource{Product: "zeek", Service: "dns"}, []string{"_path", "http", "uid", "C1"}, false},
		{LogSource{Product: "acme", Service: "vpn"}, []string{"event.dataset", "acme.vpn"}, true},
		{LogSource{Product: "acme", Service: "vpn"}, []string{"message", "acme vpn"}, false},
		{LogSource{Product: "acme"}, []string{"event.module", "acme"}, true},
		{LogSource{Product: "acme", Category: "web"}, []string{"event.module", "acme"}, false},
		{LogSource{Product: "acme", Category: "web"}, []string{"event.category", "web"}, false},
		{LogSource{Product: "acme", Category: "web"}, []string{"event.module", "acme", "event.category", "web"}, true},
		{LogSource{Category: "unheard-of"}, []string{"message", "x"}, false},
		{LogSource{Service: "unheard-of"}, []string{"message", "x"}, false},
	} {
		if got := c.source.Route().Match(fields(c.ev...)); got != c.want {
			t.Errorf("%v on %v: %v, want %v", c.source, c.ev, got, c.want)
		}
	}
}

func TestFieldNames(t *testing.T) {
	for _, c := range []struct {
		source LogSource
		rule   string
		ev     []string
	}{
		{LogSource{Product: "windows", Category: "process_creation"}, "Image", []string{"Image", "x"}},
		{LogSource{Product: "windows", Category: "process_creation"}, "Image", []string{"NewProcessName", "x"}},
		{LogSource{Product: "windows", Category: "process_creation"}, "Image", []string{"winlog.event_data.Image", "x"}},
		{LogSource{Product: "windows", Category: "process_creation"}, "Image", []string{"process.executable", "x"}},
		{LogSource{Product: "windows", Category: "process_creation"}, "ParentProcessId", []string{"ParentProcessId", "x", "ProcessId", "y"}},
		{LogSource{Product: "windows", Service: "windefend"}, "Threat Name", []string{"ThreatName", "x"}},
		{LogSource{Product: "windows", Service: "windefend"}, "ThreatName", []string{"Threat Name", "x"}},
		{LogSource{Product: "linux", Category: "process_creation"}, "CommandLine", []string{"process.command_line", "x"}},
		{LogSource{Category: "webserver"}, "cs-uri-stem", []string{"url.path", "x"}},
		{LogSource{Category: "firewall"}, "dst_port", []string{"destination.port", "x"}},
		{LogSource{Product: "aws"}, "eventName", []string{"eventName", "x"}},
		{LogSource{Product: "aws", Service: "cloudtrail"}, "eventName", []string{"event.action", "x"}},
		{LogSource{Product: "zeek", Service: "dns"}, "query", []string{"dns.question.name", "x"}},
		{LogSource{Product: "zeek", Service: "http"}, "id.resp_h", []string{"destination.ip", "x"}},
		{LogSource{Product: "okta", Service: "okta"}, "eventType", []string{"okta.event_type", "x"}},
		{LogSource{Product: "gcp", Service: "gcp.audit"}, "gcp.audit.method_name", []string{"protoPayload.methodName", "x"}},
		{LogSource{Product: "m365", Service: "audit"}, "Operation", []string{"event.action", "x"}},
		{LogSource{Product: "windows", Category: "process_creation"}, "ParentProcessId", []string{"winlog.event_data.ProcessId", "x"}},
		{LogSource{Product: "windows", Service: "security"}, "SubjectUserName", []string{"winlog.user_data.SubjectUserName", "x"}},
	} {
		if v, _ := c.source.Field(c.rule).Lookup(fields(c.ev...)); v != "x" {
			t.Errorf("%v: %s in %v: %q", c.source, c.rule, c.ev, v)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"EventID": 4688, "Image": "C:\\a.exe", "n": 00}`, ""},
		{`{"EventID": 4688, "big": 18446744073709551616, "ok": true, "no": null, "e": ""}`, `{"@timestamp":"1970-01-01T00:00:00Z","EventID":"4688","big":"18446744073709551616","e":"","ok":"true"}`},
		{`{"a": {"b": {"c": 1.10}}, "l": ["x", "y"], "@timestamp": "2026-03-01T10:00:00.5+01:00"}`, `{"@timestamp":"2026-03-01T09:00:00.5Z","a.b.c":"1.10","l":["x","y"]}`},
		{`{"source.ip": "192.0.2.1", "source": {"port": 22}}`, `{"@timestamp":"1970-01-01T00:00:00Z","source.ip":"192.0.2.1","source.port":22}`},
		{`{"Threat Name": "x", "Channel": "c"}`, `{"@timestamp":"1970-01-01T00:00:00Z","Channel":"c","Threat Name":"x","ThreatName":"x"}`},
		{`{"Event": {"System": {"Provider": {"#attributes": {"Name": "P"}}, "EventID": {"#text": 7, "#attributes": {"Qualifiers": 1}}, "Channel": "Security", "TimeCreated": {"#attributes": {"SystemTime": "2026-03-01T10:00:00Z"}}}, "EventData": {"Image": "x"}, "UserData": {"LogFileCleared": {"SubjectUserName": "u"}}}}`,
			`{"@timestamp":"2026-03-01T10:00:00Z","Channel":"Security","Event.EventData.Image":"x","Event.System.Channel":"Security","Event.System.EventID.#attributes.Qualifiers":"1","Event.System.EventID.#text":"7","Event.System.Provider.#attributes.Name":"P","Event.System.TimeCreated.#attributes.SystemTime":"2026-03-01T10:00:00Z","Event.UserData.LogFileCleared.SubjectUserName":"u","EventID":"7","EventID_Qualifiers":"1","Image":"x","Provider_Name":"P","SubjectUserName":"u","TimeCreated":"2026-03-01T10:00:00Z"}`},
		{`[]`, ""}, {`null`, ""}, {`{}{}`, ""}, {``, ""}, {`{"a":`, ""},
	} {
		var ev event.Event
		err := Decode(c.in, &ev)
		if (err == nil) != (c.want != "") {
			t.Errorf("%s: error %v", c.in, err)
			continue
		}
		if got := string(ev.AppendKeptJSON(nil)); err == nil && got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.in, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"a": {"b": [1, "x", null, {"c": true}]}, "@timestamp": "2026-03-01T10:00:00Z"}`)
	f.Add(`{"Event": {"System": {"EventID": {"#text": 7}}, "EventData": {"Data": {"#text": ["a", "b"]}}}}`)
	f.Fuzz(func(t *testing.T, data string) {
		var ev event.Event
		if Decode(data, &ev) == nil {
			ev.AppendKeptJSON(nil)
		}
	})
}

func BenchmarkCorpusMatch(b *testing.B) {
	set := NewSet(corpusRules(b))
	ev := fields("Channel", "Microsoft-Windows-Sysmon/Operational", "EventID", "1", "Provider_Name", "Microsoft-Windows-Sysmon",
		"Image", `C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`, "CommandLine", `"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\anna\Documents\offer.docx"`,
		"ParentImage", `C:\Windows\explorer.exe`, "ParentCommandLine", `C:\Windows\Explorer.EXE`, "User", `OFFICE\anna`, "OriginalFileName", "WinWord.exe", "CurrentDirectory", `C:\Users\anna\`, "IntegrityLevel", "Medium")
	var hits []int32
	b.ReportAllocs()
	for b.Loop() {
		hits = set.Match(ev, hits[:0])
	}
}
