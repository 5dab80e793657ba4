package model

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// fakeStore counts the events it holds and remembers what it was asked.
type fakeStore struct {
	events []event.Event
	asked  []query.Query
	alerts []alert.Alert
	err    error
}

func (s *fakeStore) add(at time.Time, severity int64, failed bool) {
	var e event.Event
	e.Time = at.UnixNano()
	e.SetInt(event.LogSyslogSeverity, severity)
	if failed {
		e.Set(event.EventCategory, "authentication")
		e.Set(event.EventOutcome, "failure")
	}
	s.events = append(s.events, e)
}

func (s *fakeStore) Histogram(_ context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	s.asked = append(s.asked, q)
	counts := map[int64]int{}
	for i := range s.events {
		if q.Match(&s.events[i]) {
			counts[s.events[i].Time/int64(width)*int64(width)]++
		}
	}
	var out []query.Bin
	for start, n := range counts {
		out = append(out, query.Bin{Start: start, Count: n})
	}
	return out, query.Result{}, s.err
}

func (s *fakeStore) Alerts(_ context.Context, f alert.Filter) (out []alert.Alert, err error) {
	for _, a := range s.alerts {
		if slices.Contains(f.Statuses, a.Status) {
			out = append(out, a)
		}
	}
	return out, s.err
}

// Each event belongs to exactly one class, so that the chart and the search
// behind each of its layers agree.
func TestClassesCoverAll(t *testing.T) {
	s := &fakeStore{}
	for severity := range int64(8) {
		s.add(noon, severity, false)
	}
	s.events = append(s.events, event.Event{Time: noon.UnixNano()})
	for i := range s.events {
		n := 0
		for _, c := range Classes {
			q, err := query.Parse(c.Query, noon)
			if err != nil {
				t.Fatalf("%s: %v", c.Query, err)
			}
			if q.Match(&s.events[i]) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("event %d is in %d classes", i, n)
		}
	}
}

func TestVolume(t *testing.T) {
	s := &fakeStore{}
	now := noon.Add(2 * time.Minute)
	for severity := range int64(8) {
		s.add(noon.Add(time.Minute), severity, false)
		s.add(noon.Add(-2*time.Hour), severity, false)
		s.add(noon.Add(-7*time.Hour), severity, false) // too old
	}
	o := NewOverview(s, func() time.Time { return now })
	v, err := o.Volume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := len(v.Counts[0]) - 1
	for class, want := range []float64{2, 1, 1, 4} { // info and debug, notice, warning, 0 to 3
		if got := v.Counts[class][last]; got != want {
			t.Errorf("class %s: %v in the newest bar, want %v", Classes[class].Name, got, want)
		}
	}
	if v.Total() != 16 {
		t.Errorf("%v events, want 16", v.Total())
	}
	if since, until := v.Bar(last); since != noon.UnixNano() || until != noon.Add(v.Width).UnixNano() {
		t.Errorf("the newest bar covers %v to %v", time.Unix(0, since).UTC(), time.Unix(0, until).UTC())
	}
	if got, want := v.Hour, 8.0/3600; got != want || v.Span != 6*time.Hour {
		t.Errorf("last hour %v, want %v", got, want)
	}

	// Later counts are cheap, and the window advances.
	s.asked = nil
	now = noon.Add(v.Width + time.Minute)
	s.add(now, 6, false)
	v, err = o.Volume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range s.asked {
		if time.Duration(q.Until-q.Since) > 3*v.Width {
			t.Errorf("a later look asked for %v", time.Duration(q.Until-q.Since))
		}
	}
	if v.Counts[0][last] != 1 || v.Counts[0][last-1] != 2 {
		t.Errorf("newest bars %v", v.Counts[0][last-1:])
	}

	// Late events are found when all is counted again.
	s.add(noon.Add(-3*time.Hour), 6, false)
	now = now.Add(recount)
	if v, _ = o.Volume(t.Context()); v.Total() != 18 {
		t.Errorf("%v events after the recount, want 18", v.Total())
	}
}

