package query

import (
	"hash/maphash"
	"math"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Bounds on an Accumulator's memory; Table says what went beyond them.
const (
	maxGroups     = 100_000
	maxGroupBytes = 256 << 20 // of all groups: their keys and states, sketches included
	maxFan        = 4096      // combinations of values of one event that are counted
)

// Accumulator computes Stats over events given one by one, or over values
// counted elsewhere. It is not safe for concurrent use: give each goroutine its
// own and Merge them.
type Accumulator struct {
	stats  *Stats
	index  []groupAt // of the groups, by hash; open addressing, its length a power of two
	order  []*Group  // as they were found
	bytes  int64     // estimated, of the groups without their exact sets
	sets   int64     // bytes of the exact sets of dcount
	cut    bool
	turn   uint64 // of Groups: marks the groups it has already met
	fanned int    // combinations of values gone through

	// Room for one event, reused.
	cells, one []Cell
	found      []*Group

	// Room for future groups, to save an allocation for each.
	groupRoom []Group
	cellRoom  []Cell
	aggRoom   []agg
}

// Group is one row in the making. A nil Group, which stands for one beyond
// the bounds, takes everything and keeps nothing.
type Group struct {
	a    *Accumulator
	keys []Cell
	hash uint64
	n    int64 // events
	aggs []agg // as Stats.Aggs
	turn uint64
}

// groupAt is where a group is: 1 + its place in order, 0 for none, and a part of
// its hash, which settles most comparisons without looking at the group.
type groupAt struct{ hash, n uint32 }

// keySeed is the same for all: Merge takes over hashes.
var keySeed = maphash.MakeSeed()

// NewAccumulator begins an empty table. The Stats must be as Parse makes them
// and are not changed.
func NewAccumulator(s *Stats) *Accumulator {
	a := &Accumulator{stats: s, index: make([]groupAt, 64), cells: make([]Cell, len(s.By)), one: make([]Cell, len(s.By))}
	if len(s.By) == 0 {
		a.Group(nil) // one row, even over nothing
	}
	return a
}

// Add counts an event.
func (a *Accumulator) Add(ev *event.Event) {
	for i := range a.stats.By {
		a.cells[i] = a.stats.By[i].cell(ev)
	}
	a.found = a.Groups(a.found[:0], a.cells)
	for _, g := range a.found {
		g.AddN(1)
	}
	for i := range a.stats.Aggs {
		f := a.stats.Aggs[i].Field
		if f.Refs == nil {
			continue
		}
		if at, ok := f.time(ev); ok {
			for _, g := range a.found {
				g.AddTime(i, at, 1)
			}
		} else if v, ok := f.Lookup(ev); ok {
			for _, g := range a.found {
				g.AddValue(i, v, 1)
			}
		}
	}
}

// cell reads the key from an event.
func (k *Key) cell(ev *event.Event) Cell {
	if k.Bin != 0 {
		return Cell{Time: ev.Time}
	}
	v, ok := k.Field.Lookup(ev)
	return Cell{Text: v, Null: !ok}
}

// Groups appends to dst the groups that an event with these keys counts in:
// keys are as for Group, but a Text may hold several values joined by
// event.Separator, each of which makes a group. The groups may be kept. It
// does not allocate when all groups exist and dst has room.
func (a *Accumulator) Groups(dst []*Group, keys []Cell) []*Group {
	if len(keys) == 1 && strings.IndexByte(keys[0].Text, event.Separator[0]) < 0 { // the usual case
		if g := a.Group(keys); g != nil {
			dst = append(dst, g)
		}
		return dst
	}
	a.turn++
	a.fanned = 0
	copy(a.one, keys)
	return a.fan(dst, 0)
}

// fan goes through the values of the keys from the i-th on.
func (a *Accumulator) fan(dst []*Group, i int) []*Group {
	if i == len(a.one) {
		a.fanned++
		if g := a.Group(a.one); g != nil && g.turn != a.turn { // `a a` is one value
			g.turn = a.turn
			dst = append(dst, g)
		}
		return dst
	}
	all := a.one[i].Text
	for rest, more := all, true; more; {
		if a.fanned == maxFan {
			a.cut = true
			break
		}
		a.one[i].Text, rest, more = strings.Cut(rest, event.Separator)
		dst = a.fan(dst, i+1)
	}
	a.one[i].Text = all
	return dst
}

// Group returns the group with these keys, one Cell per Stats.By: Text for a
// field, Time for a bin (any time within it), Null where the field is absent.
// It may be kept as long as the Accumulator. It is nil when there are too
// many. It does not allocate when the group exists.
func (a *Accumulator) Group(keys []Cell) *Group { return a.group(a.hash(keys), keys, false) }

// hash of the keys of a group.
func (a *Accumulator) hash(keys []Cell) uint64 {
	h := uint64(0)
	for i, c := range keys {
		h *= 0x9e3779b97f4a7c15
		switch bin := a.stats.By[i].Bin; {
		case c.Null:
			h++
		case bin != 0:
			h ^= maphash.Comparable(keySeed, floor(c.Time, bin))
		default:
			h ^= maphash.String(keySeed, c.Text)
		}
	}
	return h ^ h>>32
}

// has reports whether the group has these keys.
func (g *Group) has(keys []Cell) bool {
	for i := range keys {
		c, have := &keys[i], &g.keys[i]
		bin := g.a.stats.By[i].Bin
		if c.Null != have.Null || !c.Null && (bin == 0 && c.Text != have.Text || bin != 0 && floor(c.Time, bin) != have.Time) {
			return false
		}
	}
	return true
}

// group is Group with the hash at hand. The texts of keys need not be copied
// when own is set.
func (a *Accumulator) group(h uint64, keys []Cell, own bool) *Group {
	mask := uint64(len(a.index) - 1)
	at := h & mask
	for ; a.index[at].n != 0; at = (at + 1) & mask {
		if p := a.index[at]; p.hash == uint32(h>>32) {
			if g := a.order[p.n-1]; g.hash == h && g.has(keys) {
				return g
			}
		}
	}
	bytes := 0
	for _, c := range keys {
		bytes += len(c.Text) + 8
	}
	size := int64(256 + bytes + len(keys)*40)
	for i := range a.stats.Aggs {
		size += aggBytes
		if a.stats.Aggs[i].Func == DCount {
			size += smallSketch
		}
	}
	if len(a.order) == maxGroups || a.bytes+size > maxGroupBytes {
		a.cut = true
		return nil
	}
	a.bytes += size
	g := take(&a.groupRoom, 1)
	g[0] = Group{a: a, keys: take(&a.cellRoom, len(keys)), hash: h, aggs: take(&a.aggRoom, len(a.stats.Aggs))}
	g[0].set(keys, own)
	a.order = append(a.order, &g[0])
	a.index[at] = groupAt{uint32(h >> 32), uint32(len(a.order))}
	if 2*len(a.order) > len(a.index) {
		a.grow()
	}
	return &g[0]
}

func (a *Accumulator) grow() {
	a.index = make([]groupAt, 4*len(a.index))
	mask := uint64(len(a.index) - 1)
	for n, g := range a.order {
		at := g.hash & mask
		for a.index[at].n != 0 {
			at = (at + 1) & mask
		}
		a.index[at] = groupAt{uint32(g.hash >> 32), uint32(n + 1)}
	}
}

// take takes n zero values out of room, which it refills when it runs out.
func take[T any](room *[]T, n int) []T {
	if len(*room) < n {
		*room = make([]T, max(n, 128))
	}
	out := (*room)[:n:n]
	*room = (*room)[n:]
	return out
}

// set gives a new group its keys.
func (g *Group) set(keys []Cell, own bool) {
	for i, c := range keys {
		switch bin := g.a.stats.By[i].Bin; {
		case c.Null:
			g.keys[i].Null = true
		case bin != 0:
			g.keys[i].Time = floor(c.Time, bin)
		case own:
			g.keys[i].Text = c.Text
		default: // the caller's may be a piece of a whole batch
			g.keys[i].Text = strings.Clone(c.Text)
		}
	}
}

// floor returns the start of the bin that holds a time, before 1970 too.
// Bins are counted from 1970-01-01T00:00:00Z: days are those of UTC.
func floor(t int64, bin time.Duration) int64 {
	over := t % int64(bin)
	if over < 0 {
		over += int64(bin)
	}
	if t < math.MinInt64+over {
		return math.MinInt64
	}
	return t - over
}

// AddN counts n events. Columns over fields get theirs with AddValue.
func (g *Group) AddN(n int) {
	if g != nil {
		g.n += int64(n)
	}
}

// AddValue gives the column of the agg-th aggregation n events in which its
// field is present with this text, which may hold several values joined by
// event.Separator.
func (g *Group) AddValue(agg int, value string, n int) {
	if g == nil || n <= 0 {
		return
	}
	s, of := &g.aggs[agg], &g.a.stats.Aggs[agg]
	if of.Func == Count {
		s.n += int64(n)
		return
	}
	for more := true; more; {
		var one string
		one, value, more = strings.Cut(value, event.Separator)
		switch {
		case of.Func == DCount:
			s.distinct(g.a).add(g.a, hashText(one))
		case of.Field.isTime():
			if t, err := time.Parse(time.RFC3339, one); err == nil && inRange(t) {
				s.addTime(of.Func, t.UnixNano(), n)
			}
		default:
			s.addNumber(of.Func, one, n)
		}
	}
}

// AddWhole is AddValue for whole numbers, for aggregations that are Numeric.
func (g *Group) AddWhole(agg int, value int64, n int) {
	if g == nil || n <= 0 {
		return
	}
	g.aggs[agg].addParsed(g.a.stats.Aggs[agg].Func, value, 0, true, n)
}

// AddTime is AddValue for a field that is a time of the event itself
// (@timestamp, event.ingested), in Unix nanoseconds.
func (g *Group) AddTime(agg int, at int64, n int) {
	if g == nil || n <= 0 {
		return
	}
	s, of := &g.aggs[agg], &g.a.stats.Aggs[agg]
	switch of.Func {
	case Count:
		s.n += int64(n)
	case DCount:
		s.distinct(g.a).add(g.a, hashTime(at))
	default:
		s.addTime(of.Func, at, n)
	}
}

// Merge adds what another Accumulator of equal Stats has counted; the other
// must not be used afterwards.
func (a *Accumulator) Merge(b *Accumulator) {
	a.cut = a.cut || b.cut
	for _, from := range b.order {
		g := a.group(from.hash, from.keys, true)
		if g == nil {
			continue
		}
		g.n += from.n
		for i := range g.aggs {
			g.aggs[i].merge(a, a.stats.Aggs[i].Func, &from.aggs[i])
		}
	}
}
