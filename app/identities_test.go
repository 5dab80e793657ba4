package app

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestWhoWas: leases and logins in real lines show who had an address when,
// even after a restart, and after it went to another device.
func TestWhoWas(t *testing.T) {
	dir := t.TempDir()
	a, stop := running(t, dir)
	start := time.Now().Add(-2 * time.Hour).UTC().Truncate(time.Second)
	send := func(at time.Time, format string, args ...any) {
		push(t, a, event.Raw{Origin: &event.Origin{Input: "syslog-udp", Live: true}, From: netip.MustParseAddrPort("10.1.1.1:514"), Received: at.UnixNano(),
			Body: fmt.Sprintf("<30>1 %s gw %s", at.Format(time.RFC3339), fmt.Sprintf(format, args...))})
	}
	send(start, "dnsmasq-dhcp 1 - - DHCPACK(br0) 10.1.1.5 00:11:32:aa:bb:cc pc7")
	send(start.Add(time.Minute), "sshd 2 - - Accepted password for anna from 10.1.1.5 port 50000 ssh2")
	send(start.Add(time.Hour), "dnsmasq-dhcp 1 - - DHCPACK(br0) 10.1.1.5 00:0c:29:aa:bb:cc vm3")
	if err := a.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := func(at time.Time, want ...string) {
		t.Helper()
		ids, err := a.WhoWas(t.Context(), "10.1.1.5", at)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range ids {
			got = append(got, i.Kind.String()+" "+i.Value)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("at %v: %q, want %q", at.Sub(start), got, want)
		}
	}
	check(start.Add(10*time.Minute), "host pc7", "mac 00-11-32-AA-BB-CC", "user anna")
	check(start.Add(90*time.Minute), "host vm3", "mac 00-0C-29-AA-BB-CC", "user anna")
	check(start.Add(-time.Hour))
	stop()
	a, stop = running(t, dir)
	defer stop()
	check(start.Add(10*time.Minute), "host pc7", "mac 00-11-32-AA-BB-CC", "user anna")
	if ids, _ := a.WhoWas(t.Context(), "10.1.1.5", start.Add(10*time.Minute)); len(ids) < 2 || ids[1].From != "Synology Incorporated" {
		t.Errorf("%+v", ids)
	}
}
