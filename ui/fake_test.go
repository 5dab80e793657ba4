package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"porchlight/app/settings"
	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// fakeBackend is an office that exists only in memory.
type fakeBackend struct {
	mu        sync.Mutex
	settings  settings.Settings
	status    event.Status
	events    []event.Event // newest first
	alerts    []alert.Alert
	busy      string // why no port can be had, "" when it can
	changed   []func()
	demos     int
	paused    bool
	statusErr error
	state     map[string]string
	exported  []string
	parsers   []string
}

// newFakeBackend returns an office at a moment: empty, or after some hours.
func newFakeBackend(now time.Time, full bool) *fakeBackend {
	b := &fakeBackend{settings: settings.Settings{SyslogUDP: ":5514", SyslogTCP: ":5514", RetentionDays: 365, RetentionGB: 20,
		NotifyLevel: alert.Medium, NotifyPerMinute: 4, Theme: "dark", Configured: full}}
	b.status.DiskBytes = 96 << 10
	if !full {
		return b
	}
	b.listen()
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range []struct {
		addr, name, vendor string
		ago                time.Duration
		n, failed, dropped uint64
	}{
		{"192.168.1.1", "fw-office", "pfSense", time.Second, 1_284_302, 120, 0},
		{"192.168.1.10", "fileserver", "Synology", 4 * time.Second, 91_227, 44, 0},
		{"192.168.1.11", "web-01", "Linux", 2 * time.Second, 402_118, 0, 0},
		{"192.168.1.12", "mail.example.lan", "Linux", 11 * time.Second, 240_551, 1, 0},
		{"192.168.1.20", "ap-lobby", "Ubiquiti", 38 * time.Second, 12_400, 3_100, 0},
		{"192.168.1.21", "ap-workshop", "Ubiquiti", 71 * time.Second, 9_311, 2_288, 0},
		{"192.168.1.30", "printer-2nd-floor", "HP", 26 * time.Minute, 311, 0, 0},
		{"192.168.1.50", "", "", 3 * time.Minute, 88, 88, 0},
		{"192.168.1.77", "hypervisor", "Linux", 6 * time.Second, 77_210, 0, 1_204},
		{"2001:db8:40::beef:12", "vpn-gateway", "Linux", 15 * time.Second, 31_870, 0, 0},
		{"import", "", "Linux", 5 * time.Hour, 48_003, 16, 0},
	} {
		b.status.Sources = append(b.status.Sources, event.Source{Address: s.addr, Name: s.name, Vendor: s.vendor, LastSeen: now.Add(-s.ago).UnixNano(),
			Counters: event.Counters{Received: s.n, Parsed: s.n - s.failed - s.dropped, ParseFailed: s.failed, Stored: s.n - s.dropped, Dropped: s.dropped}})
	}
	for _, s := range b.status.Sources {
		t := &b.status.Totals
		t.Received += s.Received
		t.Parsed += s.Parsed
		t.ParseFailed += s.ParseFailed
		t.Stored += s.Stored
		t.Dropped += s.Dropped
	}
	fw := &b.status.Sources[0].Profile
	fw.Label, fw.Known = "", true
	for range 3 {
		fw.Count("Netgate pfSense firewall")
	}
	fw.Aspects[event.AspectConnections], fw.Aspects[event.AspectNames] = 1_200_000, 4_011
	fw.Clock = event.Clock{Measured: true, Offset: -int64(time.Hour), Corrected: -int64(time.Hour)}
	unknown := &b.status.Sources[4].Profile
	unknown.FirstSeen = now.Add(-time.Minute).UnixNano()
	unknown.Count("UniFi device")
	unknown.Aspects[event.AspectDevice] = 9_300
	b.status.DiskBytes = 1_463_000_000
	for i := range 4000 {
		at := now.Add(-time.Duration(i*i/400+i*2) * time.Second)
		b.events = append(b.events, fakeEvent(r, at, len(b.events)))
	}
	for i := range b.events {
		b.events[i].ID = event.NewID(20780, uint64(len(b.events)-i))
	}
	b.alerts = fakeAlerts(now, b.events)
	b.status.OpenAlerts = 7
	return b
}

