package ingest

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// clockScene plays messages from one sender, whose clock is off, through
// parser and ledger as the pipeline does.
type clockScene struct {
	ledger *Ledger
	parser Parser
	at     time.Time
	from   netip.AddrPort
	format string        // of times
	origin *event.Origin // of who sends without an address; nil for one with
}

func newClockScene() *clockScene {
	return &clockScene{ledger: NewLedger(source.Counters{}, nil), parser: NewParser(time.UTC), at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		from: netip.MustParseAddrPort("10.1.1.7:514"), format: "Jan _2 15:04:05"}
}

// send plays n messages, one every gap, stamped with what clock makes of the
// time of sending and delivered after delay, and returns the last event.
func (s *clockScene) send(n int, gap time.Duration, clock func(time.Time) time.Time, delay func(i int) time.Duration) event.Event {
	var last event.Event
	for i := range n {
		s.at = s.at.Add(gap)
		received := s.at.Add(delay(i))
		raw := event.Raw{Origin: live, From: s.from, Received: received.UnixNano(),
			Body: fmt.Sprintf("<13>%s fw app: message %d", clock(s.at).Format(s.format), i)}
		if s.origin != nil {
			raw.Origin, raw.From = s.origin, netip.AddrPort{}
		}
		b := batch{raws: []event.Raw{raw}, events: make([]event.Event, 1)}
		s.parser.Parse(&b.raws[0], &b.events[0])
		s.ledger.senders.Load().inform(&b.raws[0], &b.events[0])
		s.ledger.store(&b)
		last = b.events[0]
	}
	return last
}

func (s *clockScene) clock() source.Clock {
	_, sources := s.ledger.Snapshot()
	return sources[0].Profile.Clock
}

func shifted(d time.Duration) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(d) }
}

func promptly(int) time.Duration { return 300 * time.Millisecond }

func TestClockDoctor(t *testing.T) {
	tests := []struct {
		name      string
		clock     func(time.Time) time.Time
		delay     func(i int) time.Duration
		corrected time.Duration
		measured  bool
	}{
		{"right", shifted(0), promptly, 0, true},
		{"an hour east", shifted(time.Hour), promptly, -time.Hour, true},
		{"India, half an hour", shifted(5*time.Hour + 30*time.Minute), promptly, -(5*time.Hour + 30*time.Minute), true},
		{"five hours west", shifted(-5 * time.Hour), promptly, 5 * time.Hour, true},
		{"west, and 20 s slow", shifted(-5*time.Hour - 20*time.Second), promptly, 5 * time.Hour, true},
		{"20 s slow", shifted(-20 * time.Second), promptly, 0, true},
		{"seven minutes slow", shifted(-7 * time.Minute), promptly, 7 * time.Minute, true},
		{"days ahead", shifted(72 * time.Hour), promptly, -72 * time.Hour, true},
		{"delivered late", shifted(0), func(i int) time.Duration { return time.Duration(i*37%600) * time.Second }, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newClockScene()
			if tt.corrected.Abs() > 24*time.Hour {
				s.format = time.RFC3339 // a time without a year is never days ahead
			}
			s.send(2*clockSamples, 3*time.Second, tt.clock, tt.delay)
			got := s.clock()
			if got.Measured != tt.measured {
				t.Fatalf("clock %+v, want measured %v", got, tt.measured)
			}
			if d := (time.Duration(got.Corrected) - tt.corrected).Abs(); d > 2*time.Second {
				t.Fatalf("corrected by %v, want %v", time.Duration(got.Corrected), tt.corrected)
			}
			ev := s.send(1, time.Second, tt.clock, promptly)
			claimed, corrected := ev.LookupName("event.created")
			if corrected != (tt.corrected != 0) {
				t.Fatalf("event.created %q, tags %q", claimed, ev.Get(event.Tags))
			}
			if corrected {
				if late := time.Duration(ev.Received - ev.Time); late.Abs() > 30*time.Second {
					t.Errorf("the corrected time is %v before receipt", late)
				}
				if want := event.FormatTime(tt.clock(s.at).Truncate(time.Second).UnixNano()); claimed != want {
					t.Errorf("claimed time %s, want %s", claimed, want)
				}
			}
		})
	}
}

// TestClockTrusted: the admin has the last word, and the doctor keeps watching
// a clock that has been set right meanwhile.
func TestClockTrusted(t *testing.T) {
	s := newClockScene()
	wrong := shifted(2 * time.Hour)
	s.send(2*clockSamples, 3*time.Second, wrong, promptly)
	if !s.ledger.Describe("10.1.1.7", "firewall", true) {
		t.Fatal("no such source")
	}
	if ev := s.send(2*clockSamples, 3*time.Second, wrong, promptly); ev.Time <= ev.Received || s.clock().Corrected != 0 {
		t.Errorf("corrected although trusted: %+v", s.clock())
	}
	s.ledger.Describe("10.1.1.7", "firewall", false)
	if by := time.Duration(s.clock().Corrected); by.Round(time.Minute) != -2*time.Hour {
		t.Errorf("corrected by %v, want -2h", by)
	}
	s.send(2*clockSamples, 3*time.Second, shifted(0), promptly)
	if c := s.clock(); c.Corrected != 0 {
		t.Errorf("still corrected by %v after the clock was set right", time.Duration(c.Corrected))
	}
	// What was learned survives a restart.
	s.send(2*clockSamples, 3*time.Second, wrong, promptly)
	totals, sources := s.ledger.Snapshot()
	s.ledger = NewLedger(totals, sources)
	if ev := s.send(1, time.Second, wrong, promptly); ev.Time > ev.Received {
		t.Error("not corrected after a restart")
	}
}

func TestProfile(t *testing.T) {
	s := newClockScene()
	for i, body := range []string{
		"<38>Mar  1 10:00:00 web01 sshd[1]: Accepted password for anna from 10.1.1.5 port 5000 ssh2",
		"<38>Mar  1 10:00:00 web01 sshd[1]: Failed password for bob from 192.0.2.9 port 5000 ssh2",
		`<38>Mar  1 10:00:00 web01 useradd[2]: new user: name=carl, UID=1001, GID=1001, home=/home/carl, shell=/bin/sh`,
		"<13>Mar  1 10:00:00 web01 app: nothing known",
	} {
		raw := event.Raw{Origin: live, From: s.from, Received: s.at.UnixNano() + int64(i), Body: body}
		if s.origin != nil {
			raw.Origin, raw.From = s.origin, netip.AddrPort{}
		}
		b := batch{raws: []event.Raw{raw}, events: make([]event.Event, 1)}
		s.parser.Parse(&b.raws[0], &b.events[0])
		s.ledger.store(&b)
	}
	_, sources := s.ledger.Snapshot()
	p := sources[0].Profile
	if p.Looks() != "Linux or Unix computer" {
		t.Errorf("looks like %q: %v", p.Looks(), p.Kinds)
	}
	if p.Aspects[source.AspectLogins] != 2 || p.Aspects[source.AspectAccounts] != 1 || p.FirstSeen != s.at.UnixNano() {
		t.Errorf("profile %+v", p)
	}
}
