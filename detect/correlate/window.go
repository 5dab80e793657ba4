package correlate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

const (
	valueCount      = sigma.ValueCount
	temporal        = sigma.Temporal
	temporalOrdered = sigma.TemporalOrdered
)

// counted says what a rule keeps of its events.
type counted struct{ values, numbers bool }

func countedOf(c *sigma.Correlation) counted {
	switch c.Type {
	case sigma.ValueCount:
		return counted{values: true}
	case sigma.ValuePercentile:
		if c.Percentile == sigma.Share {
			return counted{values: true}
		}
	case sigma.ValueSum, sigma.ValueAvg, sigma.ValueMedian:
	default:
		return counted{}
	}
	return counted{numbers: true}
}

// maxMeasured bounds the entries that a group keeps for a rule that calculates.
const maxMeasured = 10_000

// window is a run of a group's entries for which the rule's condition holds.
type window struct {
	from, to int // entries[from:to]
}

// evaluate looks for a window that contains the entry at position at and for
// which the condition is true. Windows end at an event and reach one timespan
// back, both edges included. An event that arrives in order ends its own
// window; a late one is also part of the windows of those after it.
func (c *Correlator) evaluate(g *group, at int) (window, bool) {
	r := g.rule
	if r.kind == temporalOrdered && len(r.bounds) == 0 {
		return g.ordered(at)
	}
	t := g.entries[at].time
	from := 0
	for end := at; end < len(g.entries) && g.entries[end].time <= t+r.span; end++ {
		last := g.entries[end].time
		for end+1 < len(g.entries) && g.entries[end+1].time == last {
			end++
		}
		for g.entries[from].time < last-r.span {
			from++
		}
		w := window{from, end + 1}
		if c.holds(g, w, at) {
			return w, true
		}
	}
	return window{}, false
}

func (c *Correlator) holds(g *group, w window, at int) bool {
	r := g.rule
	switch r.kind {
	case valueCount:
		if len(g.distinct) < r.least() {
			return false
		}
		return r.inBounds(float64(c.countDistinct(g, w)))
	case temporal:
		n := g.sources(w)
		if len(r.bounds) > 0 {
			return r.inBounds(float64(n))
		}
		return n == len(r.sources)
	case temporalOrdered:
		return r.inBounds(float64(g.inOrder(w)))
	case sigma.ValueSum:
		return r.inBounds(g.sum(w))
	case sigma.ValueAvg:
		return r.inBounds(g.sum(w) / float64(g.count(w)))
	case sigma.ValueMedian, sigma.ValuePercentile:
		if r.counts.values {
			return r.inBounds(g.share(w, at))
		}
		return r.inBounds(c.percentile(g, w))
	}
	return r.inBounds(float64(g.count(w)))
}

func (r *rule) inBounds(n float64) bool {
	for _, b := range r.bounds {
		if !b.Holds(n) {
			return false
		}
	}
	return true
}

// least is a count below which the condition cannot hold.
func (r *rule) least() int {
	n := 0
	for _, b := range r.bounds {
		switch b.Op {
		case "gte", "eq":
			n = max(n, int(math.Ceil(b.N)))
		case "gt":
			n = max(n, int(b.N)+1)
		}
	}
	return n
}

func (g *group) count(w window) int {
	n := 0
	for i := w.from; i < w.to; i++ {
		n += int(g.entries[i].n)
	}
	return n
}

func (c *Correlator) countDistinct(g *group, w window) int {
	c.stamp++
	n := 0
	for i := w.from; i < w.to; i++ {
		if v := g.entries[i].value; v.stamp != c.stamp {
			v.stamp = c.stamp
			n++
		}
	}
	return n
}

// sources counts the rules that occurred in a window.
func (g *group) sources(w window) int {
	var seen [2]uint64 // sigma allows 100 rules
	n := 0
	for i := w.from; i < w.to; i++ {
		s := g.entries[i].source
		if bit := uint64(1) << (s % 64); seen[s/64]&bit == 0 {
			seen[s/64] |= bit
			n++
		}
	}
	return n
}

// inOrder counts the most rules that occurred in a window in the order of the
// list, some perhaps left out: the longest rising run of their places. tops
// holds, for each length, the lowest place that such a run can end with.
func (g *group) inOrder(w window) int {
	var room [16]uint16
	tops := room[:0]
	for i := w.from; i < w.to; i++ {
		s := g.entries[i].source
		at, _ := slices.BinarySearch(tops, s)
		if at == len(tops) {
			tops = append(tops, s)
		} else {
			tops[at] = s
		}
	}
	return len(tops)
}

