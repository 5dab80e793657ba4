package ui

import (
	"fmt"
	"math/rand/v2"
	"time"

	"porchlight/app/settings"
	"porchlight/detect/alert"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// newFakeBackend returns an office at some moment: empty, or after a few hours.
func newFakeBackend(now time.Time, full bool) *fakeBackend {
	b := &fakeBackend{settings: settings.Settings{Inputs: settings.Defaults().Inputs, RetentionDays: 365, RetentionGB: 20,
		NotifyLevel: alert.Medium, NotifyPerMinute: 4, Theme: "dark", Configured: full}}
	b.status.DiskBytes = 96 << 10
	if !full {
		return b
	}
	b.listen()
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range []struct {
		addr, name, vendor string
		ago                time.Duration
		n, failed, dropped uint64
	}{
		{"192.168.1.1", "fw-office", "pfSense", time.Second, 1_284_302, 120, 0},
		{"192.168.1.10", "fileserver", "Synology", 4 * time.Second, 91_227, 44, 0},
		{"192.168.1.11", "web-01", "Linux", 2 * time.Second, 402_118, 0, 0},
		{"192.168.1.12", "mail.example.lan", "Linux", 11 * time.Second, 240_551, 1, 0},
		{"192.168.1.20", "ap-lobby", "Ubiquiti", 38 * time.Second, 12_400, 3_100, 0},
		{"192.168.1.21", "ap-workshop", "Ubiquiti", 71 * time.Second, 9_311, 2_288, 0},
		{"192.168.1.30", "printer-2nd-floor", "HP", 26 * time.Minute, 311, 0, 0},
		{"192.168.1.50", "", "", 3 * time.Minute, 88, 88, 0},
		{"192.168.1.77", "hypervisor", "Linux", 6 * time.Second, 77_210, 0, 1_204},
		{"2001:db8:40::beef:12", "vpn-gateway", "Linux", 15 * time.Second, 31_870, 0, 0},
		{"import", "", "Linux", 5 * time.Hour, 48_003, 16, 0},
	} {
		b.status.Sources = append(b.status.Sources, source.Source{Address: s.addr, Name: s.name, Vendor: s.vendor, LastSeen: now.Add(-s.ago).UnixNano(),
			Counters: source.Counters{Received: s.n, Parsed: s.n - s.failed - s.dropped, ParseFailed: s.failed, Stored: s.n - s.dropped, Dropped: s.dropped}})
	}
	for _, s := range b.status.Sources {
		t := &b.status.Totals
		t.Received += s.Received
		t.Parsed += s.Parsed
		t.ParseFailed += s.ParseFailed
		t.Stored += s.Stored
		t.Dropped += s.Dropped
	}
	fw := &b.status.Sources[0].Profile
	fw.Label, fw.Known = "", true
	for range 3 {
		fw.Count("Netgate pfSense firewall")
	}
	fw.Aspects[source.AspectConnections], fw.Aspects[source.AspectNames] = 1_200_000, 4_011
	fw.Clock = source.Clock{Measured: true, Offset: -int64(time.Hour), Corrected: -int64(time.Hour)}
	unknown := &b.status.Sources[4].Profile
	unknown.FirstSeen = now.Add(-time.Minute).UnixNano()
	unknown.Count("UniFi device")
	unknown.Aspects[source.AspectDevice] = 9_300
	b.status.DiskBytes = 1_463_000_000
	for i := range 4000 {
		at := now.Add(-time.Duration(i*i/400+i*2) * time.Second)
		b.events = append(b.events, fakeEvent(r, at, len(b.events)))
	}
	for i := range b.events {
		b.events[i].ID = event.NewID(20780, uint64(len(b.events)-i))
	}
	b.alerts = fakeAlerts(now, b.events)
	b.status.OpenAlerts = 7
	return b
}

func fakeEvent(r *rand.Rand, at time.Time, n int) *event.Event {
	e := new(event.Event)
	e.Time, e.Received = at.UnixNano(), at.UnixNano()
	sev := []int64{6, 6, 6, 6, 6, 5, 5, 4, 3}[r.IntN(9)]
	e.SetInt(event.LogSyslogSeverity, sev)
	host := []string{"web-01", "fw-office", "fileserver", "mail.example.lan", "hypervisor"}[r.IntN(5)]
	e.Set(event.HostName, host)
	e.Set(event.LogSourceAddress, map[string]string{"web-01": "192.168.1.11", "fw-office": "192.168.1.1", "fileserver": "192.168.1.10", "mail.example.lan": "192.168.1.12", "hypervisor": "192.168.1.77"}[host])
	ip := fmt.Sprintf("203.0.113.%d", r.IntN(40)+1)
	e.Set(event.SourceIP, ip)
	switch r.IntN(4) {
	case 0:
		e.Set(event.EventCategory, "authentication")
		e.Set(event.EventAction, "ssh_login")
		e.Set(event.EventOutcome, "failure")
		e.Set(event.UserName, []string{"root", "admin", "anna"}[r.IntN(3)])
		e.Set(event.ProcessName, "sshd")
		e.Set(event.Message, fmt.Sprintf("Failed password for invalid user admin from %s port %d ssh2", ip, 40000+n))
	case 1:
		e.Set(event.EventCategory, "network")
		e.Set(event.EventAction, "blocked")
		e.Set(event.DestinationIP, "192.168.1.10")
		e.Set(event.DestinationPort, "445")
		e.Set(event.Message, "filterlog: block in on igb0: TCP "+ip+":51122 > 192.168.1.10:445")
	case 2:
		e.Set(event.EventAction, "session_opened")
		e.Set(event.UserName, "anna")
		e.Set(event.ProcessName, "sudo")
		e.Set(event.Message, "pam_unix(sudo:session): session opened for user root(uid=0) by anna(uid=1000)")
	default:
		e.Set(event.ProcessName, "cron")
		e.Set(event.Message, "(root) CMD (/usr/lib/backup/hourly --quiet)")
	}
	e.Set(event.EventOriginal, "<38>"+at.Format(time.Stamp)+" "+host+" "+e.Get(event.Message))
	return e
}

func fakeAlerts(now time.Time, events []*event.Event) []alert.Alert {
	var out []alert.Alert
	for i, a := range []struct {
		title  string
		level  alert.Level
		status alert.Status
		ago    time.Duration
		field  string
		value  string
	}{
		{"Successful logon after SSH brute force", alert.Critical, alert.Open, time.Minute, "source.ip", "203.0.113.7"},
		{"New account with administrator rights", alert.High, alert.Open, 9 * time.Minute, "user.name", "svc-backup"},
		{"SSH brute force", alert.Medium, alert.Open, 24 * time.Minute, "source.ip", "192.168.1.10"},
		{"Port sweep blocked by the firewall", alert.Medium, alert.Acknowledged, 51 * time.Minute, "source.ip", "198.51.100.77"},
		{"sudo to root by an unusual user", alert.Low, alert.Open, 2 * time.Hour, "user.name", "anna"},
		{"System log was cleared", alert.High, alert.Open, 3 * time.Hour, "host.name", "hypervisor"},
		{"SSH brute force", alert.Medium, alert.Open, 5 * time.Hour, "source.ip", "203.0.113.12"},
		{"Service installed", alert.Informational, alert.Open, 11 * time.Hour, "host.name", "web-01"},
		{"Disk error reported by a device", alert.Low, alert.Closed, 30 * time.Hour, "host.name", "fileserver"},
	} {
		f := alert.Finding{Rule: alert.Rule{ID: fmt.Sprint("rule-", i), Title: a.title, Level: a.level, Description: "What the rule looks for.", Tags: []string{"attack.t1110.001", "attack.credential-access"}, NextSteps: []string{"Block the address at the firewall.", "Change the password of the account."}},
			Entities: []alert.Entity{{Field: a.field, Value: a.value}}, Count: 48, First: now.Add(-a.ago - 5*time.Minute).UnixNano(), Last: now.Add(-a.ago).UnixNano(),
			Why: "48 failed logons from " + a.value + " within 2 minutes, then one that succeeded."}
		for k := range 12 {
			f.Events = append(f.Events, events[i*20+k].ID)
		}
		x := alert.New(fmt.Sprint("a", i), f, now.Add(-a.ago))
		x.Status = a.status
		out = append(out, x)
	}
	return out
}
