package ingest

import (
	"strings"
	"sync/atomic"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/product"
	"porchlight/ingest/source"
)

// Much of what a firewall or a NAS sends does not say what it is from: logins
// at its sshd look like those at any computer, and a line that no parser knows
// says nothing at all. The device that a sender's other messages name is
// remembered and given to such events: a search for the vendor finds
// everything the device sent, even what was not understood.
const (
	usualWeight = 20             // how many more messages must agree than disagree
	usualAge    = 72 * time.Hour // time since the last of them
)

// device is the device a sender usually is, for the parsers.
type device struct {
	vendor, product, typ, host string
	named                      atomic.Int64 // receive time of the last message that named it
}

// complete sets the device a sender usually is on an event that does not name
// one. A message that the sender relays for another host, or that is a
// computer's, is left alone.
func (d *device) complete(ev *event.Event) {
	if d == nil || ev.Has(event.ObserverVendor) || ev.Has(event.ObserverProduct) || ev.Has(event.ObserverType) ||
		ev.Get(event.HostName) != d.host || ev.Received-d.named.Load() > int64(usualAge) || product.IsComputer(ev.Get(event.EventModule)) {
		return
	}
	ev.Set(event.ObserverVendor, d.vendor)
	ev.Set(event.ObserverProduct, d.product)
	ev.Set(event.ObserverType, d.typ)
	ev.Add(event.Tags, event.TagObserverInferred)
}

// learnDevice counts what an event says about the device it is from. The
// ledger's lock must be held.
func (l *Ledger) learnDevice(s *source.Source, ev *event.Event) {
	u := &s.Profile.Usual
	typ, host := ev.Get(event.ObserverType), clip(ev.Get(event.HostName))
	switch {
	case product.IsComputer(ev.Get(event.EventModule)):
		u.Weight = max(u.Weight-4, 0)
		return
	case !product.KindOf(typ).Device || host == "" || isDocument(ev) || ev.HasTag(event.TagObserverInferred):
		return
	}
	vendor, product := clip(ev.Get(event.ObserverVendor)), clip(ev.Get(event.ObserverProduct))
	if u.Vendor == vendor && u.Product == product && u.Type == typ && u.Host == host {
		u.Weight = min(u.Weight+1, source.MaxDeviceWeight)
		u.Named = max(u.Named, ev.Received)
		u.Sure = u.Sure || u.Weight >= usualWeight
	} else if u.Weight -= 4; u.Weight < 0 {
		*u = source.Device{Vendor: strings.Clone(vendor), Product: strings.Clone(product), Type: strings.Clone(typ), Host: strings.Clone(host), Weight: 1, Named: ev.Received}
	}
	known := l.devices[s.Address]
	switch {
	case known != nil && known.is(u):
		known.named.Store(u.Named)
	case u.Sure:
		l.devices[s.Address] = newDevice(u)
		l.stale = true
	case known != nil:
		delete(l.devices, s.Address)
		l.stale = true
	}
}

// isDocument reports whether an event was read from JSON, which passes on the
// findings of others: its observer need not be the sender.
func isDocument(ev *event.Event) bool {
	original := ev.Get(event.EventOriginal)
	return strings.Contains(original[:min(len(original), 256)], `{"`)
}

func newDevice(u *source.Device) *device {
	d := &device{vendor: u.Vendor, product: u.Product, typ: u.Type, host: u.Host}
	d.named.Store(u.Named)
	return d
}

func (d *device) is(u *source.Device) bool {
	return d.vendor == u.Vendor && d.product == u.Product && d.typ == u.Type && d.host == u.Host
}
