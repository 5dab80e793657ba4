package ingest

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// senderScene plays messages from one address through parser and ledger as the
// pipeline does.
type senderScene struct {
	ledger *Ledger
	at     time.Time
	origin *event.Origin // of who sends without an address; nil for one with
}

func (s *senderScene) send(body string) event.Event {
	s.at = s.at.Add(time.Second)
	raw := event.Raw{Origin: live, From: netip.MustParseAddrPort("10.1.1.1:514"), Received: s.at.UnixNano(), Body: body}
	if s.origin != nil {
		raw.Origin, raw.From = s.origin, netip.AddrPort{}
	}
	b := batch{raws: []event.Raw{raw}, events: make([]event.Event, 1)}
	NewParser(time.UTC).Parse(&b.raws[0], &b.events[0])
	s.ledger.senders.Load().inform(&b.raws[0], &b.events[0])
	s.ledger.store(&b)
	return b.events[0]
}

const (
	fwPacket  = "<134>Mar  1 12:00:00 fw filterlog[123]: 5,,,1000000103,igb0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,203.0.113.9,192.0.2.4,40000,22,0,S,1,,64240,,mss"
	fwLogin   = "<38>Mar  1 12:00:00 fw sshd[77]: Failed password for root from 203.0.113.9 port 40001 ssh2"
	fwUnknown = "<38>Mar  1 12:00:00 fw strange[77]: qqq zzz"
	nasEvent  = "<134>Mar  1 12:00:00 nas qulogd[9]: conn log: Users: anna, Source IP: 192.0.2.44, Computer name: pc, Connection type: SAMBA, Accessed resources: a, Action: Read"
)

func TestUsualDevice(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: start}
	inferred := func(ev event.Event) bool {
		t.Helper()
		tagged := ev.HasTag(event.TagObserverInferred)
		if tagged != (ev.Get(event.ObserverType) == "firewall" && ev.Get(event.ObserverProduct) == "pfsense") {
			t.Errorf("tag %v, but %s", tagged, ev.AppendJSON(nil))
		}
		return tagged
	}
	for range usualWeight - 1 {
		s.send(fwPacket)
	}
	if inferred(s.send(fwLogin)) {
		t.Error("too few messages said what the sender is")
	}
	s.send(fwPacket)
	if !inferred(s.send(fwLogin)) {
		t.Error("a login does not get what the sender usually is")
	}
	if ev := s.send(fwUnknown); !inferred(ev) {
		t.Error("a line that nobody understands does not get what the sender usually is")
	}
	if inferred(s.send("<38>Mar  1 12:00:00 pc7 sshd[77]: Failed password for root from 203.0.113.9 port 40001 ssh2")) {
		t.Error("a message passed on for another host got it")
	}

	// It is remembered after a restart, and forgotten when the sender stops
	// naming it.
	totals, sources := s.ledger.Snapshot()
	s.ledger = NewLedger(totals, sources)
	if !inferred(s.send(fwLogin)) {
		t.Error("forgotten at a restart")
	}
	s.at = s.at.Add(usualAge)
	if inferred(s.send(fwLogin)) {
		t.Error("remembered for longer than the device was heard of")
	}
	s.send(fwPacket)
	if !inferred(s.send(fwLogin)) {
		t.Error("not remembered any more")
	}

	// Another device at the address replaces it.
	for range source.MaxDeviceWeight/4 + usualWeight + 1 {
		s.send(nasEvent)
	}
	if ev := s.send(fwLogin); ev.HasTag(event.TagObserverInferred) {
		t.Errorf("the device before is remembered: %s", ev.AppendJSON(nil))
	}
	if ev := s.send("<38>Mar  1 12:00:00 nas strange[1]: qqq"); ev.Get(event.ObserverType) != "nas" {
		t.Errorf("the new device is not: %s", ev.AppendJSON(nil))
	}
}

// TestUsualDeviceOfARelay: a sender that relays for several devices is none of
// them.
func TestUsualDeviceOfARelay(t *testing.T) {
	s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	for i := range 300 {
		switch {
		case i%4 == 0:
			s.send(nasEvent)
		default:
			s.send(fwPacket)
		}
		if ev := s.send(fmt.Sprintf("<38>Mar  1 12:00:00 fw strange[%d]: qqq", i)); ev.HasTag(event.TagObserverInferred) {
			t.Fatalf("after %d messages of several devices: %s", i, ev.AppendJSON(nil))
		}
	}
}

