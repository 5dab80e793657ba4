package ingest

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// forged is one sender in a flood.
func forged(i int) string {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1).String()
}

func bySource(sources []source.Source) (map[string]source.Source, source.Counters) {
	m, sum := map[string]source.Source{}, source.Counters{}
	for _, s := range sources {
		m[s.Address] = s
		sum.Received += s.Received
		sum.Parsed += s.Parsed
		sum.ParseFailed += s.ParseFailed
		sum.Stored += s.Stored
		sum.Dropped += s.Dropped
	}
	return m, sum
}

func TestNewDeviceHasItsPlaceAfterAFlood(t *testing.T) {
	p := NewParser(nil)
	ledger := NewLedger(source.Counters{}, nil)
	store := func(sender string, received int64) {
		b := &batch{raws: []event.Raw{rawFrom(sender, "<13>Feb  5 17:32:18 gate sshd[1]: hello")}, events: make([]event.Event, 1)}
		b.raws[0].Received = received
		p.Parse(&b.raws[0], &b.events[0])
		ledger.store(b)
	}
	const flood = maxSources + 100
	store("192.0.2.1:514", 1)
	for i := range flood {
		raw := rawFrom(forged(i), "x")
		raw.Received = int64(i + 2)
		ledger.drop(&raw)
		if i%1000 == 0 {
			store("192.0.2.1:514", raw.Received) // a device that keeps sending
		}
	}
	// The flood is stored, and the program restarts.
	ledger = NewLedger(ledger.Snapshot())
	for i := range 3 {
		store("192.0.2.2:514", int64(flood+i+10))
	}

	totals, sources := ledger.Snapshot()
	if len(sources) > maxSources+1 {
		t.Errorf("%d sources", len(sources))
	}
	m, sum := bySource(sources)
	if sum != totals || totals.Received != flood+6+3 {
		t.Errorf("totals %+v, by source %+v", totals, sum)
	}
	if s := m["192.0.2.1"]; s.Stored != 6 || s.Name != "gate" {
		t.Errorf("the device that goes on sending: %+v", s)
	}
	if s := m["192.0.2.2"]; s.Stored != 3 || s.Name != "gate" {
		t.Errorf("the new device: %+v", s)
	}
	if o := m[source.Others]; o.Dropped != 102 || o.LastSeen != 103 {
		t.Errorf("others: %+v", o)
	}
}

func TestLedgerThatWasSavedTooLargeIsCut(t *testing.T) {
	var totals source.Counters
	var saved []source.Source
	for i := range maxSources + 10 {
		c := source.Counters{Received: 2, Stored: 1, Parsed: 1, Dropped: 1}
		saved = append(saved, source.Source{Address: fmt.Sprint("s", i), LastSeen: int64(maxSources + 10 - i), Counters: c})
		totals.Received += 2
		totals.Stored++
		totals.Parsed++
		totals.Dropped++
	}
	got, sources := NewLedger(totals, saved).Snapshot()
	m, sum := bySource(sources)
	if got != totals || sum != totals || len(sources) != maxSources+1 {
		t.Errorf("%d sources, totals %+v, by source %+v", len(sources), got, sum)
	}
	if o := m[source.Others]; o.Received != 20 || o.LastSeen != 10 {
		t.Errorf("others: %+v", o)
	}
	if _, ok := m["s0"]; !ok {
		t.Error("the source seen last was cut")
	}
}

// TestVendorOfASource: a source has the vendor that its events name, else that
// of the program that wrote them; formats and kinds of computers have none.
func TestVendorOfASource(t *testing.T) {
	for _, tt := range []struct{ message, vendor, looks string }{
		{"<38>Mar  1 12:00:00 pc sshd[7]: Failed password for root from 203.0.113.9 port 40001 ssh2", "", "Linux or Unix computer"},
		{"<13>Mar  1 12:00:00 pc app: a=1 b=2 c=3 d=4", "", ""},
		{`<13>Mar  1 12:00:00 pc app: {"a":1,"b":"c"}`, "", ""},
		{`<13>Mar  1 12:00:00 pc app: 192.0.2.9 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5`, "", "web server"},
		{"<13>Mar  1 12:00:00 pc app: CEF:0|Acme|Wall|2.1|100|Connection blocked|5|src=203.0.113.7", "Acme", "Acme Wall"},
		{"<22>Mar  1 12:00:00 pc postfix/smtpd[7]: connect from mx.example.net[203.0.113.9]", "Postfix", "mail server"},
		{fwPacket, "Netgate", "Netgate pfSense firewall"},
	} {
		s := &senderScene{ledger: NewLedger(source.Counters{}, nil), at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		s.send(tt.message)
		_, sources := s.ledger.Snapshot()
		if got := sources[0]; got.Vendor != tt.vendor || got.Profile.Looks() != tt.looks {
			t.Errorf("%s: vendor %q, looks like %q; want %q, %q", tt.message, got.Vendor, got.Profile.Looks(), tt.vendor, tt.looks)
		}
	}
}