// On the first day the chart shows minutes, not hours that are empty.
func TestVolumeScale(t *testing.T) {
	now := noon.Add(8 * time.Second)
	for _, c := range []struct {
		oldest, want time.Duration
	}{
		{0, 15 * time.Minute}, {10 * time.Minute, 15 * time.Minute}, {30 * time.Minute, time.Hour}, {2 * time.Hour, 6 * time.Hour}, {9 * time.Hour, 15 * time.Minute},
	} {
		s := &fakeStore{}
		s.add(noon, 6, false)
		s.add(now.Add(-c.oldest), 4, false)
		v, err := NewOverview(s, func() time.Time { return now }).Volume(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := 2.0
		if c.oldest > 6*time.Hour {
			want = 1
		}
		if v.Span != c.want || v.Total() != want || len(v.Counts[0]) != int(v.Span/v.Width) {
			t.Errorf("events since %v: a chart of %v with %v events", c.oldest, v.Span, v.Total())
		}
	}
	v, err := NewOverview(&fakeStore{}, func() time.Time { return now }).Volume(t.Context())
	if err != nil || v.Span != 15*time.Minute || v.Total() != 0 {
		t.Errorf("without events: %v, %v", v.Span, err)
	}
}

func TestFailedLogons(t *testing.T) {
	s := &fakeStore{}
	for range 3 {
		s.add(noon.Add(-30*time.Hour), 6, true)
	}
	for range 30 {
		s.add(noon.Add(-time.Hour), 6, true)
	}
	s.add(noon, 6, false)
	f, err := NewOverview(s, func() time.Time { return noon }).Failed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if f.Day != 30 || f.Before != 3 || len(f.Hourly) != 24 || f.Hourly[22] != 30 {
		t.Errorf("%+v", f)
	}
	s.err = errors.New("disk I/O error")
	if _, err := NewOverview(s, func() time.Time { return noon }).Failed(t.Context()); err == nil {
		t.Error("no error")
	}
}

func TestTrend(t *testing.T) {
	for _, c := range []struct {
		day, before int
		words       string
		worse       bool
	}{
		{0, 0, "none in two days", false},
		{5, 0, "none the day before", false},
		{20, 0, "none the day before", true},
		{7, 7, "as many as the day before", false},
		{8, 10, "▼ 20 % vs. the day before", false},
		{11, 10, "▲ 10 % vs. the day before", false},
		{40, 10, "▲ 300 % vs. the day before", true},
		{5000, 10, "▲ 500× the day before", true},
	} {
		words, worse := Failed{Day: c.day, Before: c.before}.Trend()
		if words != c.words || worse != c.worse {
			t.Errorf("%d after %d: %q %v, want %q %v", c.day, c.before, words, worse, c.words, c.worse)
		}
	}
}

func TestSummarizeAlerts(t *testing.T) {
	s := &fakeStore{}
	for i, a := range []struct {
		level  alert.Level
		status alert.Status
		age    time.Duration
	}{
		{alert.Critical, alert.Acknowledged, time.Minute}, {alert.High, alert.Open, 90 * time.Minute},
		{alert.Low, alert.Open, 30 * time.Hour}, {alert.Medium, alert.Closed, time.Hour},
	} {
		s.alerts = append(s.alerts, alert.Alert{ID: string(rune('a' + i)), Rule: alert.Rule{Level: a.level}, Status: a.status, CreatedAt: noon.Add(-a.age)})
	}
	sum, err := SummarizeAlerts(t.Context(), s, noon)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Open != 2 || sum.Active() != 3 || sum.New != 3 || sum.WorstOpen != alert.High.Rank() || sum.Worst() != alert.Critical.Rank() || len(sum.Latest) != 3 {
		t.Errorf("%+v", sum)
	}
	if sum.Hourly[23] != 1 || sum.Hourly[22] != 2 {
		t.Errorf("hourly %v", sum.Hourly)
	}
	if (AlertSummary{}).Worst() != -1 {
		t.Error("no alerts have a worst level")
	}
	if n := AlertsNumber(sum); n.Value != "2" || n.Remark != "3 new in 24 h" {
		t.Errorf("%+v", n)
	}
	for range 20 {
		s.alerts = append(s.alerts, alert.Alert{Status: alert.Open})
	}
	if sum, _ = SummarizeAlerts(t.Context(), s, noon); len(sum.Latest) != latestAlerts {
		t.Errorf("%d alerts listed", len(sum.Latest))
	}
}

func TestNumbers(t *testing.T) {
	var m Meter
	p := m.Observe(noon, received(9))
	if n := SourcesNumber(p); n.Value != "0" || n.Bad {
		t.Errorf("no sources: %+v", n)
	}
	p = m.Observe(noon, received(9, sender("192.168.1.1", 1, 0), sender("192.168.1.2", 1, time.Hour)))
	if n := SourcesNumber(p); n.Value != "1 / 2" || !n.Bad {
		t.Errorf("one silent: %+v", n)
	}
	if n := LossNumber(p); n.Value != "0" || n.Bad {
		t.Errorf("no loss: %+v", n)
	}
	p.Status.Totals.Dropped, p.Status.Totals.KernelDropped = 3, 1200
	if n := LossNumber(p); n.Value != "1,203" || !n.Bad {
		t.Errorf("loss: %+v", n)
	}
}
