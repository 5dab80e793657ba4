package enrich

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"porchlight/ingest/event"
)

// Identities learns from events who is behind an office's addresses: the
// network card and host name from DHCP leases, the card from ARP, the user
// from logins, the name from DNS answers. Each fact is kept with the time it
// was true for, since addresses move between devices.
type Identities struct {
	mu      sync.Mutex
	current map[identityKey]*identity
	past    []event.Identity // replaced before they were saved
}

type identityKey struct {
	address string
	kind    event.IdentityKind
	user    string // several may be logged in at once; "" for other kinds
}

type identity struct {
	event.Identity
	dirty bool // not saved since it changed
}

const (
	// maxIdentities bounds what is kept in memory; the oldest are dropped, but
	// remain in the store.
	maxIdentities = 20_000
	// identityGap is how long an identity may go unseen and still be continued
	// by the next event. Leases are renewed at least that often.
	identityGap = 8 * 24 * time.Hour
	// maxIdentity bounds the length of a value.
	maxIdentity = 255
)

// NewIdentities continues from those that were stored last.
func NewIdentities(stored []event.Identity) *Identities {
	ids := &Identities{current: map[identityKey]*identity{}}
	for _, s := range stored {
		k := keyOf(s)
		if now := ids.current[k]; now == nil || now.Last < s.Last {
			ids.current[k] = &identity{Identity: s}
		}
	}
	return ids
}

func keyOf(i event.Identity) identityKey {
	k := identityKey{address: i.Address, kind: i.Kind}
	if i.Kind == event.IdentityUser {
		k.user = i.Value
	}
	return k
}

// Learn learns from events.
func (ids *Identities) Learn(events []event.Event) {
	for i := range events {
		ev := &events[i]
		if ev.Has(event.DNSQuestionName) {
			ids.learnAnswer(ev)
			continue
		}
		address := officeAddress(ev)
		if address == "" {
			continue
		}
		switch {
		case isARP(ev):
			ids.add(ev, address, event.IdentityMAC, ev.Get(event.SourceMAC))
		case isLease(ev):
			ids.add(ev, address, event.IdentityMAC, ev.Get(event.SourceMAC))
			ids.add(ev, address, event.IdentityHost, orName(ev, event.SourceDomain, "client.domain"))
		case isLogin(ev):
			if user := ev.Get(event.UserName); user != "" && !strings.HasSuffix(user, "$") && !strings.EqualFold(user, "ANONYMOUS LOGON") {
				ids.add(ev, address, event.IdentityUser, user)
			}
			ids.add(ev, address, event.IdentityHost, ev.Get(event.SourceDomain))
		}
	}
}

// maxAnswers bounds how many addresses of a DNS answer are examined.
const maxAnswers = 8

// learnAnswer learns the name of an internal address from a DNS answer. Names
// from a lease or a login take precedence: anybody can give an address a name
// in DNS.
func (ids *Identities) learnAnswer(ev *event.Event) {
	name := strings.TrimSuffix(ev.Get(event.DNSQuestionName), ".")
	answer, _ := ev.LookupName("dns.resolved_ip")
	if answer == "" || name == "" || strings.HasSuffix(name, ".arpa") {
		return
	}
	n := 0
	for value := range event.Values(answer) {
		if n++; n > maxAnswers {
			return
		}
		a, err := netip.ParseAddr(value)
		if err != nil || !Internal(a.Unmap()) || a.IsLoopback() {
			continue
		}
		ids.mu.Lock()
		now := ids.current[identityKey{address: value, kind: event.IdentityHost}]
		better := now != nil && now.From != fromAnswer && ev.Time-now.Last < int64(identityGap)
		ids.mu.Unlock()
		if !better {
			ids.addFrom(ev, value, event.IdentityHost, name, fromAnswer)
		}
	}
}

// fromAnswer is the origin of a name learned from DNS.
const fromAnswer = "dns-answer"

