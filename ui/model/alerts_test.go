package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

func testAlerts() []alert.Alert {
	mk := func(id string, s alert.Status, l alert.Level) alert.Alert {
		return alert.Alert{ID: id, Status: s, Rule: alert.Rule{Level: l}}
	}
	return []alert.Alert{
		mk("o1", alert.Open, alert.Critical), mk("a1", alert.Acknowledged, alert.High), mk("o2", alert.Open, alert.Low),
		mk("c1", alert.Closed, alert.Medium), mk("o3", alert.Open, alert.Informational),
	}
}

func visibleIDs(l *AlertList) []string {
	var out []string
	for _, a := range l.Visible() {
		out = append(out, a.ID)
	}
	return out
}

func TestAlertTabsAndLevels(t *testing.T) {
	var l AlertList
	l.Set(testAlerts())
	for _, c := range []struct {
		tab    string
		level  alert.Level
		want   []string
		counts []int
	}{
		{"open", "", []string{"o1", "o2", "o3"}, []int{3, 1, 1, 5}},
		{"acknowledged", "", []string{"a1"}, []int{3, 1, 1, 5}},
		{"closed", "", []string{"c1"}, []int{3, 1, 1, 5}},
		{"all", "", []string{"o1", "a1", "o2", "c1", "o3"}, []int{3, 1, 1, 5}},
		{"all", alert.Medium, []string{"o1", "a1", "c1"}, []int{1, 1, 1, 3}},
		{"open", alert.Critical, []string{"o1"}, []int{1, 0, 0, 1}},
		{"nonsense", alert.Critical, []string{"o1"}, []int{1, 0, 0, 1}},
	} {
		l.SetTab(c.tab)
		l.SetMinLevel(c.level)
		if got := visibleIDs(&l); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.tab, c.level, got, c.want)
		}
		if got := l.Counts(); !slices.Equal(got, c.counts) {
			t.Errorf("%s %s: counts %v, want %v", c.tab, c.level, got, c.counts)
		}
	}
}

func TestRevealFilteredAlert(t *testing.T) {
	for id, want := range map[string]string{"o1": "open", "a1": "acknowledged", "c1": "closed", "o3": "open"} {
		var l AlertList
		l.Set(testAlerts())
		l.SetMinLevel(alert.High)
		a, ok := l.Get(id)
		if !ok {
			t.Fatalf("%s is not known", id)
		}
		l.Reveal(a)
		if l.Selected() != id || l.Index() < 0 || AlertTabs[l.Tab()].Filter != want {
			t.Errorf("%s: selected %q at %d in tab %s", id, l.Selected(), l.Index(), AlertTabs[l.Tab()].Filter)
		}
	}
	var l AlertList
	l.Set(testAlerts())
	l.SetTab("all")
	a, _ := l.Get("c1")
	if l.Reveal(a); l.Tab() != 3 {
		t.Error("a tab that shows the alert is kept")
	}
}

func TestStepThroughAlerts(t *testing.T) {
	var l AlertList
	l.Step(1) // nothing there
	l.Set(testAlerts())
	for i, c := range []struct {
		by   int
		want string
	}{{1, "o1"}, {1, "o2"}, {1, "o3"}, {1, "o3"}, {-1, "o2"}, {-5, "o1"}} {
		if l.Step(c.by); l.Selected() != c.want {
			t.Fatalf("step %d: %s, want %s", i, l.Selected(), c.want)
		}
	}
	// An acknowledged alert leaves the tab but stays open; next is the one that
	// took its place.
	l.Select("o2")
	done, _ := l.Get("o2")
	done.Status = alert.Acknowledged
	l.Update(done)
	if l.Selected() != "o2" || l.Index() != -1 {
		t.Fatalf("selected %s at %d", l.Selected(), l.Index())
	}
	if l.Step(1); l.Selected() != "o3" {
		t.Errorf("next is %s", l.Selected())
	}
	l.Update(alert.Alert{ID: "new", Status: alert.Open})
	if got := visibleIDs(&l); !slices.Equal(got, []string{"new", "o1", "o3"}) {
		t.Errorf("after an unknown one: %v", got)
	}
}