// sum adds up the numbers of a window, each as often as its event counts.
func (g *group) sum(w window) float64 {
	sum := 0.0
	for i := w.from; i < w.to; i++ {
		sum += g.entries[i].number * float64(g.entries[i].n)
	}
	return sum
}

// percentile returns the rule's percentile of a window's numbers by nearest
// rank: the smallest that is not less than that share of them.
func (c *Correlator) percentile(g *group, w window) float64 {
	c.weighted = c.weighted[:0]
	all := 0
	for i := w.from; i < w.to; i++ {
		c.weighted = append(c.weighted, weighted{g.entries[i].number, int(g.entries[i].n)})
		all += int(g.entries[i].n)
	}
	slices.SortFunc(c.weighted, func(a, b weighted) int { return cmp.Compare(a.number, b.number) })
	rank := max(1, int(math.Ceil(g.rule.src.Correlation.Percentile/100*float64(all))))
	for _, x := range c.weighted {
		if rank -= x.n; rank <= 0 {
			return x.number
		}
	}
	return c.weighted[len(c.weighted)-1].number
}

// weighted is a number and how often it counts.
type weighted struct {
	number float64
	n      int
}

// share returns the percentage of a window's events that have the value of the
// entry at a position.
func (g *group) share(w window, at int) float64 {
	same, all := 0, 0
	for i := w.from; i < w.to; i++ {
		e := &g.entries[i]
		all += int(e.n)
		if e.value == g.entries[at].value {
			same += int(e.n)
		}
	}
	return 100 * float64(same) / float64(all)
}

// ordered looks for one event of each rule, in the order of the list, within
// the timespan, including the entry at position at. Going back from it to the
// latest and forward to the earliest fitting event gives the shortest such run.
func (g *group) ordered(at int) (window, bool) {
	r := g.rule
	mid := int(g.entries[at].source)
	first, last := at, at
	for want := mid - 1; want >= 0; want-- {
		for first--; first >= 0 && int(g.entries[first].source) != want; first-- {
		}
		if first < 0 {
			return window{}, false
		}
	}
	for want := mid + 1; want < len(r.sources); want++ {
		for last++; last < len(g.entries) && int(g.entries[last].source) != want; last++ {
		}
		if last == len(g.entries) {
			return window{}, false
		}
	}
	end := g.entries[last].time
	if end-g.entries[first].time > r.span {
		return window{}, false
	}
	for first > 0 && g.entries[first-1].time >= end-r.span {
		first--
	}
	return window{first, last + 1}, true
}

// counts visits the entries of a window that are part of the story. In an
// ordered one an event counts once those before it in the list have occurred.
func (g *group) counts(w window, visit func(e *entry)) {
	reached := 0
	for i := w.from; i < w.to; i++ {
		e := &g.entries[i]
		if g.rule.kind == temporalOrdered && len(g.rule.bounds) == 0 {
			if int(e.source) > reached {
				continue
			}
			if int(e.source) == reached {
				reached++
			}
		}
		visit(e)
	}
}

// fire reports a window: first all of its events, then only those not yet in a
// finding, so that a group that goes on grows without repeating itself.
func (c *Correlator) fire(g *group, w window, o *occurrence, yield func(alert.Finding)) {
	r := g.rule
	f := alert.Finding{Rule: r.head, Supersedes: r.extends}
	end := g.entries[w.to-1].time
	g.counts(w, func(e *entry) {
		if e.reported {
			return
		}
		e.reported = true
		first := e.time
		if e.more != nil && e.more.ids != nil {
			first = e.more.first
			f.Events = append(f.Events, e.more.ids...)
		} else {
			f.Events = append(f.Events, e.id)
		}
		if f.Count == 0 || first < f.First {
			f.First = first
		}
		f.Last = max(f.Last, e.time)
		f.Count += int(e.n)
	})
	if f.Count == 0 {
		return
	}
	over := r.takenOver(g, end)
	g.fired, g.lastFire = true, max(g.lastFire, end)
	if r.alerts {
		g.why = c.sentence(g, w, o)
		f.Why = g.why
		f.Entities = make([]alert.Entity, len(r.entity))
		for i, name := range r.entity {
			f.Entities[i] = alert.Entity{Field: name, Value: g.values[i]}
		}
		if over != nil {
			f.Rule, f.Supersedes, f.Why = over.rule.head, over.rule.extends, over.why
		}
		f.Events = unique(f.Events)
		yield(f)
	}
	if len(r.feeds) == 0 {
		return
	}
	up := occurrence{time: end, first: f.First, id: o.id, ids: keep(f.Events), n: f.Count, ev: o.ev, names: r.names, group: g.values}
	for _, next := range r.feeds {
		c.add(next, &up, yield)
	}
}

