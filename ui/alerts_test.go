package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
	"porchlight/ui/model"
)

// newAlertStore returns three alerts, the last of them closed, with their
// evidence.
func newAlertStore() *fakeBackend {
	b := &fakeBackend{}
	for _, id := range []event.ID{8, 7} {
		ev := &event.Event{ID: id}
		ev.Set(event.EventOriginal, "raw line "+id.String())
		b.events = append(b.events, ev)
	}
	for i, level := range []alert.Level{alert.Critical, alert.Low, alert.Medium} {
		id := string(rune('1' + i))
		b.alerts = append(b.alerts, alert.New(id, alert.Finding{Rule: alert.Rule{ID: "r" + id, Title: "Title " + id, Level: level,
			Tags: []string{"attack.t1110.001"}, NextSteps: []string{"Look.", "Block."}, References: []string{"https://example.org/", "a book"}},
			Entities: []alert.Entity{{Field: "source.ip", Value: "203.0.113.7"}}, Events: []event.ID{7, 8}, Count: 2, Why: "Why " + id}, time.Unix(1000, 0)))
	}
	b.alerts[2].Status = alert.Closed
	return b
}

func newTestAlerts(t *testing.T, r model.Route) (*testPage, *fakeBackend, *alertsPage) {
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
	store.alertErr = errors.New("the disk is full")
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
