package alert

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

var (
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	brute = Rule{ID: "brute", Title: "Brute force", Level: Medium, Tags: []string{"attack.t1110.001", "attack.credential-access", "attack.T1078", "cve.2024.1"}}
)

func finding(ids ...event.ID) Finding {
	return Finding{Rule: brute, Entities: []Entity{{"source.ip", "192.0.2.1"}}, Events: ids, Count: len(ids),
		First: noon.UnixNano(), Last: noon.Add(time.Minute).UnixNano(), Why: "why"}
}

func TestTransitions(t *testing.T) {
	open := New("A-1", finding(1), noon)
	later := noon.Add(time.Hour)
	ack, err := open.Acknowledge("anna", later)
	if err != nil || ack.Status != Acknowledged || ack.ChangedBy != "anna" || !ack.UpdatedAt.Equal(later) {
		t.Fatalf("acknowledge: %+v, %v", ack, err)
	}
	closed, err := ack.Close("anna", Benign, "backup job", later)
	if err != nil || closed.Status != Closed || closed.Reason != Benign || closed.Note != "backup job" {
		t.Fatalf("close: %+v, %v", closed, err)
	}
	again, err := closed.Reopen("mark", later)
	if err != nil || again.Status != Open || again.Reason != "" || again.Note != "" {
		t.Fatalf("reopen: %+v, %v", again, err)
	}
	for name, err := range map[string]error{
		"acknowledge twice":  second(ack.Acknowledge("x", later)),
		"acknowledge closed": second(closed.Acknowledge("x", later)),
		"close closed":       second(closed.Close("x", Benign, "", later)),
		"reopen open":        second(open.Reopen("x", later)),
	} {
		if !errors.Is(err, ErrTransition) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := open.Close("x", "because", "", later); err == nil || got.Status != Open {
		t.Errorf("unknown reason: %+v, %v", got, err)
	}
}

func second(_ Alert, err error) error { return err }

func TestMergeCountsEachEventOnce(t *testing.T) {
	a := New("A-1", finding(1, 2, 3), noon)
	a = a.Merge(finding(2, 3, 4), noon)
	if a.Count != 4 || !slices.Equal(a.Events, []event.ID{1, 2, 3, 4}) {
		t.Errorf("count %d, events %v", a.Count, a.Events)
	}
	early := finding(5)
	early.First, early.Last = noon.Add(-time.Hour).UnixNano(), noon.Add(-time.Hour).UnixNano()
	a = a.Merge(early, noon)
	if !a.FirstSeen.Equal(noon.Add(-time.Hour)) || !a.LastSeen.Equal(noon.Add(time.Minute)) {
		t.Errorf("first %v last %v", a.FirstSeen, a.LastSeen)
	}
}

func TestMergeKeepsStatusAndEscalateReopens(t *testing.T) {
	a := New("A-1", finding(1), noon)
	a, _ = a.Acknowledge("anna", noon)
	if m := a.Merge(finding(2), noon); m.Status != Acknowledged {
		t.Errorf("merge: %s", m.Status)
	}
	f := finding(2)
	f.Rule = Rule{ID: "success", Title: "It worked", Level: Critical}
	e := a.Escalate(f, noon)
	if e.Status != Open || e.Level != Critical || e.Count != 2 || e.Rule.ID != "success" || e.ID != "A-1" {
		t.Errorf("escalate: %+v", e)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	a := New("A-1", finding(1), noon)
	for i := range 10 * MaxEvents {
		a = a.Merge(finding(event.ID(i+2)), noon)
	}
	if len(a.Events) != MaxEvents || a.Events[0] != 1 || a.Events[MaxEvents-1] != event.ID(10*MaxEvents+1) {
		t.Errorf("%d events, first %v, last %v", len(a.Events), a.Events[0], a.Events[len(a.Events)-1])
	}
	if a.Count != 10*MaxEvents+1 {
		t.Errorf("count %d", a.Count)
	}
}

func TestKeyTellsEntitiesApart(t *testing.T) {
	keys := map[string]bool{}
	for _, e := range [][]Entity{nil, {{"a", "b"}}, {{"a", "c"}}, {{"ab", ""}}, {{"a", "b"}, {"c", "d"}}} {
		keys[Key("rule", e)] = true
	}
	if len(keys) != 5 {
		t.Errorf("%d keys for 5 groups", len(keys))
	}
}

func TestTechniques(t *testing.T) {
	if got := brute.Techniques(); !slices.Equal(got, []string{"T1110.001", "T1078"}) {
		t.Errorf("techniques %v", got)
	}
}

// An alert that no event caused says so in JSON with an empty list.
func TestAlertWithoutEvents(t *testing.T) {
	text, err := json.Marshal(New("A-1", Finding{Rule: Rule{ID: "silence"}, Count: 1}, time.Unix(0, 0)).Merge(Finding{Count: 1}, time.Unix(0, 0)))
	if err != nil || !strings.Contains(string(text), `"events":[]`) {
		t.Errorf("%s, %v", text, err)
	}
}
