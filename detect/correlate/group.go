package correlate

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// group is the events of a rule that have the same group-by values.
type group struct {
	rule       *rule
	key        string   // the map key
	values     []string // parts of key
	entries    []entry  // by time, then by arrival
	distinct   map[string]*value
	touched    int64 // wall time of the last arrival, 0 before the first Tick
	prev, next *group

	fired    bool
	lastFire int64  // event time
	why      string // of the last firing
}

// entry is one event in a group.
type entry struct {
	time     int64
	id       event.ID
	n        int32
	source   uint16
	reported bool    // already in a finding
	number   float64 // for the types that calculate
	value    *value
	more     *more
}

// more is what only a few entries have.
type more struct {
	first    int64
	ids      []event.ID // of a firing
	captured []string   // the source's capture fields
}

// value is one distinct value of a value_count, or of a share.
type value struct {
	text  string
	uses  int    // entries that have it
	stamp uint64 // the last evaluation that saw it
}

func (g *group) pushFront(l *group) {
	g.prev, g.next = l, l.next
	l.next.prev = g
	l.next = g
}

func (g *group) unlink() {
	g.prev.next, g.next.prev = g.next, g.prev
}

func (c *Correlator) drop(g *group) {
	g.unlink()
	delete(g.rule.groups, g.key)
	c.groups--
	c.entries -= len(g.entries)
}

// key composes the group's key: each value preceded by its length. It is false
// when the event lacks a field: such events are not counted.
func (s *source) key(o *occurrence, buf []byte) ([]byte, bool) {
	for i := range s.keys {
		v, ok := s.lookup(i, o)
		if !ok {
			return buf, false
		}
		buf = binary.AppendUvarint(buf, uint64(len(v)))
		buf = append(buf, v...)
	}
	return buf, true
}

func (s *source) lookup(i int, o *occurrence) (string, bool) {
	if k := slices.Index(o.names, s.keyName[i]); k >= 0 {
		return o.group[k], true
	}
	return s.keys[i].Lookup(o.ev)
}

// split undoes key.
func split(key string) []string {
	var out []string
	b := []byte(key)
	for pos := 0; pos < len(key); {
		n, size := binary.Uvarint(b[pos:])
		pos += size
		out = append(out, key[pos:pos+int(n)])
		pos += int(n)
	}
	return out
}

// add puts an occurrence into its group, evaluates the rule, and passes a
// firing on.
func (c *Correlator) add(f feed, o *occurrence, yield func(alert.Finding)) {
	r, s := f.to, &f.to.sources[f.at]
	var stack [256]byte
	key, ok := s.key(o, stack[:0])
	if !ok {
		return
	}
	counted, number := "", 0.0
	switch {
	case r.counts.values:
		if counted, ok = s.counted(o); !ok {
			return
		}
	case r.counts.numbers:
		if number, ok = s.number(o); !ok {
			return
		}
	}
	g := r.groups[string(key)]
	if g == nil {
		g = &group{rule: r, key: string(key)} // a copy: the state keeps no message alive
		g.values = split(g.key)
		r.groups[g.key] = g
		c.groups++
	} else {
		g.unlink()
	}
	g.touched = c.now
	g.pushFront(&c.lru)

	e := entry{time: o.time, id: o.id, n: int32(o.n), source: uint16(f.at), number: number}
	if r.counts.values {
		e.value = g.intern(counted)
	}
	if o.ids != nil || len(s.capture) > 0 {
		e.more = &more{first: o.first, ids: o.ids, captured: s.captured(o)}
	}
	c.forget(g, o.time)
	at := len(g.entries)
	for at > 0 && g.after(&g.entries[at-1], &e) {
		at--
	}
	g.entries = slices.Insert(g.entries, at, e)
	c.entries++
	c.evict(g)

	if w, ok := c.evaluate(g, at); ok {
		c.fire(g, w, o, yield)
	}
}

// after reports whether x comes after y. Events with the same time are in the
// order an ordered rule wants them, however they arrived: most logs have whole
// seconds, and connections overtake each other.
func (g *group) after(x, y *entry) bool {
	return x.time > y.time || x.time == y.time && g.rule.kind == temporalOrdered && x.source > y.source
}

// counted returns what is counted of an occurrence: the value of the field, or
// those of several, each preceded by its length.
func (s *source) counted(o *occurrence) (string, bool) {
	if len(s.count) == 1 {
		return s.countedField(0, o)
	}
	var all []byte
	for i := range s.count {
		v, ok := s.countedField(i, o)
		if !ok {
			return "", false
		}
		all = append(binary.AppendUvarint(all, uint64(len(v))), v...)
	}
	return string(all), true
}

func (s *source) countedField(i int, o *occurrence) (string, bool) {
	if k := slices.Index(o.names, s.count[i].Name); k >= 0 {
		return o.group[k], true
	}
	return s.count[i].Lookup(o.ev)
}

// number returns the number an occurrence contributes.
func (s *source) number(o *occurrence) (float64, bool) {
	v, ok := s.countedField(0, o)
	if !ok {
		return 0, false
	}
	x, err := strconv.ParseFloat(v, 64)
	return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
}

func (s *source) captured(o *occurrence) []string {
	if len(s.capture) == 0 {
		return nil
	}
	out := make([]string, len(s.capture))
	for i, f := range s.capture {
		v, _ := f.Lookup(o.ev)
		out[i] = strings.Clone(v)
	}
	return out
}

func (g *group) intern(text string) *value {
	v := g.distinct[text]
	if v == nil {
		if g.distinct == nil {
			g.distinct = map[string]*value{}
		}
		v = &value{text: strings.Clone(text)}
		g.distinct[v.text] = v
	}
	v.uses++
	return v
}

// forget removes what no event near t can share a window with, and makes
// room for one entry.
func (c *Correlator) forget(g *group, t int64) {
	oldest := t - g.rule.span - int64(c.cfg.Tolerance)
	n := 0
	for n < len(g.entries) && g.entries[n].time < oldest {
		n++
	}
	c.remove(g, 0, n)
	if k := len(g.entries); k >= g.rule.limit {
		if t-g.entries[0].time >= g.entries[k-1].time-t {
			c.remove(g, 0, 1)
		} else {
			c.remove(g, k-1, k)
		}
	}
}

func (c *Correlator) remove(g *group, from, to int) {
	if from == to {
		return
	}
	for _, e := range g.entries[from:to] {
		if e.value != nil {
			if e.value.uses--; e.value.uses == 0 {
				delete(g.distinct, e.value.text)
			}
		}
	}
	if from == 0 { // the usual case, without moving the rest
		clear(g.entries[:to])
		g.entries = g.entries[to:]
	} else {
		g.entries = slices.Delete(g.entries, from, to)
	}
	c.entries -= to - from
}

// evict keeps the correlator within its bounds, sparing the group in use.
func (c *Correlator) evict(keep *group) {
	for c.groups > c.cfg.MaxGroups || c.entries > c.cfg.MaxEntries {
		g := c.lru.prev
		if g == keep || g == &c.lru {
			return
		}
		c.drop(g)
	}
}
