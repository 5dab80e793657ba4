package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
	"porchlight/ui/model"
)

// alertStore is a store of alerts in memory.
type alertStore struct {
	Backend
	mu     sync.Mutex
	alerts []alert.Alert
	err    error // of actions
}

func newAlertStore() *alertStore {
	s := &alertStore{}
	for i, level := range []alert.Level{alert.Critical, alert.Low, alert.Medium} {
		id := string(rune('1' + i))
		s.alerts = append(s.alerts, alert.New(id, alert.Finding{Rule: alert.Rule{ID: "r" + id, Title: "Title " + id, Level: level,
			Tags: []string{"attack.t1110.001"}, NextSteps: []string{"Look.", "Block."}, References: []string{"https://example.org/", "a book"}},
			Entities: []alert.Entity{{Field: "source.ip", Value: "203.0.113.7"}}, Events: []event.ID{7, 8}, Count: 2, Why: "Why " + id}, time.Unix(1000, 0)))
	}
	s.alerts[2].Status = alert.Closed
	return s
}

func (s *alertStore) Alerts(context.Context, alert.Filter) ([]alert.Alert, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.alerts), nil
}

func (s *alertStore) Alert(_ context.Context, id string) (alert.Alert, error) {
	return s.change(id, func(a alert.Alert) (alert.Alert, error) { return a, nil })
}

func (s *alertStore) Events(_ context.Context, ids []event.ID) ([]event.Event, error) {
	out := make([]event.Event, len(ids))
	for i, id := range ids {
		out[i].ID = id
		out[i].Set(event.EventOriginal, "raw line "+id.String())
	}
	return out, nil
}

func (s *alertStore) change(id string, f func(alert.Alert) (alert.Alert, error)) (alert.Alert, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return alert.Alert{}, s.err
	}
	for i := range s.alerts {
		if s.alerts[i].ID == id {
			a, err := f(s.alerts[i])
			if err == nil {
				s.alerts[i] = a
			}
			return a, err
		}
	}
	return alert.Alert{}, errors.New("alert " + id + ": not found")
}

func (s *alertStore) AcknowledgeAlert(_ context.Context, id, by string) (alert.Alert, error) {
	return s.change(id, func(a alert.Alert) (alert.Alert, error) { return a.Acknowledge(by, time.Unix(2000, 0)) })
}

func (s *alertStore) CloseAlert(_ context.Context, id, by string, reason alert.Reason, note string) (alert.Alert, error) {
	return s.change(id, func(a alert.Alert) (alert.Alert, error) { return a.Close(by, reason, note, time.Unix(2000, 0)) })
}

func (s *alertStore) ReopenAlert(_ context.Context, id, by string) (alert.Alert, error) {
	return s.change(id, func(a alert.Alert) (alert.Alert, error) { return a.Reopen(by, time.Unix(2000, 0)) })
}

func newTestAlerts(t *testing.T, r model.Route) (*testPage, *alertStore, *alertsPage) {
	tp := newTestPage(t)
	store := newAlertStore()
	p := newAlertsPage(tp.env, store).(*alertsPage)
	tp.show(p.content())
	p.shown(r)
	t.Cleanup(p.hidden)
	tp.pump("the evidence", func() bool { return len(p.loaded.Evidence) == 2 })
	return tp, store, p
}

func TestAlertsPageShowsTheNewest(t *testing.T) {
	tp, _, p := newTestAlerts(t, model.Route{Page: model.PageAlerts})
	if p.detail.title.Text != "Title 1" || p.detail.why.Text != "Why 1" {
		t.Errorf("detail: %q, %q", p.detail.title.Text, p.detail.why.Text)
	}
	if len(p.rows.alerts) != 2 {
		t.Errorf("%d open alerts", len(p.rows.alerts))
	}
	list := tp.win.Canvas().Focused()
	list.TypedRune('j')
	tp.pump("the next", func() bool { return p.detail.title.Text == "Title 2" })
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	tp.pump("the previous", func() bool { return p.detail.title.Text == "Title 1" })
	list.TypedRune('e')
	want := model.EventsRoute("_id:(7 or 8)", model.AllTime)
	if len(tp.navigated) != 1 || tp.navigated[0] != want {
		t.Errorf("evidence leads to %+v", tp.navigated)
	}
}

func TestAlertsPageOpensTheAlertOfItsRoute(t *testing.T) {
	_, _, p := newTestAlerts(t, model.Route{Page: model.PageAlerts, AlertID: "3"})
	if p.detail.title.Text != "Title 3" || model.AlertTabs[p.list.Tab()].Filter != "closed" {
		t.Errorf("%q in tab %d", p.detail.title.Text, p.list.Tab())
	}
}

func TestAlertsPageUnknownAlert(t *testing.T) {
	tp, _, p := newTestAlerts(t, model.Route{Page: model.PageAlerts})
	p.shown(model.Route{Page: model.PageAlerts, AlertID: "gone"})
	tp.pump("the error", func() bool { return strings.Contains(p.detail.banner.Message(), "not found") })
}

func TestAlertsPageActions(t *testing.T) {
	tp, store, p := newTestAlerts(t, model.Route{Page: model.PageAlerts})
	p.typed('a')
	tp.pump("acknowledged", func() bool { return p.detail.alert.Status == alert.Acknowledged })
	if store.alerts[0].ChangedBy != "anna" || p.detail.ack.Visible() || len(p.rows.alerts) != 1 {
		t.Errorf("by %q, button %v, %d open", store.alerts[0].ChangedBy, p.detail.ack.Visible(), len(p.rows.alerts))
	}
	p.typed('c')
	if !p.detail.closing() {
		t.Fatal("C opens the form")
	}
	p.detail.form.submit()
	if !p.detail.form.missing.Visible() {
		t.Error("a reason is needed")
	}
	p.detail.form.reason.SetSelectedIndex(1)
	test.Type(p.detail.form.note, "the backup")
	p.detail.form.submit()
	tp.pump("closed", func() bool { return p.detail.alert.Status == alert.Closed })
	if a := store.alerts[0]; a.Reason != alert.Benign || a.Note != "the backup" {
		t.Errorf("reason %s, note %q", a.Reason, a.Note)
	}
	if p.detail.closing() {
		t.Error("the form goes")
	}
	p.typed('r')
	tp.pump("reopened", func() bool { return p.detail.alert.Status == alert.Open })

	store.mu.Lock()
	store.err = errors.New("the disk is full")
	store.mu.Unlock()
	p.typed('a')
	tp.pump("the error in place", func() bool { return strings.Contains(p.detail.banner.Message(), "the disk is full") })
	if p.detail.ack.Disabled() {
		t.Error("the button can be pressed again")
	}
	p.typed('c')
	if !p.escape() || p.detail.closing() || p.escape() {
		t.Error("Esc closes the form and only that")
	}
}
