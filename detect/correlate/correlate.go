// Package correlate runs Sigma correlation rules: it counts, groups and
// orders the events that other rules matched, in windows that slide over
// event time.
//
// Bounds: a correlator keeps at most Config.MaxGroups groups (values of a
// rule's group-by fields) and Config.MaxEntries events over all groups; beyond
// that, the groups that have gone longest without an event are dropped first. A
// group keeps at most a thousand events more than the rule's highest bound
// (10,000 for rules that calculate with values); those farthest in time from
// the newest arrival are dropped first.
//
// Late events count. A group keeps the events of the timespan plus
// Config.Tolerance before its latest arrival, so that an event late by up to
// the tolerance sees its whole window. Later ones are still counted, with
// whatever is left.
package correlate

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

// Config bounds a Correlator. Zero values mean the defaults.
type Config struct {
	Tolerance  time.Duration // how late an event may be and still see its whole window; default 2 min
	MaxGroups  int           // default 100,000
	MaxEntries int           // events kept, at 40 bytes or more each; default 1,000,000
}

func (c Config) withDefaults() Config {
	if c.Tolerance <= 0 {
		c.Tolerance = 2 * time.Minute
	}
	if c.MaxGroups <= 0 {
		c.MaxGroups = 100_000
	}
	if c.MaxEntries <= 0 {
		c.MaxEntries = 1_000_000
	}
	return c
}

// Correlator holds correlation rules and their state. One goroutine at a
// time may use it.
type Correlator struct {
	cfg      Config
	rules    []*rule // each after the rules it refers to
	feeds    map[*sigma.Rule][]feed
	silenced map[*sigma.Rule]bool
	stamp    uint64     // marks what one evaluation has seen
	weighted []weighted // scratch for percentile
	now      int64      // of the last Tick

	groups, entries int
	lru             group // sentinel: next is the most, prev the least recently fed
}

// feed is a rule's place in a correlation's list of rules.
type feed struct {
	to *rule
	at int
}

// rule is a correlation ready to run.
type rule struct {
	src     *sigma.Rule
	head    alert.Rule
	why     sigma.Template
	kind    string
	span    int64 // nanoseconds
	bounds  []sigma.Bound
	counts  counted
	limit   int      // entries a group keeps
	names   []string // of the group-by fields
	entity  []string // the same as alerts name them
	sources []source
	feeds   []feed
	above   []*rule // rules that take over this one's alerts, most severe first
	alerts  bool
	extends []string // ids of the rules whose alerts this one takes over
	print   [sha256.Size]byte
	depth   time.Duration // how far back the rule and those under it look

	groups map[string]*group
}

// source is one entry of a correlation's list of rules.
type source struct {
	ref     string // as the correlation writes it
	base    *sigma.Rule
	parent  *rule // set when base is a correlation itself
	keys    []query.Field
	keyName []string      // the names of keys, for parents
	count   []query.Field // the fields whose values count
	capture []query.Field // fields that the sentence uses
}

// New compiles the correlations among the rules. A correlation that cannot
// run is rejected: its State and Reason say why.
func New(rules []*sigma.Rule, cfg Config) *Correlator {
	c := &Correlator{cfg: cfg.withDefaults(), feeds: map[*sigma.Rule][]feed{}, silenced: map[*sigma.Rule]bool{}}
	c.lru.prev, c.lru.next = &c.lru, &c.lru
	l := linker{c: c, byName: map[string][]*sigma.Rule{}, done: map[*sigma.Rule]*rule{}, busy: map[*sigma.Rule]bool{}}
	for _, r := range rules {
		l.byName[r.ID] = append(l.byName[r.ID], r)
		if r.Name != "" && r.Name != r.ID {
			l.byName[r.Name] = append(l.byName[r.Name], r)
		}
	}
	for _, r := range rules {
		if r.State == sigma.Loaded && r.Correlation != nil {
			l.link(r)
		}
	}
	c.silence(rules)
	l.supersede()
	return c
}

// silence finds the rules that do not alert on their own because a correlation
// refers to them.
func (c *Correlator) silence(rules []*sigma.Rule) {
	speaks := map[*sigma.Rule]bool{}
	for _, r := range c.rules {
		for _, s := range r.sources {
			if r.src.Correlation.Generate {
				speaks[s.base] = true
			} else {
				c.silenced[s.base] = true
			}
		}
	}
	for r := range speaks {
		delete(c.silenced, r)
	}
	for _, r := range rules {
		if r.Alert != nil {
			if delete(c.silenced, r); !*r.Alert {
				c.silenced[r] = true
			}
		}
	}
	for _, r := range c.rules {
		r.alerts = c.Alerts(r.src)
	}
}

