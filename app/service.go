package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"porchlight/app/settings"
	"porchlight/app/status"
	"porchlight/detect"
	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest"
	"porchlight/ingest/event"
	"porchlight/ingest/input"
	"porchlight/ingest/place"
	"porchlight/ingest/source"
)

// Search yields the events that match, newest first, until yield returns
// false. The events may be kept.
func (a *App) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	return a.store.Search(ctx, q, yield)
}

// Histogram counts the events that match per width of event time, ascending,
// without the empty bins.
func (a *App) Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	return a.store.Histogram(ctx, q, width)
}

// Stats returns the table that q.Stats describes over the events that match.
func (a *App) Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error) {
	return a.store.Stats(ctx, q)
}

// FieldNames returns the names of the fields that the newest events have, the
// known ECS names first.
func (a *App) FieldNames(ctx context.Context) ([]string, error) { return a.store.FieldNames(ctx) }

// FieldValues returns the most frequent values of a field among the newest
// events that begin with prefix, in any case; at most limit.
func (a *App) FieldValues(ctx context.Context, field, prefix string, limit int) ([]string, error) {
	return a.store.FieldValues(ctx, field, prefix, limit)
}

// Events returns the events with these ids in the order given; those that
// retention has dropped are left out.
func (a *App) Events(ctx context.Context, ids []event.ID) ([]event.Event, error) {
	return a.store.Events(ctx, ids)
}

// Explain says how the original message of an event was read: where in it its
// fields stand, and sentences for people. body is "" for events that were not
// read from a line.
func (a *App) Explain(ev *event.Event) (body string, places []place.Place, lines []string) {
	body, x := a.pipeline.Parser().ExplainStored(ev)
	if body == "" {
		return "", nil, nil
	}
	return body, x.Places, x.Lines()
}

// Pin keeps the events when their days are dropped, or lets them go with
// them. The error wraps store.ErrNotFound when one of them is gone already.
func (a *App) Pin(ctx context.Context, ids []event.ID, on bool) error {
	if on {
		return a.store.Pin(ctx, ids...)
	}
	return a.store.Unpin(ctx, ids...)
}

// Pinned returns the events that are kept, the last pinned first.
func (a *App) Pinned(ctx context.Context) ([]event.ID, error) {
	pins, err := a.store.Pinned(ctx)
	ids := make([]event.ID, len(pins))
	for i, p := range pins {
		ids[i] = p.ID
	}
	return ids, err
}

// Alerts returns the alerts that fit, the latest activity first.
func (a *App) Alerts(ctx context.Context, f alert.Filter) ([]alert.Alert, error) {
	return a.store.Alerts(ctx, f)
}

// Alert returns one alert; the error wraps store.ErrNotFound if there is none.
func (a *App) Alert(ctx context.Context, id string) (alert.Alert, error) {
	return a.store.Alert(ctx, id)
}

// AcknowledgeAlert marks an open alert as being looked at.
func (a *App) AcknowledgeAlert(ctx context.Context, id, by string) (alert.Alert, error) {
	return a.updateAlert(ctx, id, func(al alert.Alert) (alert.Alert, error) { return al.Acknowledge(by, a.now()) })
}

// CloseAlert ends the work on an alert.
func (a *App) CloseAlert(ctx context.Context, id, by string, reason alert.Reason, note string) (alert.Alert, error) {
	return a.updateAlert(ctx, id, func(al alert.Alert) (alert.Alert, error) { return al.Close(by, reason, note, a.now()) })
}

// ReopenAlert takes back an acknowledgement or a closing.
func (a *App) ReopenAlert(ctx context.Context, id, by string) (alert.Alert, error) {
	return a.updateAlert(ctx, id, func(al alert.Alert) (alert.Alert, error) { return al.Reopen(by, a.now()) })
}

func (a *App) updateAlert(ctx context.Context, id string, change func(alert.Alert) (alert.Alert, error)) (alert.Alert, error) {
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	al, err := a.store.UpdateAlert(ctx, id, change)
	if err == nil {
		a.tell([]alert.Change{{Kind: alert.Handled, Alert: al}})
	}
	return al, err
}

// Status tells how the collection is doing.
func (a *App) Status(ctx context.Context) (status.Status, error) {
	s := status.Status{Inputs: a.Inputs()}
	s.Totals, s.Sources = a.Counters()
	if err := a.pipeline.Failing(); err != nil {
		s.Failing = err.Error()
	} else if err := a.recordFailure(); err != nil {
		s.Failing = err.Error()
	}
	var err error
	if s.OpenAlerts, err = a.store.CountAlerts(ctx, alert.Filter{Statuses: []alert.Status{alert.Open}}); err != nil {
		return s, err
	}
	s.DiskBytes, err = a.store.DiskBytes()
	return s, err
}

func (a *App) recordFailure() error {
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	return a.recordErr
}

// Counters returns the totals and the sources as they stand now.
func (a *App) Counters() (source.Counters, []source.Source) {
	totals, sources := a.ledger.Snapshot()
	totals.KernelDropped = a.ledger.kernelBefore + a.inputs.KernelDropped()
	return totals, sources
}

