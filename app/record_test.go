package app

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"porchlight/app/store"
	"porchlight/detect"
	"porchlight/detect/alert"
	"porchlight/ingest"
	"porchlight/ingest/event"
)

func sighting(rule string, id event.ID) alert.Finding {
	return alert.Finding{Rule: alert.Rule{ID: rule, Level: alert.High}, Events: []event.ID{id}, Count: 1, First: int64(id), Last: int64(id), Why: rule}
}

func ruleIDs(fs []alert.Finding) (out []string) {
	for _, f := range fs {
		out = append(out, f.Rule.ID)
	}
	return out
}

func TestRecorderWritesFirstAtOnceAndGrowthWithTheTick(t *testing.T) {
	var r recorder
	if got := ruleIDs(r.due([]alert.Finding{sighting("b", 1), sighting("a", 2)})); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("first findings: %v", got)
	}
	for i := range 100 {
		if got := r.due([]alert.Finding{sighting("b", event.ID(10+i))}); len(got) != 0 {
			t.Fatalf("growth was written at once: %v", got)
		}
	}
	// Another story is not held up by the growing one.
	if got := ruleIDs(r.due([]alert.Finding{sighting("c", 200)})); !slices.Equal(got, []string{"c"}) {
		t.Errorf("another story: %v", got)
	}
	got := r.tick()
	if len(got) != 1 || got[0].Count != 100 || got[0].First != 10 || got[0].Last != 109 {
		t.Errorf("growth with the tick: %+v", got)
	}
	// What has grown is expected to continue; what has not is news again.
	if got := r.due([]alert.Finding{sighting("b", 300), sighting("a", 301)}); !slices.Equal(ruleIDs(got), []string{"a"}) {
		t.Errorf("after the tick: %v", ruleIDs(got))
	}
	if got := r.tick(); len(got) != 1 || len(r.tick()) != 0 {
		t.Errorf("told twice: %v", ruleIDs(got))
	}
}

func TestRecorderKeepsTheOrderOfWhatFailed(t *testing.T) {
	var r recorder
	failed := r.due([]alert.Finding{sighting("z", 1), sighting("a", 2)})
	r.giveBack(failed)
	if got := ruleIDs(r.due([]alert.Finding{sighting("m", 3)})); !slices.Equal(got, []string{"z", "a", "m"}) {
		t.Errorf("after a failure: %v", got)
	}
}

// TestJudgesAfterAKill: events that were stored but not judged when the process
// died are judged at the next start; those judged raise nothing twice.
func TestJudgesAfterAKill(t *testing.T) {
	dir := t.TempDir()
	a, stop := running(t, dir)
	lines := func(from, to int) {
		for i := from; i < to; i++ {
			push(t, a, event.Raw{Origin: &event.Origin{Input: "import"}, Received: a.now().UnixNano(),
				Body: "<86>1 " + event.FormatTime(a.now().UnixNano()) + " nas-01 sshd 42 - - Failed password for root from 203.0.113.7 port 50000 ssh2"})
		}
		if err := a.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	lines(0, 4)
	stop()

	// A store without an engine: what a process killed between storing and
	// judging leaves behind.
	raw := event.Raw{Origin: &event.Origin{Input: "import"}, Received: a.now().UnixNano(),
		Body: "<86>1 " + event.FormatTime(a.now().UnixNano()) + " nas-01 sshd 42 - - Failed password for root from 203.0.113.7 port 50000 ssh2"}
	st, err := store.Open(store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	batch := make([]event.Event, 2)
	for i := range batch {
		ingest.NewParser(nil).Parse(&raw, &batch[i])
	}
	if err := st.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}

	for round := range 2 {
		a, stop := running(t, dir)
		if err := a.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		stop()
		st, err := store.Open(store.Config{Dir: dir, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		alerts, err := st.Alerts(t.Context(), alert.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(alerts) != 1 || alerts[0].Count != 6 {
			t.Errorf("start %d: alerts %+v", round, alerts)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestJudgesAfterAKillInTheFirstSecond: a new folder says from the start that
// nothing has been judged, or what is stored before the first tick never is.
func TestJudgesAfterAKillInTheFirstSecond(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	a, stop := running(t, dir)
	for range 6 {
		push(t, a, event.Raw{Origin: &event.Origin{Input: "import"}, Received: a.now().UnixNano(),
			Body: "<86>1 " + event.FormatTime(a.now().UnixNano()) + " nas-01 sshd 42 - - Failed password for root from 203.0.113.7 port 50000 ssh2"})
	}
	if err := a.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	stop()
	a, stop = running(t, copied)
	if err := a.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	totals, _ := a.Counters()
	alerts, err := a.Alerts(t.Context(), alert.Filter{})
	stop()
	if err != nil || len(alerts) != 1 || alerts[0].Count != 6 || totals.Stored != 6 {
		t.Errorf("alerts %+v, counted %+v; %v", alerts, totals, err)
	}
}

// TestRecordTriesAgain: alerts that cannot be saved are saved later; meanwhile
// the status says so.
func TestRecordTriesAgain(t *testing.T) {
	a, err := New(t.Context(), Config{Dir: t.TempDir(), Offline: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel() // a store that fails
	a.record(cancelled, a.recorder.due([]alert.Finding{sighting("a", 1)}))
	if a.recordFailure() == nil {
		t.Fatal("the failure is not shown")
	}
	if err := a.recordTick(t.Context()); err != nil {
		t.Fatal(err)
	}
	alerts, err := a.Alerts(t.Context(), alert.Filter{})
	if err != nil || len(alerts) != 1 || a.recordFailure() != nil {
		t.Errorf("alerts %+v, %v, failure %v", alerts, err, a.recordFailure())
	}
}

// nothingHeard is a detector that knows only the time: it fires once, an hour
// after it was first told the time.
type nothingHeard struct {
	since time.Time
	fired bool
}

func (*nothingHeard) Process([]event.Event) []alert.Finding { return nil }

func (*nothingHeard) Window() time.Duration { return 0 }

func (s *nothingHeard) Tick(now time.Time) []alert.Finding {
	if s.since.IsZero() {
		s.since = now
	}
	if s.fired || now.Sub(s.since) < time.Hour {
		return nil
	}
	s.fired = true
	return []alert.Finding{{Rule: alert.Rule{ID: "silence", Title: "Nothing heard", Level: alert.High}, Count: 1,
		First: s.since.UnixNano(), Last: now.UnixNano(), Why: "fw-edge has sent nothing for an hour"}}
}

// TestAlertOfTimeAlone: what a detector finds because time passes becomes one
// alert, and notifies, in an office where nothing happens.
func TestAlertOfTimeAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []alert.Change
		a, err := New(t.Context(), Config{Dir: t.TempDir(), Offline: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		a.Subscribe(func(changes []alert.Change) { told = append(told, changes...) })
		a.engine = detect.New(a.rules, &nothingHeard{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx) }()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		alerts, err := a.Alerts(t.Context(), alert.Filter{})
		if err != nil || len(alerts) != 1 || alerts[0].Title != "Nothing heard" || alerts[0].Count != 1 || len(alerts[0].Events) != 0 {
			t.Errorf("alerts %+v, %v", alerts, err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if len(told) != 1 || told[0].Kind != alert.Opened {
			t.Errorf("told %+v", told)
		}
	})
}
