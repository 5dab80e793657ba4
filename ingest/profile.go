package ingest

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/product"
	"porchlight/ingest/source"
)

// look is what the table of products says about what an event is from.
type look struct{ label, vendor string }

// maxLooks bounds the cached looks: senders can claim any vendor.
const maxLooks = 512

// lookOf returns what an event is from. The ledger's lock must be held.
func (l *Ledger) lookOf(ev *event.Event) look {
	s := product.Source{Vendor: clip(ev.Get(event.ObserverVendor)), Product: clip(ev.Get(event.ObserverProduct)), Type: clip(ev.Get(event.ObserverType)), Module: clip(ev.Get(event.EventModule))}
	if found, ok := l.looks[s]; ok {
		return found
	}
	// Cloned: keeping the names must not keep the whole message.
	s = product.Source{Vendor: strings.Clone(s.Vendor), Product: strings.Clone(s.Product), Type: strings.Clone(s.Type), Module: strings.Clone(s.Module)}
	found := look{label: clip(product.Label(s)), vendor: product.Vendor(s)}
	if len(l.looks) < maxLooks {
		l.looks[s] = found
	}
	return found
}

// observe adds an event to the profile of its source.
func (l *Ledger) observe(s *source.Source, ev *event.Event) {
	look := l.lookOf(ev)
	if look.label != "" {
		s.Profile.Count(look.label)
	}
	if look.vendor != "" {
		s.Vendor = look.vendor
	}
	categories := ev.Get(event.EventCategory)
	if categories == "" {
		return
	}
	for c := range event.Values(categories) {
		a, ok := source.AspectOf(c)
		if !ok {
			continue
		}
		if a == source.AspectConnections {
			switch ev.Get(event.NetworkProtocol) {
			case "dns", "dhcp":
				a = source.AspectNames
			}
		}
		s.Profile.Aspects[a]++
	}
}

// watchClock learns from a live message how far its sender's clock is off.
func (l *Ledger) watchClock(s *source.Source, raw *event.Raw, ev *event.Event) {
	if !raw.Origin.Live {
		return
	}
	claimed, own := claimedTime(ev)
	if !own {
		return
	}
	w := l.watches[s.Address]
	if w == nil {
		if len(l.watches) >= maxSources {
			clear(l.watches)
		}
		w = &clockWatch{}
		l.watches[s.Address] = w
	}
	offset, ok := w.add(ev.Received, ev.Received-claimed)
	if !ok {
		return
	}
	c := &s.Profile.Clock
	c.Offset, c.Measured = offset, true
	by := int64(0)
	if !c.Trusted {
		by = correction(offset)
	}
	// A finding is kept until a clearly different one: a correction that
	// changes by seconds would shuffle events.
	if d := by - c.Corrected; by == 0 || c.Corrected == 0 || d > int64(clockAllowed) || d < -int64(clockAllowed) {
		if by != c.Corrected {
			c.Corrected = by
			l.stale = true
		}
	}
}
