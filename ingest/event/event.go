// Package event defines what flows through Porchlight: Raw, a message as it
// arrived, and Event, the same message as ECS fields.
package event

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tags that say what became of a message on its way in. Only the pipeline sets
// them; a sender's own are dropped.
const (
	// TagParseFailure marks a message that could not be parsed: no header, no
	// parser, or a header that claims a format and breaks it. Its raw bytes
	// are stored and its words can be searched.
	TagParseFailure = "parse_failure"
	// TagTruncated marks a message longer than the input's limit; only its
	// beginning is kept.
	TagTruncated = "truncated"
	// TagTimeAhead marks a message whose own time was too far in the future to
	// be believed: the event has the time of receipt instead, and
	// event.created the claimed one.
	TagTimeAhead = "time_ahead"
	// TagTimeCorrected marks an event whose own time was corrected;
	// event.created holds the claimed one.
	TagTimeCorrected = "time_corrected"
	// TagObserverInferred marks an event that does not say which device it is
	// from: its observer.vendor, product and type are those its sender usually
	// has.
	TagObserverInferred = "observer_inferred"
)

// IsPipelineTag reports whether only the pipeline may give a tag.
func IsPipelineTag(tag string) bool {
	switch tag {
	case TagParseFailure, TagTruncated, TagTimeAhead, TagTimeCorrected, TagObserverInferred:
		return true
	}
	return false
}

// ID numbers an event in the store: the UTC day of receipt (days since 1970)
// in the upper bits, a running number within that day in the lower. IDs grow
// in storage order; 0 means not stored yet. Until the year 2328 all IDs fit
// into the 53 bits a JSON number can carry.
type ID uint64

const idDayShift = 36

// NewID composes an ID from the days since 1970-01-01 and a running number.
func NewID(day int, seq uint64) ID { return ID(uint64(day)<<idDayShift | seq) }

// Day returns the days since 1970-01-01 UTC of the event's receipt.
func (id ID) Day() int { return int(id >> idDayShift) }

// Seq returns the running number within the day.
func (id ID) Seq() uint64 { return uint64(id) & (1<<idDayShift - 1) }

// String returns the decimal form used in `_id:` searches.
func (id ID) String() string { return strconv.FormatUint(uint64(id), 10) }

// ParseID reads the decimal form of an ID.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	return ID(n), err
}

// Pair is one extra: a field that has no slot.
type Pair struct{ Name, Value string }

// Event is one normalized message. The zero value is empty and ready to use.
//
// Values are text; fields with several values join them with Separator. A
// field that was never set is absent, which differs from present and empty. An
// Event is not safe for concurrent writes.
type Event struct {
	ID       ID    // assigned by the store; 0 before
	Time     int64 // the message's own time, else Received; Unix nanoseconds UTC
	Received int64 // when Porchlight received it; Unix nanoseconds UTC

	// slot[f] is 1 + the index of f's value, 0 when absent: one byte per
	// known field keeps an event small and a lookup a single load.
	slot   [NumFields]uint8
	values []string
	extra  []Pair // sorted by Name
}

// Reset empties the event but keeps its memory for the next message.
func (e *Event) Reset() {
	clear(e.values) // release the strings
	clear(e.extra)
	e.ID, e.Time, e.Received = 0, 0, 0
	e.slot = [NumFields]uint8{}
	e.values = e.values[:0]
	e.extra = e.extra[:0]
}

// Clone returns a copy that shares no memory with e but the (immutable)
// strings.
func (e *Event) Clone() Event {
	c := *e
	c.values = slices.Clone(e.values)
	c.extra = slices.Clone(e.extra)
	return c
}

// Get returns the value of a slot field, "" when absent.
func (e *Event) Get(f Field) string {
	if f < NumFields {
		if i := e.slot[f]; i != 0 {
			return e.values[i-1]
		}
		return ""
	}
	v, _ := e.Lookup(Ref{Field: f})
	return v
}

// Has reports whether the field is present, even if empty.
func (e *Event) Has(f Field) bool { return f < NumFields && e.slot[f] != 0 }

// Set stores a slot field's value, replacing any previous one. An empty value
// is not stored: in log formats an empty column means "unknown". None is
// ignored.
func (e *Event) Set(f Field, v string) {
	if v != "" {
		e.put(f, v)
	}
}

// SetEmpty marks a slot field as present with an empty value, for formats that
// can say so (JSON's "").
func (e *Event) SetEmpty(f Field) { e.put(f, "") }

func (e *Event) put(f Field, v string) {
	if f == None || f >= NumFields {
		return
	}
	if i := e.slot[f]; i != 0 {
		e.values[i-1] = v
		return
	}
	e.values = append(e.values, v)
	e.slot[f] = uint8(len(e.values))
}

// Delete makes the field absent.
func (e *Event) Delete(f Field) {
	if f < NumFields {
		e.slot[f] = 0
	}
}

// HasTag reports whether the event has a tag.
func (e *Event) HasTag(tag string) bool {
	tags := e.Get(Tags)
	if tags == "" {
		return false
	}
	for t := range Values(tags) {
		if t == tag {
			return true
		}
	}
	return false
}

// Add appends a value to a field that may hold several; empty values and
// duplicates are ignored.
func (e *Event) Add(f Field, v string) {
	if v == "" || f == None || f >= NumFields {
		return
	}
	old := e.Get(f)
	if old == "" {
		e.put(f, v)
		return
	}
	for have := range Values(old) {
		if have == v {
			return
		}
	}
	e.put(f, old+Separator+v)
}