func fakeEvent(r *rand.Rand, at time.Time, n int) event.Event {
	var e event.Event
	e.Time, e.Received = at.UnixNano(), at.UnixNano()
	sev := []int64{6, 6, 6, 6, 6, 5, 5, 4, 3}[r.IntN(9)]
	e.SetInt(event.LogSyslogSeverity, sev)
	host := []string{"web-01", "fw-office", "fileserver", "mail.example.lan", "hypervisor"}[r.IntN(5)]
	e.Set(event.HostName, host)
	e.Set(event.LogSourceAddress, map[string]string{"web-01": "192.168.1.11", "fw-office": "192.168.1.1", "fileserver": "192.168.1.10", "mail.example.lan": "192.168.1.12", "hypervisor": "192.168.1.77"}[host])
	ip := fmt.Sprintf("203.0.113.%d", r.IntN(40)+1)
	e.Set(event.SourceIP, ip)
	switch r.IntN(4) {
	case 0:
		e.Set(event.EventCategory, "authentication")
		e.Set(event.EventAction, "ssh_login")
		e.Set(event.EventOutcome, "failure")
		e.Set(event.UserName, []string{"root", "admin", "anna"}[r.IntN(3)])
		e.Set(event.ProcessName, "sshd")
		e.Set(event.Message, fmt.Sprintf("Failed password for invalid user admin from %s port %d ssh2", ip, 40000+n))
	case 1:
		e.Set(event.EventCategory, "network")
		e.Set(event.EventAction, "blocked")
		e.Set(event.DestinationIP, "192.168.1.10")
		e.Set(event.DestinationPort, "445")
		e.Set(event.Message, "filterlog: block in on igb0: TCP "+ip+":51122 > 192.168.1.10:445")
	case 2:
		e.Set(event.EventAction, "session_opened")
		e.Set(event.UserName, "anna")
		e.Set(event.ProcessName, "sudo")
		e.Set(event.Message, "pam_unix(sudo:session): session opened for user root(uid=0) by anna(uid=1000)")
	default:
		e.Set(event.ProcessName, "cron")
		e.Set(event.Message, "(root) CMD (/usr/lib/backup/hourly --quiet)")
	}
	e.Set(event.EventOriginal, "<38>"+at.Format(time.Stamp)+" "+host+" "+e.Get(event.Message))
	return e
}

func fakeAlerts(now time.Time, events []event.Event) []alert.Alert {
	var out []alert.Alert
	for i, a := range []struct {
		title  string
		level  alert.Level
		status alert.Status
		ago    time.Duration
		field  string
		value  string
	}{
		{"Successful logon after SSH brute force", alert.Critical, alert.Open, time.Minute, "source.ip", "203.0.113.7"},
		{"New account with administrator rights", alert.High, alert.Open, 9 * time.Minute, "user.name", "svc-backup"},
		{"SSH brute force", alert.Medium, alert.Open, 24 * time.Minute, "source.ip", "192.168.1.10"},
		{"Port sweep blocked by the firewall", alert.Medium, alert.Acknowledged, 51 * time.Minute, "source.ip", "198.51.100.77"},
		{"sudo to root by an unusual user", alert.Low, alert.Open, 2 * time.Hour, "user.name", "anna"},
		{"System log was cleared", alert.High, alert.Open, 3 * time.Hour, "host.name", "hypervisor"},
		{"SSH brute force", alert.Medium, alert.Open, 5 * time.Hour, "source.ip", "203.0.113.12"},
		{"Service installed", alert.Informational, alert.Open, 11 * time.Hour, "host.name", "web-01"},
		{"Disk error reported by a device", alert.Low, alert.Closed, 30 * time.Hour, "host.name", "fileserver"},
	} {
		f := alert.Finding{Rule: alert.Rule{ID: fmt.Sprint("rule-", i), Title: a.title, Level: a.level, Description: "What the rule looks for.", Tags: []string{"attack.t1110.001", "attack.credential-access"}, NextSteps: []string{"Block the address at the firewall.", "Change the password of the account."}},
			Entities: []alert.Entity{{Field: a.field, Value: a.value}}, Count: 48, First: now.Add(-a.ago - 5*time.Minute).UnixNano(), Last: now.Add(-a.ago).UnixNano(),
			Why: "48 failed logons from " + a.value + " within 2 minutes, then one that succeeded."}
		for k := range 12 {
			f.Events = append(f.Events, events[i*20+k].ID)
		}
		x := alert.New(fmt.Sprint("a", i), f, now.Add(-a.ago))
		x.Status = a.status
		out = append(out, x)
	}
	return out
}

func (b *fakeBackend) listen() {
	b.status.Listeners = nil
	for input, addr := range map[string]string{"syslog-tcp": b.settings.SyslogTCP, "syslog-udp": b.settings.SyslogUDP} {
		if addr == settings.Off {
			continue
		}
		l := event.Listener{Input: input, Address: "[::]" + addr, Err: b.busy}
		b.status.Listeners = append(b.status.Listeners, l)
	}
	slices.SortFunc(b.status.Listeners, func(x, y event.Listener) int { return cmp.Compare(y.Input, x.Input) })
}

