package enrich

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"porchlight/ingest/event"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(after time.Duration, pairs ...string) event.Event {
	var ev event.Event
	ev.Time = noon.Add(after).UnixNano()
	for i := 0; i < len(pairs); i += 2 {
		ev.SetName(pairs[i], pairs[i+1])
	}
	return ev
}

func lease(after time.Duration, ip, mac, host string) event.Event {
	return at(after, "event.action", "dhcpack", "source.ip", ip, "source.mac", mac, "source.domain", host)
}

func login(after time.Duration, ip, user, outcome string) event.Event {
	return at(after, "event.category", "authentication", "event.type", "start", "event.action", "logon-success", "event.outcome", outcome, "source.ip", ip, "user.name", user)
}

func told(ids []event.Identity) (out []string) {
	for _, i := range ids {
		out = append(out, fmt.Sprintf("%s %s %s %v-%v", i.Address, i.Kind, i.Value, time.Unix(0, i.First).Sub(noon), time.Unix(0, i.Last).Sub(noon)))
	}
	slices.Sort(out)
	return out
}

func TestIdentities(t *testing.T) {
	ids := NewIdentities(nil)
	ids.Learn([]event.Event{
		lease(0, "10.1.1.5", "00-00-5E-00-53-23", "pc7"),
		login(time.Minute, "10.1.1.5", "anna", "success"),
		login(time.Minute, "10.1.1.5", "mallory", "failure"),
		login(time.Minute, "203.0.113.7", "anna", "success"), // not of the office
		login(time.Minute, "10.1.1.5", "PC7$", "success"),    // a computer's own account
		lease(time.Hour, "10.1.1.5", "00-00-5E-00-53-23", "PC7"),
	})
	want := []string{"10.1.1.5 host pc7 0s-1h0m0s", "10.1.1.5 mac 00-00-5E-00-53-23 0s-1h0m0s", "10.1.1.5 user anna 1m0s-1m0s"}
	changed := ids.Changed()
	if got := told(changed); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if again := ids.Changed(); len(again) != 0 {
		t.Errorf("changed again: %q", told(again))
	}
	ids.Failed(changed[:1])
	if again := ids.Changed(); len(again) != 1 {
		t.Errorf("what could not be stored comes again: %q", told(again))
	}
	// The address goes to another device; late news of the past does not
	// change the present.
	ids.Learn([]event.Event{lease(24*time.Hour, "10.1.1.5", "00-00-5E-00-53-99", "phone"), lease(2*time.Hour, "10.1.1.5", "00-00-5E-00-53-23", "pc7")})
	want = []string{"10.1.1.5 host phone 24h0m0s-24h0m0s", "10.1.1.5 mac 00-00-5E-00-53-99 24h0m0s-24h0m0s"}
	if got := told(ids.Changed()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// A restart continues where it left off.
	ids = NewIdentities(changed)
	ids.Learn([]event.Event{login(2*time.Hour, "10.1.1.5", "anna", "success")})
	if got := told(ids.Changed()); !slices.Equal(got, []string{"10.1.1.5 user anna 1m0s-2h0m0s"}) {
		t.Errorf("after a restart %q", got)
	}
}

func TestIdentitiesFromARPAndDNS(t *testing.T) {
	answer := func(after time.Duration, name, ip string) event.Event {
		return at(after, "event.action", "dns-answer", "dns.question.name", name, "dns.resolved_ip", ip)
	}
	ids := NewIdentities(nil)
	ids.Learn([]event.Event{
		at(0, "event.action", "arp-new-station", "source.ip", "10.1.1.5", "source.mac", "00-00-5E-00-53-23"),
		at(0, "event.action", "arp-conflict", "source.ip", "10.1.1.1", "source.mac", "00-00-5E-00-53-99"), // a complaint
		at(time.Hour, "event.action", "arp-address-changed", "source.ip", "10.1.1.5", "source.mac", "00-00-5E-00-53-24"),
		answer(0, "nas.lan.", "10.1.1.9"),
		answer(0, "www.example.org", "203.0.113.7"), // not of the office
		answer(0, "9.1.1.10.in-addr.arpa", "10.1.1.9"),
		lease(time.Minute, "10.1.1.7", "00-00-5E-00-53-77", "phone"),
		answer(time.Hour, "rebind.example.net", "10.1.1.7"), // the lease knows better
	})
	want := []string{
		"10.1.1.5 mac 00-00-5E-00-53-23 0s-0s", "10.1.1.5 mac 00-00-5E-00-53-24 1h0m0s-1h0m0s",
		"10.1.1.7 host phone 1m0s-1m0s", "10.1.1.7 mac 00-00-5E-00-53-77 1m0s-1m0s",
		"10.1.1.9 host nas.lan 0s-0s",
	}
	if got := told(ids.Changed()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestIdentitiesAreBounded(t *testing.T) {
	ids := NewIdentities(nil)
	for i := range 3 * maxIdentities {
		ids.Learn([]event.Event{login(time.Duration(i)*time.Second, fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), "anna", "success")})
		if i%1000 == 0 {
			ids.Changed()
		}
	}
	if n := len(ids.current); n > maxIdentities {
		t.Errorf("%d identities in memory", n)
	}
}
