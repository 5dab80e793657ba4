package ingest

import (
	"net/netip"
	"slices"
	"time"

	"porchlight/ingest/event"
)

// The clock doctor works out from live messages how far a sender's clock is
// off, and corrects its times. A message is received moments after the time it
// states. If many in a row are off by the same amount, that is not delivery
// (which varies) but the clock: in another zone (a multiple of 15 minutes) or
// wrong.
const (
	clockSamples = 48               // messages per judgement
	clockSpan    = time.Minute      // that they must span at least
	clockSpread  = 4 * time.Second  // that most of them may differ by
	clockAllowed = 90 * time.Second // less than this is not corrected: people live with it
	zoneStep     = 15 * time.Minute // time zones are multiples of it
)

// clockWatch collects the delays of one sender's messages.
type clockWatch struct {
	delays [clockSamples]int64
	n      int
	since  int64 // receive time of the first of them
}

// add takes the delay of a message and returns true when a judgement is
// possible: how far behind most of the messages are.
func (w *clockWatch) add(received, delay int64) (offset int64, ok bool) {
	if w.n == 0 {
		w.since = received
	}
	if w.n < clockSamples {
		w.delays[w.n] = delay
		w.n++
	}
	if w.n < clockSamples || received-w.since < int64(clockSpan) {
		if w.n == clockSamples { // fast senders: keep the later half
			copy(w.delays[:], w.delays[clockSamples/2:])
			w.n = clockSamples / 2
		}
		return 0, false
	}
	sorted := w.delays
	slices.Sort(sorted[:])
	w.n = 0
	// Unless the middle four fifths agree, nothing can be said: late arrivals
	// are late by varying amounts.
	lo, hi := sorted[clockSamples/10], sorted[clockSamples-1-clockSamples/10]
	if hi-lo > int64(clockSpread) {
		return 0, false
	}
	return sorted[clockSamples/2], true
}

// correction is what to add to times that are behind by offset: whole zone
// steps if they explain it, otherwise all of it, or nothing if it is too small
// to matter.
func correction(offset int64) int64 {
	if time.Duration(offset).Abs() <= clockAllowed {
		return 0
	}
	zone := time.Duration(offset).Round(zoneStep)
	if (time.Duration(offset)-zone).Abs() <= clockAllowed && zone.Abs() <= 14*time.Hour {
		return int64(zone)
	}
	return offset
}

// sender is what the ledger has learned about a sender, for the parsers.
type sender struct {
	behind int64   // what is added to its times, in nanoseconds
	usual  *device // nil if unknown
}

// senders is what is known, by address or, for senders without one, by the
// name that the input gives them.
type senders struct {
	byAddr map[netip.Addr]sender
	byName map[string]sender
}

func newSenders() senders {
	return senders{map[netip.Addr]sender{}, map[string]sender{}}
}

// add notes what is known about a source.
func (s senders) add(source string, known sender) {
	if addr, err := netip.ParseAddr(source); err == nil {
		s.byAddr[addr] = known
	} else {
		s.byName[source] = known
	}
}

// inform adds to an event what is known about its sender. Old messages say
// nothing about the sender today, nor the reverse.
func (s senders) inform(raw *event.Raw, ev *event.Event) {
	if !raw.Origin.Live {
		return
	}
	var known sender
	ok := false
	if raw.From.IsValid() {
		if len(s.byAddr) > 0 {
			known, ok = s.byAddr[raw.From.Addr().Unmap()]
		}
	} else if len(s.byName) > 0 {
		known, ok = s.byName[raw.Source()]
	}
	if !ok {
		return
	}
	known.usual.complete(ev)
	if known.behind != 0 {
		correctTime(ev, known.behind)
	}
}

// correctTime shifts an event's own time by how far its sender's clock is off.
// The time that the message claims is kept in event.created.
func correctTime(ev *event.Event, by int64) {
	claimed, own := claimedTime(ev)
	if !own {
		return
	}
	ev.SetName("event.created", event.FormatTime(claimed))
	ev.Time = claimed + by
	removeTag(ev, event.TagTimeAhead)
	ev.Add(event.Tags, event.TagTimeCorrected)
}

// claimedTime returns the time that an event's message states; own is false if
// it states none.
func claimedTime(ev *event.Event) (ns int64, own bool) {
	if ev.HasTag(event.TagTimeAhead) || ev.HasTag(event.TagTimeCorrected) {
		v, _ := ev.LookupName("event.created")
		at, err := time.Parse(time.RFC3339Nano, v)
		return at.UnixNano(), err == nil
	}
	return ev.Time, ev.Time != ev.Received
}

func removeTag(ev *event.Event, tag string) {
	tags := ev.Get(event.Tags)
	if tags == "" {
		return
	}
	ev.Delete(event.Tags)
	for t := range event.Values(tags) {
		if t != tag {
			ev.Add(event.Tags, t)
		}
	}
}
