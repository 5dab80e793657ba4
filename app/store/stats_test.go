package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func mustParse(t testing.TB, text string) query.Query {
	t.Helper()
	q, err := query.Parse(text, noon)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestStatsAgainstBruteForce counts what Search finds by hand.
func TestStatsAgainstBruteForce(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	o := newOffice(3, noon.Add(-time.Hour))
	for range 8 {
		mustAppend(t, s, o.batch(500))
		o.t = o.t.Add(time.Duration(o.r.IntN(30)) * time.Minute)
	}
	o.t = noon.Add(-26 * time.Hour) // late events of another day
	mustAppend(t, s, o.batch(300))
	for _, c := range []struct {
		text string
		key  func(*event.Event) string
	}{
		{"| stats count(), dcount(source.ip) by host.name", func(ev *event.Event) string { return ev.Get(event.HostName) }},
		{"event.action:logon-failed and not user.name:root | stats count(), dcount(source.ip) by user.name", func(ev *event.Event) string { return ev.Get(event.UserName) }},
		{"last 1h user.name:(anna or admin or guest or deploy or petra or oracle or j.doe or root or nobody) | stats count, dcount(src) by bin(1m)",
			func(ev *event.Event) string { return event.FormatTime(ev.Time - ev.Time%int64(time.Minute)) }},
		{"host.name:nowhere | stats count, dcount(src) by host.name", func(ev *event.Event) string { return "" }},
	} {
		q := mustParse(t, c.text)
		counts, addrs := map[string]int{}, map[string]map[string]bool{}
		q.Stats, q.Limit = nil, 0
		found, _ := search(t, s, q)
		for _, ev := range found {
			k := c.key(&ev)
			counts[k]++
			if addrs[k] == nil {
				addrs[k] = map[string]bool{}
			}
			addrs[k][ev.Get(event.SourceIP)] = true
		}
		var want []string
		for k, n := range counts {
			want = append(want, fmt.Sprint(k, " ", n, " ", len(addrs[k])))
		}
		slices.Sort(want)

		q = mustParse(t, c.text)
		q.Limit = 1 // of events: plays no part
		table, res, err := s.Stats(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range table.Rows {
			key := row[0].Text
			if table.Columns[0].Kind == query.TimeColumn {
				key = event.FormatTime(row[0].Time)
			}
			got = append(got, strings.Join([]string{key, row[1].Text, row[2].Text}, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.text, got, want)
		}
		if len(res.Partial) > 0 || res.Scanned == 0 {
			t.Errorf("%s: %+v", c.text, res)
		}
	}
}

func TestStatsWantsATable(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	if _, _, err := s.Stats(context.Background(), query.Query{}); err == nil {
		t.Error("no error without Stats")
	}
	table, _, err := s.Stats(context.Background(), mustParse(t, "| stats count"))
	if err != nil || len(table.Rows) != 1 || table.Rows[0][0].Text != "0" {
		t.Errorf("an empty store: %+v, %v", table, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	mustAppend(t, s, newOffice(1, noon).batch(10))
	cancel()
	if _, _, err := s.Stats(ctx, mustParse(t, "| stats count")); err == nil {
		t.Error("no error when cancelled")
	}
}
