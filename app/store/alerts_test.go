package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

func finding(rule string, level alert.Level, address string, ids ...event.ID) alert.Finding {
	return alert.Finding{
		Rule:     alert.Rule{ID: rule, Title: "Rule " + rule, Level: level, Tags: []string{"attack.t1110"}, NextSteps: []string{"look"}},
		Entities: []alert.Entity{{Field: "source.ip", Value: address}},
		Events:   ids, Count: len(ids), First: noon.UnixNano(), Last: noon.Add(time.Minute).UnixNano(),
		Why: "because of " + rule,
	}
}

func record(t *testing.T, s *Store, at time.Time, findings ...alert.Finding) []alert.Change {
	t.Helper()
	changes, err := s.Record(context.Background(), findings, at)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func kinds(changes []alert.Change) string {
	var out []string
	for _, c := range changes {
		kind := map[alert.ChangeKind]string{alert.Opened: "opened", alert.Escalated: "escalated", alert.Updated: "updated"}[c.Kind]
		out = append(out, fmt.Sprintf("%s %s x%d", kind, c.Alert.ID, c.Alert.Count))
	}
	return strings.Join(out, ", ")
}

func expect(t *testing.T, got []alert.Change, want string) {
	t.Helper()
	if kinds(got) != want {
		t.Errorf("got %s, want %s", kinds(got), want)
	}
}

func TestRecordDeduplicates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	ctx := context.Background()
	expect(t, record(t, s, noon), "")
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "10.0.0.1", 1, 2)), "opened A-1 x2")
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "10.0.0.1", 2, 3), finding("brute", alert.Medium, "10.0.0.2", 4),
		finding("brute", alert.Medium, "10.0.0.2", 5), finding("sweep", alert.Low, "10.0.0.1", 6)),
		"updated A-1 x3, opened A-2 x2, opened A-3 x1")

	// A senders' bytes make a key, in whatever encoding.
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "a\x00\xff", 7)), "opened A-4 x1")
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "a\x00\xfe", 7)), "opened A-5 x1")
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "a\x00\xff", 8)), "updated A-4 x2")

	// It lasts: over a restart, an acknowledgement, but not over closing.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	at := noon.Add(time.Hour)
	if _, err := s.UpdateAlert(ctx, "a-1", func(a alert.Alert) (alert.Alert, error) { return a.Acknowledge("anna", at) }); err != nil {
		t.Fatal(err)
	}
	got := record(t, s, at, finding("brute", alert.Medium, "10.0.0.1", 9))
	expect(t, got, "updated A-1 x4")
	if got[0].Alert.Status != alert.Acknowledged || !slices.Equal(got[0].Alert.Events, []event.ID{1, 2, 3, 9}) {
		t.Errorf("alert %+v", got[0].Alert)
	}
	if _, err := s.UpdateAlert(ctx, "1", func(a alert.Alert) (alert.Alert, error) {
		return a.Close("anna", alert.FalsePositive, "our scanner", at)
	}); err != nil {
		t.Fatal(err)
	}
	expect(t, record(t, s, at, finding("brute", alert.Medium, "10.0.0.1", 10)), "opened A-6 x1")

	// Nor over a quiet day.
	expect(t, record(t, s, noon.Add(defaultAlertWindow), finding("brute", alert.Medium, "10.0.0.2", 11)), "opened A-7 x1")
}