func (b *fakeBackend) Status(context.Context) (event.Status, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.status
	s.Sources = slices.Clone(s.Sources)
	s.Listeners = slices.Clone(s.Listeners)
	return s, b.statusErr
}

// DescribeSource implements Describer.
func (b *fakeBackend) DescribeSource(_ context.Context, address, label string, trustClock bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.status.Sources {
		if s := &b.status.Sources[i]; s.Address == address {
			s.Profile.Label, s.Profile.Known, s.Profile.Clock.Trusted = label, true, trustClock
			return nil
		}
	}
	return errors.New("there is no such source")
}

// WhoWas implements Identifier.
func (b *fakeBackend) WhoWas(_ context.Context, address string, _ time.Time) ([]event.Identity, error) {
	if address != "192.168.1.10" {
		return nil, nil
	}
	return []event.Identity{{Address: address, Kind: event.IdentityHost, Value: "fileserver"}, {Address: address, Kind: event.IdentityMAC, Value: "00-11-32-AA-BB-CC", From: "Synology Incorporated"},
		{Address: address, Kind: event.IdentityUser, Value: "anna", From: "logon-success"}}, nil
}

// Explain implements Explainer.
func (b *fakeBackend) Explain(ev *event.Event) (string, []event.Place, []string) {
	body := ev.Get(event.EventOriginal)
	ip := ev.Get(event.SourceIP)
	at := strings.Index(body, ip)
	if ip == "" || at < 0 {
		return body, nil, []string{"Read by: no format."}
	}
	return body, []event.Place{{Start: at, End: at + len(ip), Field: "source.ip"}}, []string{"Read by: fake."}
}

// ProposeParser, TryParser and SaveParser implement ParserMaker.
func (b *fakeBackend) ProposeParser(_ context.Context, address, name string) (string, []string, error) {
	if address != "192.168.1.20" {
		return "", nil, nil
	}
	return "parser " + name + "\ntemplate host info door-opened - | Door {" + name + ".door} opened\n", []string{"Door 7 opened", "Door 8 opened"}, nil
}

func (b *fakeBackend) TryParser(text string, messages []string) (int, error) {
	if !strings.HasPrefix(text, "parser ") {
		return 0, errors.New("line 1: a pack begins with a line \"parser NAME\"")
	}
	return len(messages), nil
}

func (b *fakeBackend) SaveParser(_ context.Context, text string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parsers = append(b.parsers, text)
	return nil
}

// Parsers implements ParserKeeper.
func (b *fakeBackend) Parsers(context.Context) (files []event.ParserFile, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.parsers {
		name, _, _ := strings.Cut(strings.TrimPrefix(text, "parser "), "\n")
		f := event.ParserFile{Name: name, Text: text, Samples: strings.Count(text, "\nsample ")}
		if !strings.Contains(text, "template ") {
			f.Problem = "line 1: there is no template"
		}
		files = append(files, f)
	}
	return files, nil
}

// RemoveParser implements ParserKeeper.
func (b *fakeBackend) RemoveParser(_ context.Context, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parsers = slices.DeleteFunc(b.parsers, func(text string) bool { return strings.HasPrefix(text, "parser "+name+"\n") })
	return nil
}

// receive counts n messages from each of the first sources.
func (b *fakeBackend) receive(n uint64, at time.Time) {
	b.mu.Lock()
	for i := range b.status.Sources {
		if i < 6 {
			b.status.Sources[i].Received += n
			b.status.Sources[i].Parsed += n
			b.status.Sources[i].LastSeen = at.UnixNano()
			b.status.Totals.Received += n
			b.status.Totals.Parsed += n
			b.status.Totals.Stored += n
		}
	}
	fns := slices.Clone(b.changed)
	b.mu.Unlock()
	for _, f := range fns {
		if f != nil {
			f()
		}
	}
}

func (b *fakeBackend) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	n := 0
	for i := range b.events {
		if ctx.Err() != nil {
			return query.Result{}, ctx.Err()
		}
		if !q.Match(&b.events[i]) {
			continue
		}
		n++
		if !yield(&b.events[i]) || n == q.Limit {
			break
		}
	}
	return query.Result{Scanned: len(b.events)}, nil
}

