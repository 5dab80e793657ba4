package app

import (
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

func sighting(rule string, id event.ID) alert.Finding {
	return alert.Finding{Rule: alert.Rule{ID: rule}, Events: []event.ID{id}, Count: 1, First: int64(id), Last: int64(id), Why: rule}
}

func rules(fs []alert.Finding) (out []string) {
	for _, f := range fs {
		out = append(out, f.Rule.ID)
	}
	return out
}

func TestRecorderWritesFirstAtOnceAndGrowthAtIntervals(t *testing.T) {
	r := newRecorder()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	if got := rules(r.due([]alert.Finding{sighting("b", 1), sighting("a", 2)}, now)); len(got) != 2 || got[0] != "b" {
		t.Errorf("first findings: %v", got)
	}
	total := 2
	for i := range 100 {
		at := now.Add(time.Duration(i) * 5 * time.Millisecond) // half a second
		if got := r.due([]alert.Finding{sighting("b", event.ID(10+i))}, at); len(got) != 0 {
			t.Fatalf("growth was written after %v", at.Sub(now))
		}
	}
	// Another story is not held up by the growing one.
	if got := rules(r.due([]alert.Finding{sighting("c", 200)}, now.Add(600*time.Millisecond))); len(got) != 1 || got[0] != "c" {
		t.Errorf("another story: %v", got)
	}
	got := r.due(nil, now.Add(time.Second))
	if len(got) != 1 || got[0].Count != 100 || got[0].First != 10 || got[0].Last != 109 {
		t.Errorf("growth after the interval: %+v", got)
	}
	for _, f := range got {
		total += f.Count
	}
	if total != 102 {
		t.Errorf("%d events told, want 102", total)
	}
	if got := r.due(nil, now.Add(time.Hour)); len(got) != 0 || len(r.written) != 0 {
		t.Errorf("after an hour: %v due, %d keys remembered", got, len(r.written))
	}
}

func TestRecorderKeepsWhatCouldNotBeWritten(t *testing.T) {
	r := newRecorder()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	failed := r.due([]alert.Finding{sighting("a", 1)}, now)
	r.due([]alert.Finding{sighting("a", 2)}, now)
	r.giveBack(failed)
	got := r.rest()
	if len(got) != 1 || got[0].Count != 2 || got[0].First != 1 {
		t.Errorf("rest %+v", got)
	}
	if len(r.rest()) != 0 {
		t.Error("the rest was told twice")
	}
}
