package ui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"porchlight/app/settings"
	"porchlight/app/status"
	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ingest/input"
	"porchlight/ingest/pack"
	"porchlight/ingest/place"
)

// fakeBackend is an office that exists only in memory.
type fakeBackend struct {
	mu        sync.Mutex
	settings  settings.Settings
	status    status.Status
	events    []*event.Event // newest first
	pins      []event.ID     // the last pinned first
	alerts    []alert.Alert
	busy      string // why no port can be opened; "" if one can
	changed   []func()
	demos     int
	statusErr error
	alertErr  error // of everything asked about alerts
	state     map[string]string
	exported  []string
	parsers   []string
}

func (b *fakeBackend) listen() {
	b.status.Inputs = nil
	for _, in := range b.settings.Inputs {
		k := fakeKinds.Find(in.Kind)
		s := input.State{ID: in.ID, Kind: in.Kind, Title: k.Title, Address: "[::]" + k.Complete(in.Options)["address"]}
		switch {
		case !in.On:
		case b.busy != "":
			s.Phase, s.Problem.Reason = input.Trouble, b.busy
		default:
			s.Phase = input.Waiting
		}
		b.status.Inputs = append(b.status.Inputs, s)
	}
}

// fakeKinds are the kinds of input that there are; the last one has an option
// of every type.
var fakeKinds = input.Kinds{
	{Name: "syslog-udp", Title: "Syslog over UDP", About: "What most devices can send.", Options: []input.Option{{Name: "address", Type: input.Address, Default: ":5514", Must: true}}},
	{Name: "syslog-tcp", Title: "Syslog over TCP", About: "Nothing is lost on the way.", Options: []input.Option{{Name: "address", Type: input.Address, Default: ":5514", Must: true}}},
	{Name: "carrier-pigeon", Title: "Carrier pigeon", About: "Slow, but nobody reads along.", Options: []input.Option{
		{Name: "address", Type: input.Address, Default: ":1149", Must: true},
		{Name: "pigeons", Type: input.Int, Default: "3", Min: 1, Max: 9, Unit: "birds", Help: "How many fly at a time."},
		{Name: "breed", Type: input.Choice, Default: "homer", Choices: []string{"homer", "fantail"}, Help: "What bird."},
		{Name: "at_night", Type: input.Bool, Default: "false", Help: "They see little then."},
		{Name: "password", Secret: true, Help: "What the bird has to say."},
	}},
}

// InputKinds implements model.SettingsStore.
func (b *fakeBackend) InputKinds() input.Kinds { return fakeKinds }

func (b *fakeBackend) Status(context.Context) (status.Status, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.status
	s.Sources = slices.Clone(s.Sources)
	s.Inputs = slices.Clone(s.Inputs)
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
func (b *fakeBackend) Explain(ev *event.Event) (string, []place.Place, []string) {
	body := ev.Get(event.EventOriginal)
	ip := ev.Get(event.SourceIP)
	at := strings.Index(body, ip)
	if ip == "" || at < 0 {
		return body, nil, []string{"Read by: no format."}
	}
	return body, []place.Place{{Start: at, End: at + len(ip), Field: "source.ip"}}, []string{"Read by: fake."}
}

// ProposeParser implements ParserMaker, as do TryParser and SaveParser.
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
func (b *fakeBackend) Parsers(context.Context) (files []pack.File, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.parsers {
		name, _, _ := strings.Cut(strings.TrimPrefix(text, "parser "), "\n")
		f := pack.File{Name: name, Text: text, Samples: strings.Count(text, "\nsample ")}
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
	b.mu.Lock()
	events := slices.Clone(b.events)
	b.mu.Unlock()
	n := 0
	for _, ev := range events {
		if ctx.Err() != nil {
			return query.Result{}, ctx.Err()
		}
		if !q.Match(ev) {
			continue
		}
		n++
		if !yield(ev) || n == q.Limit {
			break
		}
	}
	return query.Result{Scanned: len(events)}, nil
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
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []event.Event
	for _, ev := range b.events {
		if slices.Contains(ids, ev.ID) {
			out = append(out, ev.Clone())
		}
	}
	return out, nil
}

// Pin implements Pinner.
func (b *fakeBackend) Pin(_ context.Context, ids []event.ID, on bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		b.pins = slices.DeleteFunc(b.pins, func(p event.ID) bool { return p == id })
		if on {
			b.pins = slices.Insert(b.pins, 0, id)
		}
	}
	return nil
}

// Pinned implements Pinner.
func (b *fakeBackend) Pinned(context.Context) ([]event.ID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.pins), nil
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

var errNoAlert = errors.New("alert not found")

func (b *fakeBackend) Alert(_ context.Context, id string) (alert.Alert, error) {
	return b.change(id, func(a alert.Alert) (alert.Alert, error) { return a, nil })
}

func (b *fakeBackend) change(id string, f func(alert.Alert) (alert.Alert, error)) (alert.Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.alertErr != nil {
		return alert.Alert{}, b.alertErr
	}
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

// PauseNotifications implements Notifier, as does TestNotification.
func (b *fakeBackend) PauseNotifications(bool)                {}
func (b *fakeBackend) TestNotification(context.Context) error { return nil }

func (b *fakeBackend) Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error) {
	a := query.NewAccumulator(q.Stats)
	res, err := b.Search(ctx, query.Query{Expr: q.Expr, Since: q.Since, Until: q.Until}, func(e *event.Event) bool {
		a.Add(e)
		return true
	})
	return a.Table(), res, err
}

func (b *fakeBackend) FieldNames(context.Context) ([]string, error) {
	return []string{"event.action", "host.name", "source.ip", "user.name"}, nil
}

func (b *fakeBackend) FieldValues(_ context.Context, field, prefix string, limit int) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, ev := range b.events {
		v, _ := ev.LookupName(field)
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