func (b *fakeBackend) Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	counts := map[int64]int{}
	res, err := b.Search(ctx, query.Query{Expr: q.Expr, Since: q.Since, Until: q.Until}, func(e *event.Event) bool {
		counts[e.Time/int64(width)*int64(width)]++
		return true
	})
	var out []query.Bin
	for start, n := range counts {
		out = append(out, query.Bin{Start: start, Count: n})
	}
	slices.SortFunc(out, func(x, y query.Bin) int { return cmp.Compare(x.Start, y.Start) })
	return out, res, err
}

func (b *fakeBackend) Events(_ context.Context, ids []event.ID) ([]event.Event, error) {
	var out []event.Event
	for _, e := range b.events {
		if slices.Contains(ids, e.ID) {
			out = append(out, e)
		}
	}
	return out, nil
}

func (b *fakeBackend) Alerts(_ context.Context, f alert.Filter) ([]alert.Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []alert.Alert
	for _, a := range b.alerts {
		if (len(f.Statuses) == 0 || slices.Contains(f.Statuses, a.Status)) && a.Level.Rank() >= f.MinLevel.Rank() {
			out = append(out, a)
		}
	}
	return out, nil
}

var errNoAlert = errors.New("no such alert")

func (b *fakeBackend) Alert(_ context.Context, id string) (alert.Alert, error) {
	return b.change(id, func(a alert.Alert) (alert.Alert, error) { return a, nil })
}

func (b *fakeBackend) change(id string, f func(alert.Alert) (alert.Alert, error)) (alert.Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, a := range b.alerts {
		if a.ID == id {
			a, err := f(a)
			if err == nil {
				b.alerts[i] = a
			}
			return a, err
		}
	}
	return alert.Alert{}, errNoAlert
}

func (b *fakeBackend) AcknowledgeAlert(_ context.Context, id, by string) (alert.Alert, error) {
	return b.change(id, func(a alert.Alert) (alert.Alert, error) { return a.Acknowledge(by, time.Now()) })
}

func (b *fakeBackend) CloseAlert(_ context.Context, id, by string, reason alert.Reason, note string) (alert.Alert, error) {
	return b.change(id, func(a alert.Alert) (alert.Alert, error) { return a.Close(by, reason, note, time.Now()) })
}

func (b *fakeBackend) ReopenAlert(_ context.Context, id, by string) (alert.Alert, error) {
	return b.change(id, func(a alert.Alert) (alert.Alert, error) { return a.Reopen(by, time.Now()) })
}

func (b *fakeBackend) OnChange(fn func()) (cancel func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changed = append(b.changed, fn)
	i := len(b.changed) - 1
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.changed[i] = nil
	}
}

func (b *fakeBackend) Demo(ctx context.Context) error {
	b.mu.Lock()
	b.demos++
	b.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

func (b *fakeBackend) Settings() settings.Settings {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.settings
}

func (b *fakeBackend) SetSettings(_ context.Context, s settings.Settings) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.settings = s
	b.listen()
	return nil
}

func (b *fakeBackend) LocalAddresses() []string { return []string{"192.168.1.40", "2001:db8:40::40"} }

func (b *fakeBackend) PauseNotifications(on bool)             { b.paused = on }
func (b *fakeBackend) TestNotification(context.Context) error { return nil }

func (b *fakeBackend) Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error) {
	return fakeStats(ctx, b, q)
}

// fakeStats makes the table of a search from what Search yields.
func fakeStats(ctx context.Context, src interface {
	Search(context.Context, query.Query, func(*event.Event) bool) (query.Result, error)
}, q query.Query) (query.Table, query.Result, error) {
	a := query.NewAccumulator(q.Stats)
	res, err := src.Search(ctx, query.Query{Expr: q.Expr, Since: q.Since, Until: q.Until}, func(e *event.Event) bool {
		a.Add(e)
		return true
	})
	return a.Table(), res, err
}

func (b *fakeBackend) FieldNames(context.Context) ([]string, error) {
	return []string{"event.action", "host.name", "source.ip", "user.name"}, nil
}

func (b *fakeBackend) FieldValues(_ context.Context, field, prefix string, limit int) ([]string, error) {
	var out []string
	for i := range b.events {
		v, _ := b.events[i].LookupName(field)
		if v != "" && strings.HasPrefix(v, prefix) && !slices.Contains(out, v) && len(out) < limit {
			out = append(out, v)
		}
	}
	return out, nil
}

func (b *fakeBackend) UIState(_ context.Context, key string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state[key], nil
}

func (b *fakeBackend) SetUIState(_ context.Context, key, value string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == nil {
		b.state = map[string]string{}
	}
	b.state[key] = value
	return nil
}

func (b *fakeBackend) Export(_ context.Context, _ query.Query, path string) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.exported = append(b.exported, path)
	return len(b.events), nil
}
