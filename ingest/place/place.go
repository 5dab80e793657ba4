// Package place finds where in a message the values of its event are.
package place

import (
	"cmp"
	"slices"
	"strings"
	"unsafe"

	"porchlight/ingest/event"
)

// Place is where in a message the value of a field is: body[Start:End].
type Place struct {
	Start, End int
	Field      string
}

// Find returns where in body the values of the event that was parsed from it
// are, in order. Values that are substrings of body are where they point;
// converted values (lower case, another notation) are searched for, and only
// believed where they occur once.
func Find(ev *event.Event, body string) []Place {
	var found []Place
	for ref, v := range ev.Each() {
		if ref.Field == event.EventOriginal || ref.Field == event.Message || v == "" {
			continue
		}
		if start, ok := within(v, body); ok {
			found = append(found, Place{Start: start, End: start + len(v), Field: ref.Name})
			continue
		}
		for one := range event.Values(v) {
			if start, ok := within(one, body); ok && one != "" {
				found = append(found, Place{Start: start, End: start + len(one), Field: ref.Name})
			} else if len(one) > 3 && !spoken[ref.Field] {
				if i := strings.Index(body, one); i >= 0 && strings.LastIndex(body, one) == i {
					found = append(found, Place{Start: i, End: i + len(one), Field: ref.Name})
				}
			}
		}
	}
	// ECS fields come first; of fields that share a place one is enough, and a
	// short value inside a long one says more than the long one.
	slices.SortStableFunc(found, func(a, b Place) int { return cmp.Compare(a.End-a.Start, b.End-b.Start) })
	var out []Place
	for _, p := range found {
		if !slices.ContainsFunc(out, func(o Place) bool { return p.Start < o.End && o.Start < p.End }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// spoken are fields in Porchlight's words, not the sender's.
var spoken = map[event.Field]bool{
	event.EventKind: true, event.EventCategory: true, event.EventType: true, event.EventAction: true, event.EventOutcome: true,
	event.EventModule: true, event.EventDataset: true, event.ObserverVendor: true, event.ObserverProduct: true, event.ObserverType: true, event.NetworkType: true,
}

// within returns where part begins in whole if it shares its memory, not
// merely equals a part of it: a field keeps the very bytes it was read from.
func within(part, whole string) (start int, ok bool) {
	if part == "" || whole == "" {
		return 0, false
	}
	from := uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	at := uintptr(unsafe.Pointer(unsafe.StringData(part)))
	if at < from || at+uintptr(len(part)) > from+uintptr(len(whole)) {
		return 0, false
	}
	return int(at - from), true
}
