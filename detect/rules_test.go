package detect

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

const failures = `
title: failed
id: 11111111-1111-4111-8111-111111111111
name: failed
logsource: {category: authentication}
detection:
  s: {event.action: logon-failed}
  condition: s
level: low
---
title: many failed
id: 22222222-2222-4222-8222-222222222222
name: many
correlation:
  type: event_count
  rules: [failed]
  group-by: [source.ip]
  timespan: 1m
  condition: {gte: 3}
level: high
`

// engine returns an engine that runs the rules in files, and these.
func engine(files map[string]string, cfg Config) (*Engine, *Rules, Report) {
	r := NewRules(cfg)
	report := r.Load(nil, source(files))
	return New(r), r, report
}

// builtinEngine returns an engine that runs the built-in rules.
func builtinEngine(t testing.TB) *Engine {
	t.Helper()
	r := NewRules(Config{})
	if report := r.Load(nil, Source{"builtin", builtin(t)}); report.Count(sigma.Loaded) != len(report.Rules) {
		t.Fatalf("not all built-in rules loaded: %+v", report.Rules)
	}
	return New(r)
}

func source(files map[string]string) Source {
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return Source{"test", fsys}
}

// failed makes n failed logons, one a second from second start on.
func failed(start, n int, ip string) []event.Event {
	out := make([]event.Event, n)
	for i := range out {
		ev := &out[i]
		ev.ID = event.NewID(20000, uint64(start+i))
		ev.Time = int64(start+i) * int64(time.Second)
		ev.Received = ev.Time
		ev.Set(event.EventCategory, "authentication")
		ev.Set(event.EventAction, "logon-failed")
		ev.Set(event.SourceIP, ip)
	}
	return out
}

func TestGrowthDoesNotRepeatEvents(t *testing.T) {
	e, _, _ := engine(map[string]string{"a.yml": failures}, Config{})
	var sizes []int
	total := 0
	for _, ev := range failed(0, 6, "192.0.2.1") {
		n := 0
		for _, f := range e.Process([]event.Event{ev}) {
			if f.Rule.Title != "many failed" {
				t.Errorf("the rule a correlation refers to alerted: %s", f.Rule.Title)
			}
			n += len(f.Events)
			total += f.Count
		}
		sizes = append(sizes, n)
	}
	if want := []int{0, 0, 3, 1, 1, 1}; !slices.Equal(sizes, want) || total != 6 {
		t.Errorf("new evidence per event %v (%d in all), want %v", sizes, total, want)
	}
}

func TestReloadKeepsStateOfUnchangedRules(t *testing.T) {
	e, r, _ := engine(map[string]string{"a.yml": failures}, Config{})
	e.Process(failed(0, 2, "192.0.2.1"))
	r.Load(nil, source(map[string]string{"moved.yml": failures, "b.yml": "title: x\n"}))
	if got := e.Process(failed(2, 1, "192.0.2.1")); len(got) != 1 || len(got[0].Events) != 3 {
		t.Errorf("after a reload of the same rules: %+v, want one finding with 3 events", got)
	}
	r.Load(nil, source(map[string]string{"a.yml": strings.Replace(failures, "gte: 3", "gte: 4", 1)}))
	if got := e.Process(failed(3, 3, "192.0.2.1")); got != nil {
		t.Errorf("a changed rule starts over, got %+v", got)
	}
}

func TestWarm(t *testing.T) {
	e, _, _ := engine(map[string]string{"a.yml": failures}, Config{Tolerance: time.Minute})
	if e.Window() != 2*time.Minute {
		t.Errorf("window %v, want timespan and tolerance", e.Window())
	}
	e.Warm(failed(0, 4, "192.0.2.1")) // has fired before the restart
	got := e.Process(failed(4, 1, "192.0.2.1"))
	if len(got) != 1 || !slices.Equal(got[0].Events, []event.ID{event.NewID(20000, 4)}) {
		t.Errorf("after warming up: %+v, want one finding with the new event", got)
	}
}

func TestTickForgetsIdleGroups(t *testing.T) {
	e, _, _ := engine(map[string]string{"a.yml": failures}, Config{Tolerance: time.Minute})
	now := time.Unix(1000, 0)
	e.Tick(now)
	e.Process(failed(0, 2, "192.0.2.1"))
	e.Tick(now.Add(119 * time.Second))
	if got := e.Process(failed(2, 1, "192.0.2.1")); len(got) != 1 {
		t.Errorf("within the window: %d findings, want 1", len(got))
	}
	e.Tick(now.Add(119*time.Second + 121*time.Second))
	if got := e.Process(failed(3, 1, "192.0.2.1")); len(got) != 0 {
		t.Errorf("after an idle time longer than the window: %+v, want nothing", got)
	}
}