// keep copies the ids that a rule above needs as evidence.
func keep(ids []event.ID) []event.ID {
	ids = unique(slices.Clone(ids))
	if over := len(ids) - alert.MaxEvents; over > 0 {
		ids = slices.Delete(ids, alert.MaxEvents/2, alert.MaxEvents/2+over)
	}
	return ids
}

// takenOver returns the group of a more severe rule that has already told this
// group's story and is still telling it.
func (r *rule) takenOver(g *group, t int64) *group {
	for _, over := range r.above {
		if x := over.groups[g.key]; x != nil && x.fired && t-x.lastFire <= over.span && x.lastFire-t <= over.span {
			x.lastFire = max(x.lastFire, t)
			return x
		}
	}
	return nil
}

// unique sorts ids (they grow with time) and drops repeated ones.
func unique(ids []event.ID) []event.ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// sentence fills in why the rule fired. Besides fields it knows
//
//	{count} {span}          events in the window, and over what time
//	{distinct} {values}     of value_count: how many, and the first few
//	{rule.count} {rule.span} {rule.field}  the same of one rule of the list
func (c *Correlator) sentence(g *group, w window, o *occurrence) string {
	r := g.rule
	if r.why.Empty() {
		return c.plainSentence(g, w)
	}
	return r.why.Render(func(name string) (string, bool) {
		switch name {
		case "count":
			return fmt.Sprint(g.total(w, -1)), true
		case "span":
			return g.duration(w, -1), true
		case "distinct", "values":
			if r.kind != valueCount {
				break
			}
			if name == "distinct" {
				return fmt.Sprint(c.countDistinct(g, w)), true
			}
			return c.someValues(g, w), true
		}
		if i := slices.Index(r.names, name); i >= 0 {
			return g.values[i], true
		}
		for i := range r.sources {
			s := &r.sources[i]
			rest, ok := strings.CutPrefix(name, s.ref+".")
			if !ok {
				continue
			}
			switch rest {
			case "count":
				return fmt.Sprint(g.total(w, i)), true
			case "span":
				return g.duration(w, i), true
			}
			return g.captured(w, i, name)
		}
		return r.sources[0].base.LogSource.Field(name).Lookup(o.ev)
	})
}

func (c *Correlator) plainSentence(g *group, w window) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d events within %s", g.rule.head.Title, g.total(w, -1), g.duration(w, -1))
	for i, name := range g.rule.entity {
		fmt.Fprintf(&b, ", %s %s", name, sigma.Printable(g.values[i]))
	}
	return b.String()
}

// total counts the events of one source, or of all (-1).
func (g *group) total(w window, source int) int {
	n := 0
	g.counts(w, func(e *entry) {
		if source < 0 || int(e.source) == source {
			n += int(e.n)
		}
	})
	return n
}

// duration is the time from the first to the last event of a source, or of
// all (-1), in words.
func (g *group) duration(w window, source int) string {
	var first, last int64
	found := false
	g.counts(w, func(e *entry) {
		if source >= 0 && int(e.source) != source {
			return
		}
		begin := e.time
		if e.more != nil && e.more.ids != nil {
			begin = e.more.first
		}
		if !found || begin < first {
			first = begin
		}
		last, found = max(last, e.time), true
	})
	return words(time.Duration(last - first))
}

// captured returns a field of the newest event of a source.
func (g *group) captured(w window, source int, name string) (string, bool) {
	k := slices.IndexFunc(g.rule.sources[source].capture, func(f query.Field) bool { return f.Name == name })
	if k < 0 {
		return "", false
	}
	for i := w.to - 1; i >= w.from; i-- {
		if e := &g.entries[i]; int(e.source) == source && e.more != nil {
			return e.more.captured[k], true
		}
	}
	return "", false
}

// someValues names the first few distinct values.
func (c *Correlator) someValues(g *group, w window) string {
	const few = 5
	c.stamp++
	var names []string
	n := 0
	for i := w.from; i < w.to; i++ {
		v := g.entries[i].value
		if v.stamp == c.stamp {
			continue
		}
		v.stamp = c.stamp
		if n++; n <= few {
			names = append(names, v.text)
		}
	}
	s := strings.Join(names, ", ")
	if n > few {
		s += fmt.Sprintf(" and %d more", n-few)
	}
	return s
}
