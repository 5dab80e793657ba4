package model

import (
	"math"
	"strings"
	"testing"
	"time"

	"porchlight/app/status"
	"porchlight/ingest/input"
	"porchlight/ingest/source"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func received(total uint64, sources ...source.Source) status.Status {
	return status.Status{Totals: source.Counters{Received: total}, Sources: sources,
		Inputs: []input.State{{Kind: "syslog-udp", Address: "[::]:5514", Phase: input.Waiting}}}
}

func sender(addr string, n uint64, ago time.Duration) source.Source {
	return source.Source{Address: addr, LastSeen: noon.Add(-ago).UnixNano(), Counters: source.Counters{Received: n}}
}

func TestMeterRates(t *testing.T) {
	var m Meter
	at := noon
	p := m.Observe(at, received(1_000_000, sender("192.168.1.1", 1_000_000, 0)))
	if p.PerSecond != 0 || p.SourceRate["192.168.1.1"] != 0 {
		t.Errorf("the first observation knows no rate: %v, %v", p.PerSecond, p.SourceRate)
	}
	n := uint64(1_000_000)
	for range 120 {
		at, n = at.Add(time.Second), n+40
		p = m.Observe(at, received(n, sender("192.168.1.1", n, 0)))
	}
	if math.Abs(p.PerSecond-40) > 0.01 || math.Abs(p.SourceRate["192.168.1.1"]-40) > 0.01 {
		t.Errorf("rates %v and %v, want 40", p.PerSecond, p.SourceRate)
	}
	// A burst shows in the overall rate within seconds, in the source's later.
	at, n = at.Add(time.Second), n+10_000
	p = m.Observe(at, received(n, sender("192.168.1.1", n, 0)))
	if p.PerSecond < 1500 || p.SourceRate["192.168.1.1"] > 300 {
		t.Errorf("after a burst: %v and %v", p.PerSecond, p.SourceRate)
	}
	if len(m.seen) > 63 {
		t.Errorf("%d samples kept for a minute", len(m.seen))
	}
	// A new source counts from nothing, a restarted engine from zero.
	at = at.Add(time.Second)
	p = m.Observe(at, received(500, sender("192.168.1.9", 500, 0)))
	if p.PerSecond < 0 || p.SourceRate["192.168.1.9"] <= 0 {
		t.Errorf("after a restart: %v, %v", p.PerSecond, p.SourceRate)
	}
	if len(p.History) != historySize || p.History[historySize-1] != p.PerSecond {
		t.Errorf("history of %d values ends in %v", len(p.History), p.History[historySize-1])
	}
}

func TestMeterLoss(t *testing.T) {
	var m Meter
	s := received(10)
	s.Totals.Dropped = 7 // from before: not news
	if p := m.Observe(noon, s); p.Problem() != "" {
		t.Errorf("old losses are reported: %q", p.Problem())
	}
	s.Totals.KernelDropped = 5
	p := m.Observe(noon.Add(time.Second), s)
	if p.Dropped[historySize-1] != 5 || !strings.Contains(p.Problem(), "5 messages") {
		t.Errorf("losses %v, problem %q", p.Dropped[historySize-1], p.Problem())
	}
}

func TestPulseState(t *testing.T) {
	up := input.State{Kind: "syslog-tcp", Title: "Syslog over TCP", Address: ":5514", Phase: input.Waiting}
	down := input.State{Kind: "syslog-udp", Title: "Syslog over UDP", Address: ":5514", Phase: input.Trouble, Problem: input.Problem{Reason: "the port is in use"}}
	for _, c := range []struct {
		name     string
		inputs   []input.State
		received uint64
		want     State
		text     string
		problem  string
	}{
		{"off", nil, 0, Off, "Not listening: switched off", ""},
		{"busy", []input.State{down}, 5, NotListening, "Not listening: the port is in use", ""},
		{"half", []input.State{up, down}, 5, Receiving, "Receiving · 0 events/s", "Syslog over UDP is not listening on :5514: the port is in use"},
		{"waiting", []input.State{up}, 0, Waiting, "Waiting for the first message", ""},
		{"receiving", []input.State{up}, 5, Receiving, "Receiving · 0 events/s", ""},
	} {
		var m Meter
		p := m.Observe(noon, status.Status{Inputs: c.inputs, Totals: source.Counters{Received: c.received}})
		if got, text := p.State(); got != c.want || text != c.text {
			t.Errorf("%s: %v %q, want %v %q", c.name, got, text, c.want, c.text)
		}
		if got := p.Problem(); got != c.problem {
			t.Errorf("%s: problem %q, want %q", c.name, got, c.problem)
		}
	}
	if got, _ := (Pulse{}).State(); got != Unknown {
		t.Errorf("before the first look: %v", got)
	}
}

func TestReporting(t *testing.T) {
	var m Meter
	p := m.Observe(noon, received(9, sender("192.168.1.1", 1, time.Minute), sender("2001:db8::1", 1, SilentAfter+time.Second), sender("import", 1, time.Hour)))
	if heard, all := p.Reporting(); heard != 1 || all != 2 {
		t.Errorf("%d of %d report, want 1 of 2", heard, all)
	}
}
