package model

import (
	"strings"
	"testing"
	"time"

	"porchlight/app/status"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

func TestSourceProfile(t *testing.T) {
	fw := source.Source{Address: "192.168.1.1", Vendor: "Netgate", Counters: source.Counters{Parsed: 37, ParseFailed: 3}}
	fw.Profile.FirstSeen = 5
	fw.Profile.Count("Netgate pfSense firewall")
	fw.Profile.Aspects[source.AspectConnections] = 36
	if got := SourceLooks(fw); got != "192.168.1.1 looks like a Netgate pfSense firewall (37 of 40 lines understood)" {
		t.Error(got)
	}
	lines := SourceAspects(fw)
	if len(lines) != 3 || !lines[0].Seen || lines[1].Seen || lines[1].Name != "Logins" || lines[1].Hint == "" {
		t.Errorf("aspects %+v", lines)
	}
	if g := GuideFor(fw); g.Name != "pfSense" || !strings.Contains(strings.Join(g.Filled("10.0.0.2", "5514"), " "), "10.0.0.2:5514") {
		t.Errorf("guide %+v", g)
	}
	old := source.Source{Address: "192.168.1.2"}
	file := source.Source{Address: "import"}
	file.Profile.FirstSeen = 9
	known := fw
	known.Profile.Known = true
	later := fw
	later.Address, later.Profile.FirstSeen = "192.168.1.9", 8
	p := Pulse{Status: status.Status{Sources: []source.Source{fw, old, file, known, later}}}
	if got := NewSenders(p); len(got) != 2 || got[0].Address != "192.168.1.9" {
		t.Errorf("new senders %v", got)
	}
	for _, tt := range []struct {
		kind, guide string
	}{{"HP printer", "HP printer"}, {"Linux or Unix computer", "Linux"}, {"Cisco ASA firewall", "Cisco ASA"}, {"Cisco IOS", "Cisco switches and routers (IOS)"}, {"Windows computer", "Windows"},
		{"Acme thing", "Another device"}, {"UniFi device", "UniFi gateway and access points"}, {"Fortinet FortiGate firewall", "FortiGate"},
		{"Aruba switch", "Aruba"}, {"HPE iLO 5 remote management", "HPE iLO"}, {"APC Network Management Card power supply", "APC power supply"}, {"web server", "Web server"},
		{"Cisco Business or Netgear switch", "Small switches (Cisco Business, Netgear)"}, {"Palo Alto Networks PAN-OS firewall", "Palo Alto Networks"}, {"Proxmox", "Proxmox"}} {
		s := source.Source{}
		s.Profile.Count(tt.kind)
		if g := GuideFor(s); g.Name != tt.guide {
			t.Errorf("guide for %s: %s, want %s", tt.kind, g.Name, tt.guide)
		}
	}
}

func TestClockText(t *testing.T) {
	for _, tt := range []struct {
		clock source.Clock
		want  string
		bad   bool
	}{
		{source.Clock{}, "not known yet", false},
		{source.Clock{Measured: true, Offset: 3e8}, "Its clock is right", false},
		{source.Clock{Measured: true, Offset: int64(20 * time.Second)}, "20 s behind", false},
		{source.Clock{Measured: true, Offset: -int64(2 * time.Hour), Corrected: -int64(2 * time.Hour)}, "2 h ahead. Its times are corrected", true},
		{source.Clock{Measured: true, Offset: int64(7*time.Minute + 5*time.Second), Trusted: true}, "7 min 5 s behind the time of receipt, and left", true},
	} {
		got, bad := ClockText(tt.clock)
		if !strings.Contains(got, tt.want) || bad != tt.bad {
			t.Errorf("%+v: %q %v, want %q %v", tt.clock, got, bad, tt.want, tt.bad)
		}
	}
}

func TestWho(t *testing.T) {
	var ev event.Event
	ev.Set(event.SourceIP, "10.1.1.5")
	ev.Set(event.DestinationIP, "203.0.113.7")
	if got := OfficeAddresses(&ev); len(got) != 1 || got[0] != "10.1.1.5" {
		t.Errorf("addresses %v", got)
	}
	ids := []event.Identity{{Kind: event.IdentityMAC, Value: "00-11-32-AA-BB-CC", From: "Synology"}, {Kind: event.IdentityUser, Value: "anna"}, {Kind: event.IdentityHost, Value: "pc7"}}
	if got := WhoText(ids); got != "pc7 · anna · 00-11-32-AA-BB-CC (Synology)" || ids[0].Kind != event.IdentityMAC {
		t.Error(got)
	}
	if got := WhoText(nil); got != "" {
		t.Error(got)
	}
	if CorrectedText(&ev, time.UTC) != "" || InferredText(&ev) != "" {
		t.Error("nothing was corrected or inferred")
	}
	ev.Add(event.Tags, event.TagTimeCorrected)
	ev.SetName("event.created", "2026-03-01T12:00:00Z")
	ev.Add(event.Tags, event.TagObserverInferred)
	ev.Set(event.ObserverVendor, "Ubiquiti")
	if got := CorrectedText(&ev, time.UTC); got != "The message says 2026-03-01 12:00:00 +00:00" {
		t.Error(got)
	}
	if got := InferredText(&ev); got != "Inferred from the sender's other messages: a device of Ubiquiti" {
		t.Error(got)
	}
}
