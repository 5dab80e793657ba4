package ingest

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// maxSources bounds the ledger: datagrams can carry any forged sender. What
// comes from more senders than that is counted under otherSources.
const (
	maxSources   = 4_096
	otherSources = "other"
)

// Ledger counts, per source, where each message went.
type Ledger struct {
	mu      sync.Mutex
	sources map[string]*event.Source
	totals  event.Counters
}

// NewLedger continues counting from what an earlier run has saved.
func NewLedger(totals event.Counters, sources []event.Source) *Ledger {
	l := &Ledger{sources: make(map[string]*event.Source, len(sources)), totals: totals}
	for _, s := range sources {
		l.sources[s.Address] = &s
	}
	return l
}

// Snapshot returns a copy of all counters, sources ordered by address.
func (l *Ledger) Snapshot() (event.Counters, []event.Source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]event.Source, 0, len(l.sources))
	for _, s := range l.sources {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b event.Source) int { return cmp.Compare(a.Address, b.Address) })
	return l.totals, out
}

func (l *Ledger) source(address string) *event.Source {
	s := l.sources[address]
	if s == nil {
		if len(l.sources) >= maxSources {
			address = otherSources
			if s = l.sources[address]; s != nil {
				return s
			}
		}
		s = &event.Source{Address: address}
		l.sources[address] = s
	}
	return s
}

// drop counts one message that was lost in the queue.
func (l *Ledger) drop(raw *event.Raw) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.source(raw.Source())
	s.Received++
	s.Dropped++
	s.LastSeen = max(s.LastSeen, raw.Received)
	l.totals.Received++
	l.totals.Dropped++
}

// store counts a batch that has been committed.
func (l *Ledger) store(b *batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var s *event.Source
	for i := range b.raws {
		raw, ev := &b.raws[i], &b.events[i]
		if i == 0 || raw.From.Addr() != b.raws[i-1].From.Addr() || raw.Input != b.raws[i-1].Input {
			s = l.source(raw.Source())
		}
		s.Received++
		s.Stored++
		l.totals.Received++
		l.totals.Stored++
		if isParseFailure(ev) {
			s.ParseFailed++
			l.totals.ParseFailed++
		} else {
			s.Parsed++
			l.totals.Parsed++
		}
		s.LastSeen = max(s.LastSeen, raw.Received)
		// Cloned: keeping the name must not keep the whole message.
		if name := ev.Get(event.HostName); name != "" && name != s.Name {
			s.Name = strings.Clone(name)
		}
		if v := vendor(ev); v != "" && v != s.Vendor {
			s.Vendor = strings.Clone(v)
		}
	}
}
