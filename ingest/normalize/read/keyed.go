package read

import (
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Keyed is an event while a parser fills it. It turns the pairs of a format
// with explicit keys (key=value, CEF, LEEF) into fields: every pair under the
// sender's own key, and also in ECS as the key's binding says. A key that
// happens to be the name of an ECS field gets the format's prefix: what a
// sender calls "event.original" or "tags" must not pass for ours.
type Keyed struct {
	Event    *event.Event   // being filled
	Location *time.Location // zone for times without one
	Prefix   string         // "kv.", "cef.", "leef."

	Action, Outcome  string // the sender's words, interpreted in Finish
	Date, Hour, Zone string // a time in several keys
	timeRank         uint8  // of the key that set ev.Time
	userIP           string // after a user's @
	hosts            bool   // the message's host name takes precedence over the header's
	fields, dropped  int
}

// Add stores one pair. b is nil for a key without ECS meaning.
func (k *Keyed) Add(key, value string, b *Binding) {
	if k.fields >= event.MaxFields {
		k.dropped++
		return
	}
	k.fields++
	if isFieldName(key) {
		k.Event.SetExtra(FieldName(k.Prefix, key, NameAsIs), value)
	} else {
		k.Event.SetExtra(key, value)
	}
	if b != nil && value != "" {
		k.Bind(b, value)
	}
}

// isFieldName reports whether package event has a slot or computed field of
// that name.
func isFieldName(key string) bool { return resolve(key).Field != event.None }

// resolve is event.Resolve. Nearly all field names have a dot, most senders'
// keys have none.
func resolve(key string) event.Ref {
	if strings.IndexByte(key, '.') < 0 && key != "message" && key != "tags" && key != "_id" && key != "@timestamp" {
		return event.Ref{Name: key}
	}
	return event.Resolve(key)
}

// Finish decides what depends on all pairs together.
func (k *Keyed) Finish() {
	ev := k.Event
	if k.timeRank == 0 && k.Date != "" && k.Hour != "" && len(k.Date)+len(k.Hour)+len(k.Zone) < 46 {
		if ns, ok := parseISOParts(k.Date, k.Hour, k.Zone, k.Location); ok {
			ev.Time = ns
		} else {
			SetTime(ev, k.Date+" "+k.Hour+k.Zone, k.Location)
		}
	}
	ConcludeAction(ev, k.Action, k.Outcome)
	if k.dropped > 0 {
		ev.Add(event.Tags, event.TagFieldsDropped)
		ev.SetExtra(event.FieldsDropped, strconv.Itoa(k.dropped))
	}
}

// SetDirection stores network.direction, given one of the usual words for it.
func SetDirection(ev *event.Event, s string) {
	for _, w := range [...]string{"in", "inbound", "incoming", "ingress", "received", "0"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, "inbound")
			return
		}
	}
	for _, w := range [...]string{"out", "outbound", "outgoing", "egress", "sent", "1"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, "outbound")
			return
		}
	}
	for _, w := range [...]string{"internal", "external"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, w)
		}
	}
}

// level of a time key: "time" alone may be only the time of day.
const (
	rankLoose uint8 = iota
	rankStamp
	rankExact
)

// Has reports whether the event has a value, or an empty one, under a name.
func (k *Keyed) Has(name string) bool {
	_, ok := k.Event.Lookup(resolve(name))
	return ok
}

// Get returns the value under a name, the sender's own or one of ECS; "" without
// one.
func (k *Keyed) Get(name string) string {
	v, _ := k.Event.Lookup(resolve(name))
	return v
}

// First returns the first value that there is under several names.
func (k *Keyed) First(names ...string) string {
	for _, n := range names {
		if v := k.Get(n); v != "" {
			return v
		}
	}
	return ""
}

// Put stores a value, if there is one, under what it is bound to.
func (k *Keyed) Put(value string, b *Binding) {
	if value != "" {
		k.Bind(b, value)
	}
}

// Lookup is Keyed.Get for objects.
func Lookup(o *event.Event, name string) string {
	v, _ := o.LookupName(name)
	return v
}

// Objects calls read with every object of an array, flattened. The event is
// valid only during the call.
func (k *Keyed) Objects(name string, read func(o *event.Event)) {
	text := k.Get(name)
	if text == "" {
		return
	}
	o := Scratch.Get()
	defer Scratch.Put(o)
	n := 0
	for one := range event.Values(text) {
		if n++; n > maxObjects {
			return
		}
		o.Reset()
		if strings.HasPrefix(one, "{") && event.FlattenJSON(one, o) == nil {
			read(o)
		}
	}
}

// maxObjects bounds how many objects of an array are examined.
const maxObjects = 32

// Empty reports whether no pair has been stored.
func (k *Keyed) Empty() bool { return k.fields == 0 }

// PreferDate makes separate date and time keys win over any other key that has
// set the time.
func (k *Keyed) PreferDate() { k.timeRank = 0 }
