package model

import (
	"slices"
	"strings"
	"testing"

	"porchlight/app/settings"
	"porchlight/app/status"
	"porchlight/ingest/input"
	"porchlight/ingest/source"
)

func TestWelcome(t *testing.T) {
	var w Welcome
	var m Meter
	s := status.Status{Totals: source.Counters{Received: 3}}
	if v := w.View(m.Observe(noon, s)); v.Step != StepStart {
		t.Errorf("before: step %v", v.Step)
	}

	s.Inputs = []input.State{{Kind: "json-tcp", Address: "[::]:5601", Phase: input.Waiting}, {Kind: "syslog-udp", Address: "[::]:5514", Phase: input.Waiting},
		{Kind: "syslog-tcp", Address: ":5514", Phase: input.Trouble, Problem: input.Problem{Reason: "the port is in use"}}}
	p := m.Observe(noon, s)
	w.Started(5514, p, []string{"192.168.1.40", "2001:db8::40"})
	if v := w.View(p); v.Step != StepFailed || v.Reason != "TCP port 5514 cannot be used: the port is in use." {
		t.Errorf("busy: %+v", v)
	}

	s.Inputs[2].Phase = input.Waiting
	v := w.View(m.Observe(noon, s))
	if v.Step != StepWaiting || v.Inputs != "UDP and TCP 5514" {
		t.Errorf("waiting: %+v", v)
	}
	if !slices.Equal(v.Targets, []string{"192.168.1.40:5514", "[2001:db8::40]:5514"}) {
		t.Errorf("targets %v", v.Targets)
	}
	if v.Rsyslog != "*.* @@192.168.1.40:5514" || v.Logger != `logger -n 192.168.1.40 -P 5514 -d "hello"` {
		t.Errorf("snippets %q, %q", v.Rsyslog, v.Logger)
	}

	s.Totals.Received++
	s.Sources = []source.Source{sender("192.168.1.1", 1, 0), sender("192.168.1.9", 3, 5e9)}
	got := w.View(m.Observe(noon, s))
	if got.Step != StepReceived || got.First != "192.168.1.1" {
		t.Errorf("received: %+v", got)
	}
	if got.Same(v) || !got.Same(got) {
		t.Error("views are compared wrongly")
	}

	w.Started(5514, p, nil)
	if v := w.View(m.Observe(noon, s)); v.Targets[0] != "127.0.0.1:5514" {
		t.Errorf("without a network: %v", v.Targets)
	}
}

func TestFirstSettings(t *testing.T) {
	s := FirstSettings(settings.Settings{RetentionDays: 7}.Over(settings.Defaults()), 10514)
	if s.Inputs[0].Options["address"] != ":10514" || s.Inputs[1].Options["address"] != ":10514" || !s.Configured || s.RetentionDays != 7 {
		t.Errorf("%+v", s)
	}
	for _, in := range []string{"", "0", "65536", "port"} {
		if _, err := ParsePort(in); err == nil || !strings.Contains(err.Error(), "5514") {
			t.Errorf("%q: %v", in, err)
		}
	}
	p := Pulse{Status: status.Status{Inputs: []input.State{{Address: ":1", Phase: input.Trouble}, {Address: "[::]:2"}, {Address: "[::]:601", Phase: input.Waiting}}}}
	if got := ListeningPort(p); got != 601 {
		t.Errorf("port %d", got)
	}
	if got := ListeningPort(Pulse{}); got != settings.DefaultPort {
		t.Errorf("port %d", got)
	}
}