// Rules lists the loaded rules.
func (a *App) Rules() []detect.RuleInfo { return a.rules.List() }

// ErrNoSource means that no source has this address (any more).
var ErrNoSource = errors.New("there is no such source any more")

// DescribeSource keeps what the admin says about a source: its name, "" for
// none of its own, and whether its times are to be left as they are.
func (a *App) DescribeSource(ctx context.Context, address, label string, trustClock bool) error {
	if !a.ledger.Describe(address, strings.TrimSpace(label), trustClock) {
		return ErrNoSource
	}
	a.changed()
	return a.saveSources(ctx)
}

// saveSources saves the counters; the store writes only what has changed.
func (a *App) saveSources(ctx context.Context) error {
	totals, sources := a.Counters()
	return a.store.SaveSources(ctx, totals, sources)
}

// OnChange calls fn after new events were stored and when alerts changed. It
// says nothing of what changed. fn must not block.
func (a *App) OnChange(fn func()) (cancel func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.nextID
	a.nextID++
	a.watchers[id] = fn
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.watchers, id)
	}
}

func (a *App) changed() {
	a.mu.Lock()
	fns := make([]func(), 0, len(a.watchers))
	for _, fn := range a.watchers {
		fns = append(fns, fn)
	}
	a.mu.Unlock()
	for _, fn := range fns {
		fn()
	}
}

// Settings returns what holds now.
func (a *App) Settings() settings.Settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.settings
}

// effective returns the settings that hold: the command's flags and file win
// over what was set in the app, and that over the defaults. Whoever names a
// listener by flag or file has switched it on.
func (a *App) effective() settings.Settings {
	s := a.cfg.Settings.Over(a.stored).Over(settings.Defaults())
	s.Configured = s.Configured || a.cfg.Settings.NamesInputs()
	return s
}

// SetSettings stores what differs from the settings that hold and applies it
// at once; what s leaves unset stays as it is. An input that cannot be
// opened is not an error: Status says so, and it is tried again in the
// background. If the settings cannot be stored (a full disk) they hold all the
// same until the end, and the error says so.
func (a *App) SetSettings(ctx context.Context, s settings.Settings) error {
	a.setting.Lock()
	defer a.setting.Unlock()
	before := a.Settings()
	s = s.Over(before)
	if err := errors.Join(s.Validate(), a.checkInputs(s.Inputs)); err != nil {
		return err
	}
	a.mu.Lock()
	a.stored = s.ChangedFrom(before, a.stored.Over(settings.Defaults())).Over(a.stored)
	a.settings = a.effective()
	stored, holds, fixed := a.stored, a.settings, a.settings.FirstNot(s)
	rules := !slices.Equal(before.Rules, holds.Rules) || !slices.Equal(before.DisabledRules, holds.DisabledRules)
	a.mu.Unlock()

	if rules {
		a.loadRules()
	}
	if a.notifier != nil {
		if err := a.notifier.SetConfig(holds.NotifyLevel, holds.NotifyPerMinute); err != nil {
			return err
		}
	}
	for _, err := range a.inputs.Set(a.wanted()) {
		a.log.Warn("input not opened, trying again", "error", err)
	}
	select {
	case a.retainNow <- struct{}{}:
	default:
	}
	defer a.changed()
	text, err := json.Marshal(stored)
	if err == nil {
		err = a.store.SetSetting(ctx, settingsKey, string(text))
	}
	switch {
	case err != nil:
		return fmt.Errorf("the settings hold until Porchlight ends, but could not be stored: %w", err)
	case fixed != "":
		return fmt.Errorf("%s is set by the configuration file or a flag, which win; change it there", fixed)
	}
	return nil
}

// checkInputs reports the first input that cannot work. One that is set up
// already though its kind is unknown, which a newer Porchlight has done, may
// stay: it must not keep the admin from changing anything else.
func (a *App) checkInputs(inputs []input.Setting) error {
	held := a.Settings().Inputs
	return ingest.Kinds.Check(slices.DeleteFunc(slices.Clone(inputs), func(in input.Setting) bool {
		return ingest.Kinds.Find(in.Kind) == nil && slices.ContainsFunc(held, func(h input.Setting) bool { return h.ID == in.ID && h.Kind == in.Kind })
	}))
}

// Flush waits until everything received before the call is stored and judged.
func (a *App) Flush(ctx context.Context) error { return a.pipeline.Flush(ctx) }

// LocalAddresses returns the addresses of this computer that other devices
// can send to, IPv4 first; loopback and link-local ones are left out.
func LocalAddresses() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var v4, v6 []string
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok || n.IP.IsLoopback() || n.IP.IsLinkLocalUnicast() {
			continue
		}
		if n.IP.To4() != nil {
			v4 = append(v4, n.IP.String())
		} else {
			v6 = append(v6, n.IP.String())
		}
	}
	return append(v4, v6...)
}

// Inputs returns how every input is doing, in the order of the settings.
func (a *App) Inputs() []input.State { return a.inputs.States() }

// InputKinds returns every kind of input that there is.
func (a *App) InputKinds() input.Kinds { return ingest.Kinds }