func TestRecordEscalates(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	ctx := context.Background()
	graver := func(address string, ids ...event.ID) alert.Finding {
		f := finding("success", alert.High, address, ids...)
		f.Supersedes = []string{"other", "brute"}
		return f
	}
	record(t, s, noon, finding("brute", alert.Medium, "10.0.0.1", 1, 2), finding("brute", alert.Medium, "10.0.0.2", 3))
	if _, err := s.UpdateAlert(ctx, "A-1", func(a alert.Alert) (alert.Alert, error) { return a.Acknowledge("anna", noon) }); err != nil {
		t.Fatal(err)
	}
	got := record(t, s, noon, graver("10.0.0.1", 4))
	expect(t, got, "escalated A-1 x3")
	if a := got[0].Alert; a.Status != alert.Open || a.Rule.ID != "success" || a.Level != alert.High || a.Why != "because of success" {
		t.Errorf("alert %+v", a)
	}
	// The lesser rule goes on firing: the same story still.
	got = record(t, s, noon, finding("brute", alert.Medium, "10.0.0.1", 5), graver("10.0.0.1", 6))
	expect(t, got, "updated A-1 x5")
	if a := got[0].Alert; a.Rule.ID != "success" || a.Why != "because of success" {
		t.Errorf("alert %+v", a)
	}
	// All at once: told once, as what it became.
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "10.0.0.9", 7), graver("10.0.0.9", 8)), "opened A-3 x2")
	expect(t, record(t, s, noon, finding("brute", alert.Medium, "10.0.0.2", 9), graver("10.0.0.2", 10)), "escalated A-2 x3")
	// With nothing to raise it opens its own.
	expect(t, record(t, s, noon, graver("10.0.0.77", 11)), "opened A-4 x1")

	log, err := s.AlertLog(ctx, "A-1")
	if err != nil {
		t.Fatal(err)
	}
	want := []LogEntry{
		{At: noon, Action: "opened", Status: alert.Open},
		{At: noon, By: "anna", Action: "changed", Status: alert.Acknowledged},
		{At: noon, Action: "escalated", Status: alert.Open},
	}
	if !slices.Equal(log, want) {
		t.Errorf("log %+v, want %+v", log, want)
	}
}

func TestRecordIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	if _, err := s.main.Exec(`CREATE TRIGGER refuse BEFORE INSERT ON alert_keys WHEN new.alert_id = 2 BEGIN SELECT RAISE(ABORT, 'no'); END`); err != nil {
		t.Fatal(err)
	}
	changes, err := s.Record(context.Background(), []alert.Finding{finding("a", alert.Low, "x", 1), finding("b", alert.Low, "x", 1)}, noon)
	if err == nil || changes != nil {
		t.Errorf("%v, %v", changes, err)
	}
	if got, err := s.Alerts(context.Background(), alert.Filter{}); err != nil || len(got) != 0 {
		t.Errorf("%d alerts remain, %v", len(got), err)
	}
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	ctx := context.Background()
	for i, level := range alert.Levels {
		record(t, s, noon.Add(time.Duration(i)*time.Minute), finding("rule-"+string(level), level, "10.0.0.1", event.ID(i+1)))
	}
	at := noon.Add(time.Hour)
	want, err := s.UpdateAlert(ctx, "A-2", func(a alert.Alert) (alert.Alert, error) {
		return a.Close("anna", alert.Benign, "backup", at)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{s, openStore(t, dir, readOnlyConfig)} {
		got, err := s.Alert(ctx, "A-2")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
		for _, c := range []struct {
			f    alert.Filter
			want string
		}{
			{alert.Filter{}, "A-2 A-5 A-4 A-3 A-1"},
			{alert.Filter{Limit: 2}, "A-2 A-5"},
			{alert.Filter{MinLevel: alert.High}, "A-5 A-4"},
			{alert.Filter{RuleID: "rule-medium"}, "A-3"},
			{alert.Filter{Statuses: []alert.Status{alert.Closed, alert.Acknowledged}}, "A-2"},
			{alert.Filter{Statuses: []alert.Status{alert.Open}, MinLevel: alert.Low, Limit: 2}, "A-5 A-4"},
			{alert.Filter{RuleID: "none"}, ""},
		} {
			list, err := s.Alerts(ctx, c.f)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, a := range list {
				ids = append(ids, a.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("%+v: %s, want %s", c.f, got, c.want)
			}
		}
		for _, id := range []string{"A-99", "A-", "", "B-1", "A-0", "A-1x"} {
			if _, err := s.Alert(ctx, id); !errors.Is(err, ErrNotFound) {
				t.Errorf("alert %q: %v", id, err)
			}
		}
	}
	// A refused transition changes nothing and comes back as it is.
	_, err = s.UpdateAlert(ctx, "A-2", func(a alert.Alert) (alert.Alert, error) { return a.Acknowledge("otto", at) })
	if !errors.Is(err, alert.ErrTransition) || !strings.HasPrefix(err.Error(), "acknowledge alert A-2") {
		t.Errorf("got %v", err)
	}
	if got, err := s.Alert(ctx, "A-2"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("after it: %+v, %v", got, err)
	}
	if _, err := s.UpdateAlert(ctx, "A-99", func(a alert.Alert) (alert.Alert, error) { return a, nil }); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := openStore(t, t.TempDir(), readOnlyConfig).AlertLog(ctx, "A-1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("log in an empty folder: %v", err)
	}
}

func TestSourcesSettingsCursors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	ctx := context.Background()
	totals := source.Counters{Received: 1<<63 - 1, Parsed: 2, ParseFailed: 3, Stored: 4, Dropped: 5, KernelDropped: 6}
	b := source.Source{Address: "192.168.1.2", Name: "nas", Vendor: "Synology", LastSeen: 7, Counters: source.Counters{Received: 8, Parsed: 9}}
	a := source.Source{Address: "192.168.1.1", Name: "fw", LastSeen: 1}
	gone := source.Source{Address: "192.168.1.3"}
	if err := s.SaveSources(ctx, source.Counters{}, []source.Source{b, a, gone}); err != nil {
		t.Fatal(err)
	}
	b.Stored = 10
	if err := s.SaveSources(ctx, totals, []source.Source{b, a}); err != nil {
		t.Fatal(err)
	}
	for _, set := range []func(context.Context, string, string) error{s.SetSetting, s.SetCursor} {
		if err := errors.Join(set(ctx, "theme", "light"), set(ctx, "theme", "dark"), set(ctx, "empty", "")); err != nil {
			t.Fatal(err)
		}
	}
	ro := openStore(t, dir, readOnlyConfig)
	for _, s := range []*Store{s, ro} {
		gotTotals, sources, err := s.Sources(ctx)
		if err != nil || gotTotals != totals || !slices.Equal(sources, []source.Source{a, b}) {
			t.Errorf("got %+v %+v, %v", gotTotals, sources, err)
		}
		for _, get := range []func(context.Context, string) (string, bool, error){s.Setting, s.Cursor} {
			if v, ok, err := get(ctx, "theme"); v != "dark" || !ok || err != nil {
				t.Errorf("theme %q, %v, %v", v, ok, err)
			}
			if v, ok, err := get(ctx, "empty"); v != "" || !ok || err != nil {
				t.Errorf("empty %q, %v, %v", v, ok, err)
			}
			if v, ok, err := get(ctx, "none"); v != "" || ok || err != nil {
				t.Errorf("none %q, %v, %v", v, ok, err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	if err := s.SaveSources(ctx, totals, []source.Source{a}); err != nil { // the first after a start
		t.Fatal(err)
	}
	if _, sources, err := s.Sources(ctx); err != nil || !slices.Equal(sources, []source.Source{a}) {
		t.Errorf("after a restart: %+v, %v", sources, err)
	}
	// Earlier versions stored the name of a format where no vendor was known.
	if err := s.SaveSources(ctx, totals, []source.Source{{Address: "192.168.1.4", Vendor: "keyvalue"}, {Address: "192.168.1.5", Vendor: "postfix"}}); err != nil {
		t.Fatal(err)
	}
	if _, sources, err := s.Sources(ctx); err != nil || sources[0].Vendor != "" || sources[1].Vendor != "Postfix" {
		t.Errorf("a format is a vendor: %+v, %v", sources, err)
	}
	if totals, sources, err := openStore(t, t.TempDir(), readOnlyConfig).Sources(ctx); err != nil || len(sources) > 0 || totals != (source.Counters{}) {
		t.Errorf("an empty folder: %+v %+v, %v", totals, sources, err)
	}
}