func TestReport(t *testing.T) {
	_, r, report := engine(map[string]string{
		"a.yml":      failures,
		"b.yml":      failures,
		"broken.yml": "id: 33333333-3333-4333-8333-333333333333\ntitle: [\n",
		"expand.yml": "title: t\nid: needs\nlogsource: {product: windows}\ndetection: {s: {User|expand: '%admins%'}, condition: s}\n",
		"future.yml": "title: t\nid: new\nlogsource: {product: windows}\ndetection: {s: [{User: a}, {User: b}, {User|foo: c}], condition: s}\n",
		"alone.yml":  "title: t\nid: alone\ncorrelation: {type: temporal, rules: [failed, nowhere], timespan: 1m}\n",
		"over.yml":   "title: t\nid: over\ncorrelation: {type: event_count, rules: [new], timespan: 1m, condition: {gte: 2}}\n",
		"notes.txt":  "not a rule",
	}, Config{})
	want := []string{
		`11111111-1111-4111-8111-111111111111 test/a.yml loaded`,
		`22222222-2222-4222-8222-222222222222 test/a.yml#2 loaded`,
		`alone test/alone.yml error rule alone: correlation.rules[1]: there is no rule "nowhere" among the enabled rules`,
		`11111111-1111-4111-8111-111111111111 test/b.yml error rule 11111111-1111-4111-8111-111111111111: the id is already used by test/a.yml, which is the one that runs`,
		`22222222-2222-4222-8222-222222222222 test/b.yml#2 error rule 22222222-2222-4222-8222-222222222222: the id is already used by test/a.yml#2, which is the one that runs`,
		`33333333-3333-4333-8333-333333333333 test/broken.yml error rule 33333333-3333-4333-8333-333333333333: not valid YAML`,
		`needs test/expand.yml needs_values rule needs: detection.s.User|expand: needs values for %admins%`,
		`new test/future.yml unsupported rule new: detection.s[2].User|foo: unknown modifier "foo"; expected one of all, base64,`,
		`over test/over.yml unsupported rule over: correlation.rules[0]: "new" is not loaded: rule new: detection.s[2]`,
	}
	if len(report.Rules) != len(want) {
		t.Fatalf("%d lines, want %d: %+v", len(report.Rules), len(want), report.Rules)
	}
	for i, rule := range report.Rules {
		got := strings.TrimSpace(fmt.Sprintf("%s %s %s %s", rule.ID, rule.Path, rule.State, rule.Reason))
		if !strings.HasPrefix(got, want[i]) {
			t.Errorf("line %d: %s\nwant %s", i, got, want[i])
		}
	}
	if n := report.Count(sigma.Loaded); n != 2 || len(r.List()) != len(want) {
		t.Errorf("%d loaded, %d listed", n, len(r.List()))
	}
	if infos := r.List(); infos[0].Alerts || !infos[1].Alerts || infos[1].Correlation != "event_count" || infos[0].LogSource != "*/authentication/*" {
		t.Errorf("rule list: %+v", infos[:2])
	}
}

func TestDisabledRules(t *testing.T) {
	r := NewRules(Config{})
	report := r.Load(map[string]bool{"22222222-2222-4222-8222-222222222222": true}, source(map[string]string{"a.yml": failures}))
	got := New(r).Process(failed(0, 4, "192.0.2.1"))
	if len(got) != 1 || got[0].Rule.Title != "failed" || got[0].Count != 4 {
		t.Errorf("%+v, want the plain rule alone, which no enabled correlation silences", got)
	}
	if report.Count(sigma.Loaded) != 2 || !r.List()[1].Disabled {
		t.Error("a disabled rule must stay in report and list")
	}
}

// Plain rules: one finding per rule and entities and batch.
func TestPlainFindings(t *testing.T) {
	e, _, _ := engine(map[string]string{"a.yml": strings.Split(failures, "---")[0]}, Config{})
	batch := append(failed(0, 3, "192.0.2.1"), failed(3, 2, "192.0.2.2")...)
	batch[1].SetName("event.count", "5")
	got := e.Process(batch)
	if len(got) != 2 || got[0].Count != 7 || len(got[0].Events) != 3 || got[1].Count != 2 {
		t.Fatalf("%+v", got)
	}
	if want := []alert.Entity{{Field: "source.ip", Value: "192.0.2.1"}}; !slices.Equal(got[0].Entities, want) {
		t.Errorf("entities %v, want %v", got[0].Entities, want)
	}
	if want := "failed: from 192.0.2.1"; got[0].Why != want {
		t.Errorf("why %q, want %q", got[0].Why, want)
	}
	if got[0].First != 0 || got[0].Last != 2*int64(time.Second) {
		t.Errorf("first %d, last %d", got[0].First, got[0].Last)
	}
	start := failed(9, 1, "192.0.2.3")
	start[0].SetName("winlog.event_data.CommandLine", "cmd /c\twhoami")
	if got, want := e.Process(start)[0].Why, "failed: from 192.0.2.3, running cmd /c whoami"; got != want {
		t.Errorf("why %q, want %q", got, want)
	}
}