// SetInt stores a number as decimal text.
func (e *Event) SetInt(f Field, n int64) { e.put(f, itoa(n)) }

// small numbers (severities, priorities) are by far the most frequent: they
// cost no allocation.
var smallInts = func() (s [256]string) {
	for i := range s {
		s[i] = strconv.Itoa(i)
	}
	return s
}()

func itoa(n int64) string {
	if 0 <= n && n < int64(len(smallInts)) {
		return smallInts[n]
	}
	return strconv.FormatInt(n, 10)
}

// SetName stores a value under any field name: in its slot if it has one, else
// among the extras. Unlike Set it keeps empty values: named fields come from
// formats with explicit keys. Computed fields (_id, @timestamp,
// event.ingested) are ignored: set the struct's members instead.
func (e *Event) SetName(name, v string) {
	if f := byName[name]; f != None {
		e.put(f, v)
		return
	}
	e.SetExtra(name, v)
}

// SetExtra stores a value among the extras without looking for a slot. The
// name must not be a slot field's.
func (e *Event) SetExtra(name, v string) {
	if n := len(e.extra); n == 0 || e.extra[n-1].Name < name { // in order: the usual case
		e.extra = append(e.extra, Pair{name, v})
		return
	}
	i, found := e.find(name)
	if found {
		e.extra[i].Value = v
		return
	}
	e.extra = slices.Insert(e.extra, i, Pair{name, v})
}

// find returns where the extra of a name is, or belongs.
func (e *Event) find(name string) (at int, found bool) {
	low, high := 0, len(e.extra)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if e.extra[mid].Name < name {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(e.extra) && e.extra[low].Name == name
}

// SetExtras is SetExtra for many: it sorts the pairs by name and merges them
// with the existing ones. Of several with the same name the last one wins.
func (e *Event) SetExtras(pairs []Pair) {
	if len(pairs) == 0 {
		return
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
	old := len(e.extra)
	e.extra = slices.Grow(e.extra, len(pairs))[:old+len(pairs)]
	// From the end, where there is room: what is not yet merged is never
	// overwritten.
	i, j, k := old-1, len(pairs)-1, len(e.extra)-1
	for ; j >= 0; k-- {
		switch {
		case k+1 < len(e.extra) && e.extra[k+1].Name == pairs[j].Name: // an earlier one of that name
			j--
			k++
		case i >= 0 && e.extra[i].Name > pairs[j].Name:
			e.extra[k] = e.extra[i]
			i--
		default:
			if i >= 0 && e.extra[i].Name == pairs[j].Name {
				i--
			}
			e.extra[k] = pairs[j]
			j--
		}
	}
	// Names that existed already leave a gap.
	if gap := k - i; gap > 0 {
		e.extra = slices.Delete(e.extra, i+1, k+1)
	}
}

// KeepExtras drops the extras for which keep is false.
func (e *Event) KeepExtras(keep func(Pair) bool) {
	e.extra = slices.DeleteFunc(e.extra, func(p Pair) bool { return !keep(p) })
}

// Lookup returns the value a Ref points to and whether it is present.
func (e *Event) Lookup(r Ref) (string, bool) {
	switch {
	case r.Field == None:
		if len(e.extra) == 0 {
			return "", false
		}
		i, found := e.find(r.Name)
		if !found {
			return "", false
		}
		return e.extra[i].Value, true
	case r.Field < NumFields:
		if i := e.slot[r.Field]; i != 0 {
			return e.values[i-1], true
		}
		return "", false
	case r.Field == Timestamp:
		return FormatTime(e.Time), true
	case r.Field == EventIngested:
		return FormatTime(e.Received), true
	case r.Field == DocumentID:
		return e.ID.String(), e.ID != 0
	}
	return "", false
}

// LookupName is Lookup(Resolve(name)).
func (e *Event) LookupName(name string) (string, bool) { return e.Lookup(Resolve(name)) }

// Each yields every present slot field in order, then the extras by name. It
// leaves out computed fields.
func (e *Event) Each() iter.Seq2[Ref, string] {
	return func(yield func(Ref, string) bool) {
		for f := None + 1; f < NumFields; f++ {
			if i := e.slot[f]; i != 0 && !yield(Ref{f, fields[f].name}, e.values[i-1]) {
				return
			}
		}
		for _, p := range e.extra {
			if !yield(Ref{None, p.Name}, p.Value) {
				return
			}
		}
	}
}

// Extras returns the extras, sorted by name. The slice belongs to the event:
// do not modify it.
func (e *Event) Extras() []Pair { return e.extra }

// Layout returns, by field, 1 + the index of its value in values, 0 when
// absent, for code that handles many similar events: two events with equal
// slots have the same fields in the same places. Both belong to the event: do
// not modify them.
func (e *Event) Layout() (slots *[NumFields]uint8, values []string) { return &e.slot, e.values }

// Values yields the individual values of a field's text: one, unless the field
// holds several.
func Values(v string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			i := strings.IndexByte(v, Separator[0])
			if i < 0 {
				yield(v)
				return
			}
			if !yield(v[:i]) {
				return
			}
			v = v[i+1:]
		}
	}
}

// FormatTime prints Unix nanoseconds as RFC 3339 in UTC with as many
// fractional digits as needed.
func FormatTime(ns int64) string { return time.Unix(0, ns).UTC().Format(time.RFC3339Nano) }