// isARP reports whether an event says which card has an address, rather than
// complaining about one.
func isARP(ev *event.Event) bool {
	switch ev.Get(event.EventAction) {
	case "arp-new-station", "arp-address-changed", "arp-flip-flop":
		return ev.Has(event.SourceMAC)
	}
	return false
}

// officeAddress returns the source's address if it is internal.
func officeAddress(ev *event.Event) string {
	v := ev.Get(event.SourceIP)
	if v == "" {
		return ""
	}
	a, err := netip.ParseAddr(v)
	if err != nil || !Internal(a.Unmap()) || a.IsLoopback() {
		return ""
	}
	return v
}

func isLease(ev *event.Event) bool {
	switch ev.Get(event.EventAction) {
	case "dhcpack", "lease-assigned", "lease-renewed", "dhcp":
		return ev.Has(event.SourceMAC)
	}
	return false
}

func isLogin(ev *event.Event) bool {
	if ev.Get(event.EventOutcome) != "success" {
		return false
	}
	for c := range event.Values(ev.Get(event.EventCategory)) {
		if c == "authentication" {
			return ev.Get(event.EventType) != "end"
		}
	}
	return false
}

func orName(ev *event.Event, f event.Field, name string) string {
	if v := ev.Get(f); v != "" {
		return v
	}
	v, _ := ev.LookupName(name)
	return v
}

func (ids *Identities) add(ev *event.Event, address string, kind event.IdentityKind, value string) {
	ids.addFrom(ev, address, kind, value, ev.Get(event.EventAction))
}

func (ids *Identities) addFrom(ev *event.Event, address string, kind event.IdentityKind, value, origin string) {
	if value == "" || len(value) > maxIdentity || strings.Contains(value, event.Separator) {
		return
	}
	found := event.Identity{Address: address, Kind: kind, Value: value, First: ev.Time, Last: ev.Time, From: origin}
	k := keyOf(found)
	ids.mu.Lock()
	defer ids.mu.Unlock()
	now := ids.current[k]
	if now != nil && strings.EqualFold(now.Value, value) && ev.Time-now.Last < int64(identityGap) && now.First-ev.Time < int64(identityGap) {
		now.First, now.Last, now.dirty = min(now.First, ev.Time), max(now.Last, ev.Time), true
		return
	}
	if now != nil && ev.Time < now.Last {
		return // of the past: an import; it does not change the present
	}
	if now != nil && now.dirty {
		ids.past = append(ids.past, now.Identity)
	}
	if len(ids.current) >= maxIdentities {
		ids.forget()
	}
	found.Address, found.Value, found.From = strings.Clone(found.Address), strings.Clone(found.Value), strings.Clone(found.From)
	k = keyOf(found)
	ids.current[k] = &identity{Identity: found, dirty: true}
}

// forget drops the half that was seen longest ago and is saved.
func (ids *Identities) forget() {
	var newest, oldest int64
	for _, i := range ids.current {
		newest = max(newest, i.Last)
		if oldest == 0 || i.Last < oldest {
			oldest = i.Last
		}
	}
	middle := oldest + (newest-oldest)/2
	for k, i := range ids.current {
		if i.Last <= middle && !i.dirty {
			delete(ids.current, k)
		}
	}
	if len(ids.current) >= maxIdentities { // nothing could be saved for a long time
		clear(ids.current)
	}
	if len(ids.past) > maxIdentities {
		ids.past = nil
	}
}

// Changed returns what has changed since the last call, to be stored. What is
// handed back to Failed is returned again.
func (ids *Identities) Changed() []event.Identity {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	out := ids.past
	ids.past = nil
	for _, i := range ids.current {
		if i.dirty {
			out = append(out, i.Identity)
			i.dirty = false
		}
	}
	return out
}

// Failed takes back what could not be stored.
func (ids *Identities) Failed(changed []event.Identity) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for _, c := range changed {
		if i := ids.current[keyOf(c)]; i != nil && i.Value == c.Value {
			i.dirty = true
		} else if len(ids.past) < maxIdentities {
			ids.past = append(ids.past, c)
		}
	}
}