// TestUsualDeviceIsNotWhatOthersSay: documents, messages without a host, and a
// computer behind the same address teach nothing.
func TestUsualDeviceIsNotWhatOthersSay(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	t.Run("document", func(t *testing.T) {
		s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: start}
		for range 40 {
			s.send(`<13>Mar  1 12:00:00 log1 beat: {"@timestamp":"2026-03-01T12:00:00Z","host":{"name":"log1"},"observer":{"type":"firewall","vendor":"Cisco","product":"ASA"},"message":"x"}`)
		}
		if ev := s.send("<38>Mar  1 12:00:00 log1 sshd[77]: Failed password for root from 203.0.113.9 port 40001 ssh2"); ev.Has(event.ObserverVendor) {
			t.Errorf("%s", ev.AppendJSON(nil))
		}
	})
	t.Run("no host", func(t *testing.T) {
		s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: start}
		for range 40 {
			s.send("<134>filterlog[123]: " + fwPacket[len("<134>Mar  1 12:00:00 fw filterlog[123]: "):])
		}
		if ev := s.send("<38>sshd[77]: Failed password for root from 203.0.113.9 port 40001 ssh2"); ev.HasTag(event.TagObserverInferred) {
			t.Errorf("%s", ev.AppendJSON(nil))
		}
	})
	t.Run("computer", func(t *testing.T) {
		s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: start}
		for range 40 {
			s.send(fwPacket)
		}
		if ev := s.send(`<13>Mar  1 12:00:00 fw audispd: type=USER_LOGIN msg=audit(1772359200.048:981): pid=1 uid=0 auid=0 ses=1 msg='op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=ssh res=failed'`); ev.Has(event.ObserverVendor) {
			t.Errorf("%s", ev.AppendJSON(nil))
		}
	})
	t.Run("eviction", func(t *testing.T) {
		s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: start}
		for range 40 {
			s.send(fwPacket)
		}
		for i := range maxSources {
			raw := event.Raw{Origin: live, From: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, byte(i >> 8), byte(i)}), 514), Received: s.at.UnixNano(), Body: "<13>Mar  1 12:00:00 pc app: x"}
			b := batch{raws: []event.Raw{raw}, events: make([]event.Event, 1)}
			NewParser(time.UTC).Parse(&b.raws[0], &b.events[0])
			s.ledger.store(&b)
		}
		if ev := s.send(fwUnknown); ev.HasTag(event.TagObserverInferred) {
			t.Errorf("remembered although forgotten: %s", ev.AppendJSON(nil))
		}
	})
}

// TestSendersWithoutAddress: who sends through a file, a poller or a capture has
// a ledger, a clock and a usual device like those with an address; what is
// imported has none of them.
func TestSendersWithoutAddress(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tail := &event.Origin{Input: "tail", Kind: "file", Sender: "/var/log/gateway.log", Live: true}
	s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: start, origin: tail}
	for range usualWeight {
		s.send(fwPacket)
	}
	ev := s.send(fwUnknown)
	if !ev.HasTag(event.TagObserverInferred) || ev.Get(event.LogSourceAddress) != tail.Sender {
		t.Errorf("not completed: %s", ev.AppendJSON(nil))
	}
	_, sources := s.ledger.Snapshot()
	if len(sources) != 1 || sources[0].Address != tail.Sender || sources[0].Received != usualWeight+1 || !sources[0].IsSender() {
		t.Errorf("sources %+v", sources)
	}
	// As after a kill: from what is stored.
	s.ledger.Recover(&ev)
	if _, sources := s.ledger.Snapshot(); len(sources) != 1 || sources[0].Received != usualWeight+2 {
		t.Errorf("recovered to another source: %+v", sources)
	}

	c := newClockScene()
	c.origin = tail
	c.send(3*clockSamples, 5*time.Second, shifted(-time.Hour), promptly)
	if clock := c.clock(); !clock.Measured || clock.Corrected == 0 {
		t.Errorf("clock %+v", clock)
	}
	if ev := c.send(1, time.Second, shifted(-time.Hour), promptly); !ev.HasTag(event.TagTimeCorrected) {
		t.Errorf("not corrected: %s", ev.AppendJSON(nil))
	}
	c = newClockScene()
	c.origin = still
	c.send(3*clockSamples, 5*time.Second, shifted(-time.Hour), promptly)
	if clock := c.clock(); clock.Measured {
		t.Errorf("imported files have a clock: %+v", clock)
	}
}