// Alerts reports whether the rule raises alerts of its own. A rule that a
// correlation refers to does not, unless the correlation says generate or the
// rule itself says alert.
func (c *Correlator) Alerts(r *sigma.Rule) bool { return !c.silenced[r] }

// Supersedes returns the ids of the rules whose alerts the rule raises to
// its own.
func (c *Correlator) Supersedes(r *sigma.Rule) []string {
	for _, x := range c.rules {
		if x.src == r {
			return x.extends
		}
	}
	return nil
}

// Window is how far back in event time the state reaches: how much history it
// needs after a restart.
func (c *Correlator) Window() time.Duration {
	var longest time.Duration
	for _, r := range c.rules {
		longest = max(longest, r.depth)
	}
	if longest > 0 {
		longest += c.cfg.Tolerance
	}
	return longest
}

// Adopt takes over the state of the rules that are the same in old, which must
// not be used afterwards.
func (c *Correlator) Adopt(old *Correlator) {
	same := map[*rule]*rule{}
	byPrint := map[[sha256.Size]byte]*rule{}
	for _, r := range c.rules {
		byPrint[r.print] = r
	}
	for _, r := range old.rules {
		if n := byPrint[r.print]; n != nil {
			same[r] = n
			n.groups = r.groups
		}
	}
	c.now, c.stamp = old.now, old.stamp
	for g := old.lru.prev; g != &old.lru; {
		prev := g.prev
		if n := same[g.rule]; n != nil {
			g.rule = n
			g.pushFront(&c.lru)
			c.groups++
			c.entries += len(g.entries)
		}
		g = prev
	}
}

// Tick drops the groups that have been idle for longer than their rule looks
// back. now is wall-clock time.
func (c *Correlator) Tick(now time.Time) {
	c.now = now.UnixNano()
	shortest := int64(math.MaxInt64)
	for _, r := range c.rules {
		shortest = min(shortest, r.span+int64(c.cfg.Tolerance))
	}
	for g := c.lru.prev; g != &c.lru; {
		prev, idle := g.prev, c.now-g.touched
		if g.touched != 0 && idle <= shortest {
			return // and all more recent ones
		}
		if g.touched == 0 {
			g.touched = c.now // fed before the first Tick
		} else if idle > g.rule.span+int64(c.cfg.Tolerance) {
			c.drop(g)
		}
		g = prev
	}
}

// occurrence is one event, or one firing of a correlation, as it enters a
// group.
type occurrence struct {
	time  int64
	first int64 // of a firing; else the same as time
	id    event.ID
	ids   []event.ID // of a firing; else nil
	n     int        // events it stands for
	ev    *event.Event
	names []string // of a firing: its group
	group []string
}

// Observe feeds an event that the rule matched and calls yield for every
// firing of a correlation that alerts, in order.
func (c *Correlator) Observe(r *sigma.Rule, ev *event.Event, yield func(alert.Finding)) {
	feeds := c.feeds[r]
	if len(feeds) == 0 {
		return
	}
	t := c.eventTime(ev)
	o := occurrence{time: t, first: t, id: ev.ID, n: Weight(ev), ev: ev}
	for _, f := range feeds {
		c.add(f, &o, yield)
	}
}

// eventTime is the event's own time, unless its clock runs ahead: a message
// from the future must not push the present out of its window.
func (c *Correlator) eventTime(ev *event.Event) int64 {
	if ev.Received != 0 && ev.Time > ev.Received+int64(c.cfg.Tolerance) {
		return ev.Received
	}
	return ev.Time
}

var countField = query.NewField("event.count")

// maxWeight bounds what one message may claim to stand for.
const maxWeight = 1000

// Weight is how many events a message stands for: event.count of "message
// repeated 5 times", else 1.
func Weight(ev *event.Event) int {
	v, ok := countField.Lookup(ev)
	if !ok || len(v) > 9 {
		return 1
	}
	n := 0
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return 1
		}
		n = n*10 + int(v[i]-'0')
	}
	return min(max(n, 1), maxWeight)
}

// byLevel puts the most severe rule first and, of two equally severe, the one
// that builds on more.
func byLevel(a, b *rule) int {
	return cmp.Or(cmp.Compare(b.head.Level.Rank(), a.head.Level.Rank()), cmp.Compare(len(b.extends), len(a.extends)))
}

// Head is the part of a rule that goes onto its alerts.
func Head(r *sigma.Rule) alert.Rule {
	return alert.Rule{
		ID: r.ID, Title: r.Title, Level: alert.Level(r.Level), Description: r.Description, Author: r.Author,
		References: slices.Clone(r.References), Tags: slices.Clone(r.Tags),
		FalsePositives: slices.Clone(r.FalsePositives), NextSteps: slices.Clone(r.NextSteps),
	}
}
