package ingest

import (
	"cmp"
	"container/list"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
	"porchlight/ingest/product"
	"porchlight/ingest/source"
)

// maxSources bounds the ledger: datagrams can carry any forged sender. When
// there are more, the source that has been silent longest becomes part of
// otherSources, so that a new device always finds a place.
const (
	maxSources   = 4_096
	otherSources = input.Others
)

// Ledger counts, per source, where each message went.
type Ledger struct {
	mu        sync.Mutex
	totals    source.Counters
	byAddress map[string]*list.Element
	seen      *list.List    // of *source.Source, the latest seen first
	other     source.Source // the sum of all that had to go
	looks     map[product.Source]look
	watches   map[string]*clockWatch // by address of the source
	devices   map[string]*device     // what is usual, by address of the source
	stale     bool                   // the parsers know something else
	meters    map[string]*meter      // by input

	now     func() time.Time
	senders atomic.Pointer[senders] // what the parsers know
}

// NewLedger continues counting from what an earlier run has saved.
func NewLedger(totals source.Counters, sources []source.Source) *Ledger {
	l := &Ledger{totals: totals, byAddress: make(map[string]*list.Element, len(sources)), seen: list.New(),
		looks: map[product.Source]look{}, watches: map[string]*clockWatch{}, devices: map[string]*device{}, meters: map[string]*meter{}, now: time.Now}
	l.other.Address = otherSources
	byAge := slices.SortedFunc(slices.Values(sources), func(a, b source.Source) int { return cmp.Compare(a.LastSeen, b.LastSeen) })
	for _, s := range byAge {
		if s.Address == otherSources {
			l.merge(&s)
			continue
		}
		*l.source(s.Address) = s
		if u := &s.Profile.Usual; u.Sure {
			l.devices[s.Address] = newDevice(u)
		}
	}
	l.publish()
	return l
}

// publish makes what was learned about the senders known to the parsers.
func (l *Ledger) publish() {
	known := newSenders()
	for e := l.seen.Front(); e != nil; e = e.Next() {
		s := e.Value.(*source.Source)
		by, usual := s.Profile.Clock.Corrected, l.devices[s.Address]
		if by == 0 && usual == nil {
			continue
		}
		known.add(s.Address, sender{by, usual})
	}
	l.senders.Store(&known)
	l.stale = false
}

// Describe changes what the admin says about a source: its name, that it is
// known, and whether its clock is to be believed. It returns false when there
// is no such source.
func (l *Ledger) Describe(address, label string, trustClock bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.byAddress[address]
	if e == nil {
		return false
	}
	p := &e.Value.(*source.Source).Profile
	p.Label, p.Known = strings.Clone(clip(label)), true
	if p.Clock.Trusted = trustClock; trustClock {
		p.Clock.Corrected = 0
	} else if p.Clock.Measured {
		p.Clock.Corrected = correction(p.Clock.Offset)
	}
	l.publish()
	return true
}

// Snapshot returns a copy of all counters, sources ordered by address.
func (l *Ledger) Snapshot() (source.Counters, []source.Source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]source.Source, 0, l.seen.Len()+1)
	for e := l.seen.Front(); e != nil; e = e.Next() {
		out = append(out, *e.Value.(*source.Source))
	}
	if l.other.Received > 0 {
		out = append(out, l.other)
	}
	slices.SortFunc(out, func(a, b source.Source) int { return cmp.Compare(a.Address, b.Address) })
	return l.totals, out
}

// source returns the source that was seen just now. The pointer is good until
// the next call.
func (l *Ledger) source(address string) *source.Source {
	if e := l.byAddress[address]; e != nil {
		l.seen.MoveToFront(e)
		return e.Value.(*source.Source)
	}
	if l.seen.Len() >= maxSources {
		oldest := l.seen.Remove(l.oldest()).(*source.Source)
		delete(l.byAddress, oldest.Address)
		if oldest.Profile.Clock.Corrected != 0 || l.devices[oldest.Address] != nil {
			delete(l.devices, oldest.Address)
			l.stale = true
		}
		l.merge(oldest)
	}
	s := &source.Source{Address: address}
	delete(l.watches, address)
	l.byAddress[address] = l.seen.PushFront(s)
	return s
}

// oldest returns the source that makes room: the one silent longest, of those
// that the admin knows none if there are others.
func (l *Ledger) oldest() *list.Element {
	for e := l.seen.Back(); e != nil; e = e.Prev() {
		if !e.Value.(*source.Source).Profile.Known {
			return e
		}
	}
	return l.seen.Back()
}

// merge adds a source to the others.
func (l *Ledger) merge(s *source.Source) {
	o := &l.other
	o.LastSeen = max(o.LastSeen, s.LastSeen)
	o.Received += s.Received
	o.Parsed += s.Parsed
	o.ParseFailed += s.ParseFailed
	o.Stored += s.Stored
	o.Dropped += s.Dropped
	o.KernelDropped += s.KernelDropped
}

// drop counts one message that was lost.
func (l *Ledger) drop(raw *event.Raw) {
	address := raw.Source()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.source(address)
	s.Received++
	s.Dropped++
	s.LastSeen = max(s.LastSeen, raw.Received)
	l.totals.Received++
	l.totals.Dropped++
	l.meter(raw.Origin.Input).drop()
}

// store counts a batch that has been committed.
func (l *Ledger) store(b *batch) {
	now := l.now().UnixNano()
	l.mu.Lock()
	defer l.mu.Unlock()
	var s *source.Source
	var m *meter
	for i := range b.raws {
		raw := &b.raws[i]
		other := i == 0 || raw.Origin != b.raws[i-1].Origin
		if other || raw.From.Addr() != b.raws[i-1].From.Addr() {
			s = l.source(raw.Source())
		}
		if other {
			m = l.meter(raw.Origin.Input)
		}
		m.store(raw.Received, now)
		l.count(s, &b.events[i])
		l.watchClock(s, raw, &b.events[i])
	}
	if l.stale { // once a batch: senders can make it change with every message
		l.publish()
	}
}

// Recover counts an event that was committed by a process that was killed
// before it could save its counters.
func (l *Ledger) Recover(ev *event.Event) {
	sender := ev.Get(event.LogSourceAddress)
	if sender == "" {
		sender = ImportInput
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(l.source(strings.Clone(sender)), ev)
}

// ImportInput is the input of messages that are imported, and the name under
// which they are counted: they have no sender.
const ImportInput = input.Import

// maxName bounds what a sender can make the ledger keep and save, in bytes:
// longer than any host name (RFC 1035: 255).
const maxName = 255

// count adds one stored event to its source and to the totals.
func (l *Ledger) count(s *source.Source, ev *event.Event) {
	s.Received++
	s.Stored++
	l.totals.Received++
	l.totals.Stored++
	if ev.HasTag(event.TagParseFailure) {
		s.ParseFailed++
		l.totals.ParseFailed++
	} else {
		s.Parsed++
		l.totals.Parsed++
	}
	s.LastSeen = max(s.LastSeen, ev.Received)
	if s.Profile.FirstSeen == 0 && s.Received == 1 {
		s.Profile.FirstSeen = ev.Received
	}
	l.observe(s, ev)
	l.learnDevice(s, ev)
	// Cloned: keeping the name must not keep the whole message.
	if name := clip(ev.Get(event.HostName)); name != "" && name != s.Name {
		s.Name = strings.Clone(name)
	}
}

// clip cuts a name to maxName bytes, between characters.
func clip(name string) string {
	if len(name) <= maxName {
		return name
	}
	return strings.ToValidUTF8(name[:maxName], "")
}
