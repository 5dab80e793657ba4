package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestFieldNames(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	if names, err := s.FieldNames(context.Background()); err != nil || len(names) != 0 {
		t.Errorf("an empty store: %v, %v", names, err)
	}
	ev := numbered(1, noon)
	ev.SetName("winlog.channel", "Security")
	ev.SetName("fortinet.vd", "root")
	ev.SetName("user.name", "anna")
	mustAppend(t, s, []event.Event{ev, numbered(2, noon)})
	names, err := s.FieldNames(context.Background())
	want := []string{"@timestamp", "_id", "event.code", "event.ingested", "event.original", "user.name", "fortinet.vd", "winlog.channel"}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("got %v, %v, want %v", names, err, want)
	}
}

func TestFieldValues(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	var batch []event.Event
	for i, pairs := range []string{"user.name=Anna", "user.name=anna", "user.name=Anna", "user.target.name=andré", "user.name=bob tags=a\x1fb", "tags=b", "user.name=",
		"user.name=an" + strings.Repeat("x", 300), "user.name=ſven"} {
		ev := numbered(i, noon)
		for _, p := range strings.Split(pairs, " ") {
			name, value, _ := strings.Cut(p, "=")
			ev.SetName(name, value)
		}
		batch = append(batch, ev)
	}
	mustAppend(t, s, batch)
	for _, c := range []struct {
		field, prefix string
		limit         int
		want          []string
	}{
		{"user.name", "", 10, []string{"Anna", "anna", "bob", "ſven"}},
		{"user.name", "AN", 10, []string{"Anna", "anna"}},
		{"user.name", "AN", 1, []string{"Anna"}},
		{"user.name", "s", 10, []string{"ſven"}},
		{"user.name", "*", 10, nil},
		{"user", "an", 10, []string{"Anna", "andré", "anna"}},
		{"user", "ANDRÉ", 10, []string{"andré"}},
		{"tag", "", 10, []string{"b", "a"}},
		{"@timestamp", "", 10, nil},
		{"absent", "", 10, nil},
		{"user.name", "", 0, nil},
	} {
		got, err := s.FieldValues(context.Background(), c.field, c.prefix, c.limit)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s %q: got %q, %v, want %q", c.field, c.prefix, got, err, c.want)
		}
	}
}

// TestNewestIsBounded: what is offered comes from the newest events only.
func TestNewestIsBounded(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	old := numbered(0, noon.Add(-time.Hour))
	old.SetName("old.field", "x")
	mustAppend(t, s, []event.Event{old})
	for i := range 21 {
		batch := make([]event.Event, 1000)
		for j := range batch {
			batch[j] = numbered(j%7, noon.Add(time.Duration(i)*time.Second))
			if i == 20 {
				batch[j].SetName(fmt.Sprintf("made.up%d", j), "x")
			}
		}
		mustAppend(t, s, batch)
	}
	names, err := s.FieldNames(context.Background())
	if err != nil || slices.Contains(names, "old.field") || !slices.Contains(names, "made.up999") {
		t.Errorf("%d names, %v", len(names), err)
	}
	n := 0
	if err := s.newest(context.Background(), func(*event.Event) { n++ }); err != nil || n != newestLooked {
		t.Errorf("looked at %d events, %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.FieldNames(ctx); err == nil {
		t.Error("no error when cancelled")
	}
}
