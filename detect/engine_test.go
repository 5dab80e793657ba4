package detect

import (
	"slices"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// fake is a detector that finds what it is told to.
type fake struct {
	inEvents, inTime []alert.Finding
	window           time.Duration
	seen             int // events
}

func (f *fake) Process(batch []event.Event) []alert.Finding {
	f.seen += len(batch)
	return f.inEvents
}

func (f *fake) Tick(time.Time) []alert.Finding { return f.inTime }

func (f *fake) Window() time.Duration { return f.window }

func finding(rule string, ids ...event.ID) alert.Finding {
	return alert.Finding{Rule: alert.Rule{ID: rule}, Events: ids, Count: len(ids), Why: rule}
}

// What several detectors find of one rule and group is one finding; nothing
// that any of them finds is dropped, and nothing is told twice.
func TestEngineMergesFindings(t *testing.T) {
	first := &fake{inEvents: []alert.Finding{finding("a", 3), finding("b", 1)}}
	second := &fake{inEvents: []alert.Finding{finding("a", 2)}, inTime: []alert.Finding{finding("silent"), finding("a", 4)}}
	third := &fake{inTime: []alert.Finding{finding("a", 5)}}
	e := New(first, second, third)
	got := e.Process(make([]event.Event, 3))
	if len(got) != 2 || got[0].Rule.ID != "a" || !slices.Equal(got[0].Events, []event.ID{2, 3}) || got[0].Count != 2 || got[1].Rule.ID != "b" {
		t.Errorf("of events: %+v", got)
	}
	got = e.Tick(time.Unix(0, 0))
	if len(got) != 2 || got[0].Rule.ID != "silent" || !slices.Equal(got[1].Events, []event.ID{4, 5}) {
		t.Errorf("of time: %+v", got)
	}
	second.inTime, third.inTime = nil, nil
	if got := e.Tick(time.Unix(1, 0)); got != nil {
		t.Errorf("told again: %+v", got)
	}
	if got := New().Process(make([]event.Event, 1)); got != nil {
		t.Errorf("found by nobody: %+v", got)
	}
}

// History goes to those that look back, and what they find in it is old.
func TestEngineWarm(t *testing.T) {
	short := &fake{window: time.Minute, inEvents: []alert.Finding{finding("a", 1)}}
	long, none := &fake{window: time.Hour}, &fake{}
	e := New(short, long, none)
	if e.Window() != time.Hour {
		t.Errorf("window %v", e.Window())
	}
	e.Warm(make([]event.Event, 5))
	if short.seen != 5 || long.seen != 5 || none.seen != 0 {
		t.Errorf("events of history: %d, %d and %d", short.seen, long.seen, none.seen)
	}
	if got := e.Tick(time.Unix(0, 0)); got != nil {
		t.Errorf("history was told: %+v", got)
	}
}