type fakeAlerts struct {
	alert  alert.Alert
	events []event.Event
	err    error
	asked  []event.ID
}

func (f *fakeAlerts) Alerts(context.Context, alert.Filter) ([]alert.Alert, error) {
	return []alert.Alert{f.alert}, nil
}

func (f *fakeAlerts) Alert(_ context.Context, id string) (alert.Alert, error) {
	if id != f.alert.ID {
		return alert.Alert{}, errors.New("not found")
	}
	return f.alert, nil
}

func (f *fakeAlerts) Events(_ context.Context, ids []event.ID) ([]event.Event, error) {
	f.asked = ids
	return f.events, f.err
}

func TestLoadAlert(t *testing.T) {
	f := &fakeAlerts{alert: alert.Alert{ID: "x"}, events: []event.Event{{ID: 2, Time: 20}, {ID: 1, Time: 10}}}
	for i := range 80 {
		f.alert.Events = append(f.alert.Events, event.ID(i+1))
	}
	d, err := LoadAlert(t.Context(), f, "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.asked) != maxEvidence || f.asked[0] != 31 || d.Hidden != 30 || d.Missing != 48 {
		t.Errorf("asked for %d from %d, hidden %d, missing %d", len(f.asked), f.asked[0], d.Hidden, d.Missing)
	}
	if d.Evidence[0].Time != 10 {
		t.Error("the newest evidence comes last")
	}
	f.err = errors.New("disk")
	if d, err = LoadAlert(t.Context(), f, "x"); err != nil || d.Err == nil || d.Alert.ID != "x" {
		t.Errorf("evidence unreadable: %v %v", err, d.Err)
	}
	if _, err = LoadAlert(t.Context(), f, "y"); err == nil {
		t.Error("an unknown alert is an error")
	}
}

func TestTechniques(t *testing.T) {
	for id, want := range map[string]string{
		"T1110": "Brute Force", "T1110.001": "Brute Force: Password Guessing", "T1021.004": "Remote Services: SSH",
		"T1110.999": "Brute Force", "T9999": "", "T9999.001": "",
	} {
		if got := TechniqueName(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	for id := range techniqueNames {
		if len(id) > 5 && techniqueNames[id[:5]] == "" {
			t.Errorf("%s has no parent in the table", id)
		}
	}
	if got := TechniqueURL("T1110.001"); got != "https://attack.mitre.org/techniques/T1110/001/" {
		t.Error(got)
	}
}

func TestAlertWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	a := alert.Alert{ID: "x", Status: alert.Open}
	if got := AlertHistory(a, now, time.UTC); got != "" {
		t.Errorf("untouched: %q", got)
	}
	a, err := a.Close("anna", alert.Benign, "backup", now.Add(-10*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if got := AlertHistory(a, now, time.UTC); got != "Closed by anna, 10 min ago: it happened and was allowed" {
		t.Errorf("closed: %q", got)
	}
	for _, r := range alert.Reasons {
		if ReasonTitle(r) == string(r) {
			t.Errorf("%s has no words", r)
		}
	}
	if got := AgoOrDate(now.Add(-30*24*time.Hour), now, time.UTC); got != "2026-10-24" {
		t.Errorf("a month ago: %q", got)
	}
	if got := fmt.Sprint(LevelTitle(alert.Informational), LevelTitle(alert.Critical)); got != "INFOCRITICAL" {
		t.Error(got)
	}
	a.Entities = []alert.Entity{{Field: "source.ip", Value: "203.0.113.7"}, {Field: "user.name", Value: "anna"}}
	if got := Entities(a); got != "203.0.113.7 · anna" {
		t.Error(got)
	}
}