// office is a batch of what an office logs all day, in which no rule has
// anything to find.
func office() []event.Event {
	var out []event.Event
	add := func(fields ...string) {
		var ev event.Event
		ev.ID = event.NewID(20000, uint64(len(out)+1))
		ev.Time = int64(len(out)) * int64(time.Millisecond)
		ev.Received = ev.Time
		for i := 0; i < len(fields); i += 2 {
			ev.SetName(fields[i], fields[i+1])
		}
		out = append(out, ev)
	}
	for range 128 {
		add("event.module", "pfsense", "event.category", "network", "event.action", "connection-allowed", "source.ip", "192.168.1.42", "destination.ip", "203.0.113.9", "destination.port", "443", "message", "a line of a firewall")
		add("event.module", "pfsense", "event.category", "network", "event.action", "connection-denied", "source.ip", "203.0.113.80", "source.port", "443", "destination.ip", "192.168.1.42", "destination.port", "51234")
		add("event.module", "system", "event.dataset", "system.syslog", "event.category", "process", "event.action", "process-started", "process.name", "cron", "user.name", "root", "process.command_line", "cd / && run-parts --report /etc/cron.hourly", "host.name", "srv-01")
		add("event.module", "system", "event.dataset", "system.auth", "event.category", "session", "event.action", "session-opened", "process.name", "sshd", "user.name", "petra", "host.name", "srv-01")
		add("message", "ath0: STA 00:00:5e:00:53:3d IEEE 802.11: associated", "process.name", "hostapd", "host.name", "ap-lobby")
		add("event.module", "system", "event.dataset", "system.syslog", "event.category", "process", "event.action", "service-started", "service.name", "logrotate.service", "process.name", "systemd", "host.name", "srv-01")
		add("message", "ready to print", "host.name", "prn-01")
		add("event.dataset", "nginx.access", "event.category", "web", "url.original", "/en/contact", "http.response.status_code", "200", "source.ip", "192.0.2.101", "host.name", "web-01")
	}
	return out
}

func TestQuietEventsCostNoMemory(t *testing.T) {
	e := builtinEngine(t)
	batch := office()
	if got := e.Process(batch); len(got) != 0 {
		t.Fatalf("an office afternoon raised %+v", got)
	}
	if n := testing.AllocsPerRun(5, func() { e.Process(batch) }); n != 0 {
		t.Errorf("%v allocations for %d events that match no rule", n, len(batch))
	}
}

func BenchmarkProcessOffice(b *testing.B) {
	e := builtinEngine(b)
	batch := office()
	b.ReportAllocs()
	for b.Loop() {
		e.Process(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(batch)), "ns/event")
}

// An attack is the expensive case: every event matches and feeds correlations.
func BenchmarkProcessAttack(b *testing.B) {
	e := builtinEngine(b)
	batch := make([]event.Event, 1024)
	var n int64
	b.ReportAllocs()
	for b.Loop() {
		for i := range batch {
			n++
			ev := &batch[i]
			ev.Reset()
			ev.ID, ev.Time = event.NewID(20000, uint64(n)), n*int64(time.Millisecond)
			ev.Received = ev.Time
			ev.Set(event.EventModule, "system")
			ev.Set(event.EventCategory, "authentication")
			ev.Set(event.EventAction, "logon-failed")
			ev.Set(event.ProcessName, "sshd")
			ev.Set(event.UserName, "root")
			ev.Set(event.SourceIP, "203.0.113.7")
		}
		e.Process(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(batch)), "ns/event")
}

// Loading goes on beside the matching of events: matching never waits for it
// and never sees half-loaded rules.
func TestLoadBesideProcess(t *testing.T) {
	r := NewRules(Config{})
	builtinRules := Source{"builtin", builtin(t)}
	r.Load(nil, builtinRules)
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				r.Load(map[string]bool{r.List()[i%2].ID: true}, builtinRules)
			}
		}
	})
	batch := office()
	for i := range 200 {
		if got := r.Process(batch); len(got) != 0 {
			t.Fatalf("batch %d: %+v", i, got)
		}
	}
	close(stop)
	group.Wait()
}
