package correlate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"porchlight/detect/alert"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

// Base rules a, b and c match events whose field "kind" is their name.
const bases = `
id: id-a
name: a
logsource: {category: test}
detection: {s: {kind: a}, condition: s}
---
id: id-b
name: b
logsource: {category: test}
detection: {s: {kind: b}, condition: s}
---
id: id-c
name: c
logsource: {category: test}
detection: {s: {kind: c}, condition: s}
---
`

type bench struct {
	t     *testing.T
	c     *Correlator
	rules []*sigma.Rule
	seq   uint64
	out   []alert.Finding
}

func setup(t *testing.T, text string, cfg Config) *bench {
	t.Helper()
	rules, err := sigma.Parse("t.yml", []byte(bases+text))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, rules: rules}
	b.c = New(rules, cfg)
	return b
}

func (b *bench) rule(name string) *sigma.Rule {
	for _, r := range b.rules {
		if r.Name == name || r.ID == name {
			return r
		}
	}
	b.t.Fatalf("no rule %s", name)
	return nil
}

// at makes an event at a second; pairs are its fields.
func (b *bench) at(second float64, pairs ...string) *event.Event {
	b.seq++
	ev := &event.Event{ID: event.ID(b.seq), Time: int64(second * 1e9)}
	for i := 0; i < len(pairs); i += 2 {
		ev.SetName(pairs[i], pairs[i+1])
	}
	return ev
}

// feed lets a rule match an event and returns the findings, "title: ids".
func (b *bench) feed(name string, ev *event.Event) []string {
	var out []string
	b.c.Observe(b.rule(name), ev, func(f alert.Finding) {
		b.out = append(b.out, f)
		out = append(out, fmt.Sprintf("%s: %v", f.Rule.Title, f.Events))
	})
	return out
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}

const count = `
title: many
id: many
name: many
correlation: {type: event_count, rules: [a], group-by: [source.ip], timespan: 10s, condition: {gte: 3}}
`

func TestEdgesOfTheWindow(t *testing.T) {
	b := setup(t, count, Config{})
	ip := []string{"source.ip", "192.0.2.1"}
	want(t, b.feed("a", b.at(0, ip...)))
	want(t, b.feed("a", b.at(5, ip...)))
	want(t, b.feed("a", b.at(10, ip...)), "many: [1 2 3]") // exactly one timespan
	want(t, b.feed("a", b.at(15.1, ip...)))                // the window slid past the first two
	want(t, b.feed("a", b.at(20, ip...)), "many: [4 5]")   // 10, 15.1 and 20; 10 was reported
	if f := b.out[0]; f.Count != 3 || f.First != 0 || f.Last != 10e9 || f.Why != "many: 3 events within 10 seconds, source.ip 192.0.2.1" ||
		!slices.Equal(f.Entities, []alert.Entity{{Field: "source.ip", Value: "192.0.2.1"}}) {
		t.Errorf("%+v", f)
	}
}

func TestGroups(t *testing.T) {
	b := setup(t, strings.Replace(count, "[source.ip]", "[source.ip, user.name]", 1), Config{})
	// Values that look alike when joined must not be one group.
	for i, pair := range [][2]string{{"a", "bc"}, {"ab", "c"}, {"a", "bc"}, {"ab", "c"}} {
		want(t, b.feed("a", b.at(float64(i), "source.ip", pair[0], "user.name", pair[1])))
	}
	want(t, b.feed("a", b.at(5, "source.ip", "a"))) // without a user: not counted
	want(t, b.feed("a", b.at(6, "source.ip", "a", "user.name", "bc")), "many: [1 3 6]")
}

func TestLateEvents(t *testing.T) {
	b := setup(t, count, Config{Tolerance: 5 * time.Second})
	ip := []string{"source.ip", "192.0.2.1"}
	b.feed("a", b.at(0, ip...))
	b.feed("a", b.at(14, ip...)) // keeps what a late event may need
	want(t, b.feed("a", b.at(9, ip...)))
	want(t, b.feed("a", b.at(9.5, ip...)), "many: [1 3 4]")
}

// A device whose clock runs ahead must not push the present out.
func TestMessageFromTheFuture(t *testing.T) {
	b := setup(t, count, Config{})
	feed := func(own, received float64) []string {
		ev := b.at(own, "source.ip", "192.0.2.1")
		ev.Received = int64(received * 1e9)
		return b.feed("a", ev)
	}
	feed(1000, 1000)
	feed(1001, 1001)
	want(t, feed(1e8, 1002), "many: [1 2 3]")
}

// Two files of the same day, one after the other: the second one's events are
// hours late and must be found all the same.
func TestTimeJumpsBack(t *testing.T) {
	b := setup(t, count, Config{})
	for i := range 5 {
		b.feed("a", b.at(float64(10000+100*i), "source.ip", "192.0.2.1"))
	}
	b.feed("a", b.at(100, "source.ip", "192.0.2.1"))
	b.feed("a", b.at(101, "source.ip", "192.0.2.1"))
	want(t, b.feed("a", b.at(102, "source.ip", "192.0.2.1")), "many: [6 7 8]")
}

func TestRepeatedMessagesCount(t *testing.T) {
	b := setup(t, count, Config{})
	got := b.feed("a", b.at(0, "source.ip", "x", "event.count", "4"))
	want(t, got, "many: [1]")
	if b.out[0].Count != 4 {
		t.Errorf("count %d, want 4", b.out[0].Count)
	}
}

func TestValueCount(t *testing.T) {
	b := setup(t, `
title: spray
id: spray
correlation: {type: value_count, rules: [a], group-by: [source.ip], timespan: 10s, condition: {field: user.name, gte: 3}}
x-porchlight: {why: "{distinct} of {count}: {values} in {span} by {source.ip}, last {user.name}"}
`, Config{})
	user := func(at float64, name string) []string {
		return b.feed("a", b.at(at, "source.ip", "192.0.2.1", "user.name", name))
	}
	want(t, user(0, "anna"))
	want(t, user(1, "ben"))
	want(t, user(2, "ben"))
	want(t, b.feed("a", b.at(3, "source.ip", "192.0.2.1"))) // no user: not counted
	want(t, user(4, "carla"), "spray: [1 2 3 5]")
	if got, want := b.out[0].Why, "3 of 4: anna, ben, carla in 4 seconds by 192.0.2.1, last carla"; got != want {
		t.Errorf("why %q, want %q", got, want)
	}
	want(t, user(13, "ben")) // anna is out, ben and carla are left
	want(t, user(13, "dora"), "spray: [6 7]")
}

func TestTemporal(t *testing.T) {
	b := setup(t, `
title: all three
id: t
correlation: {type: temporal, rules: [c, id-a, b], group-by: [host.name], timespan: 10s}
`, Config{})
	h := []string{"host.name", "h"}
	want(t, b.feed("a", b.at(0, h...)))
	want(t, b.feed("b", b.at(1, "host.name", "other")))
	want(t, b.feed("b", b.at(2, h...)))
	want(t, b.feed("c", b.at(10, h...)), "all three: [1 3 4]")
	want(t, b.feed("c", b.at(10.5, h...))) // a is out
}

func TestTemporalOrdered(t *testing.T) {
	b := setup(t, `
title: in order
id: t
correlation: {type: temporal_ordered, rules: [a, b, c], group-by: [host.name], timespan: 10s}
x-porchlight: {why: "{a.count} times {a.who} in {a.span}, then {b.who}, {c.who} on {host.name}"}
`, Config{})
	feed := func(rule string, at float64) []string {
		return b.feed(rule, b.at(at, "host.name", "h", "who", fmt.Sprint(rule, at)))
	}
	want(t, feed("c", 0)) // too early: not part of the story
	want(t, feed("b", 1))
	want(t, feed("a", 2))
	want(t, feed("a", 3))
	want(t, feed("c", 4))
	want(t, feed("b", 5))
	want(t, feed("c", 6), "in order: [3 4 6 7]")
	if got, want := b.out[0].Why, "2 times a3 in 1 second, then b5, c6 on h"; got != want {
		t.Errorf("why %q, want %q", got, want)
	}
	want(t, feed("c", 7), "in order: [8]")
	want(t, feed("c", 13.5)) // a at 3 is out
	// Late: the missing middle arrives last.
	want(t, feed("a", 100))
	want(t, feed("c", 102))
	want(t, feed("b", 101), "in order: [10 11 12]")
}

func TestAliases(t *testing.T) {
	b := setup(t, `
title: same person
id: t
correlation:
  type: temporal_ordered
  rules: [a, b]
  group-by: [who]
  aliases: {who: {a: user.target.name, b: user.name}}
  timespan: 10s
`, Config{})
	want(t, b.feed("a", b.at(0, "user.target.name", "eva", "user.name", "root")))
	want(t, b.feed("b", b.at(1, "user.name", "root")))
	want(t, b.feed("b", b.at(2, "user.name", "eva")), "same person: [1 3]")
	if e := b.out[0].Entities; len(e) != 1 || e[0] != (alert.Entity{Field: "user.target.name", Value: "eva"}) {
		t.Errorf("entities %v", e)
	}
}

const chain = count + `
x-porchlight: {alert: true}
---
title: got in
id: in
level: critical
correlation: {type: temporal_ordered, rules: [many, b], group-by: [source.ip], timespan: 20s}
x-porchlight: {why: "{many.count} in {many.span}, then {b.user.name}"}
`

func TestChain(t *testing.T) {
	b := setup(t, chain, Config{})
	ip := []string{"source.ip", "192.0.2.1", "user.name", "anna"}
	want(t, b.feed("b", b.at(0, ip...)))
	b.feed("a", b.at(1, ip...))
	b.feed("a", b.at(2, ip...))
	want(t, b.feed("a", b.at(3, ip...)), "many: [2 3 4]")
	want(t, b.feed("a", b.at(4, ip...)), "many: [5]")
	want(t, b.feed("b", b.at(6, ip...)), "got in: [2 3 4 5 6]")
	f := b.out[len(b.out)-1]
	if f.Why != "4 in 3 seconds, then anna" || f.Count != 5 || f.First != 1e9 || f.Last != 6e9 {
		t.Errorf("%+v", f)
	}
	if !slices.Equal(f.Supersedes, []string{"many"}) || !slices.Equal(f.Entities, b.out[0].Entities) {
		t.Errorf("supersedes %v, entities %v: the alert must be raised in place", f.Supersedes, f.Entities)
	}
	// What goes on belongs to the alert as it is now.
	want(t, b.feed("a", b.at(7, ip...)), "got in: [7]")
	if f := b.out[len(b.out)-1]; f.Why != "4 in 3 seconds, then anna" {
		t.Errorf("why %q", f.Why)
	}
	// Long after it is a new story.
	for i := range 3 {
		b.feed("a", b.at(float64(100+i), ip...))
	}
	if f := b.out[len(b.out)-1]; f.Rule.ID != "many" {
		t.Errorf("a new story was told by %s", f.Rule.ID)
	}
}

func TestWhoAlerts(t *testing.T) {
	b := setup(t, chain+`
---
title: generating
id: g
correlation: {type: event_count, rules: [c], timespan: 10s, generate: true, condition: {gte: 2}}
`, Config{})
	for name, want := range map[string]bool{"a": false, "b": false, "c": true, "many": true, "in": true, "g": true} {
		if got := b.c.Alerts(b.rule(name)); got != want {
			t.Errorf("%s alerts: %v, want %v", name, got, want)
		}
	}
	if got := b.c.Supersedes(b.rule("g")); !slices.Equal(got, []string{"id-c"}) {
		t.Errorf("g supersedes %v", got)
	}
}

func TestRejected(t *testing.T) {
	b := setup(t, `
title: self
id: self
correlation: {type: event_count, rules: [self], timespan: 10s, condition: {gte: 2}}
---
title: x
id: x
correlation: {type: event_count, rules: [y], timespan: 10s, condition: {gte: 2}}
---
title: y
id: y
correlation: {type: event_count, rules: [x], timespan: 10s, condition: {gte: 2}}
---
title: twice
id: twice
correlation: {type: temporal, rules: [a, id-a], timespan: 10s}
---
title: ambiguous
id: dup1
name: dup
correlation: {type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}}
---
title: ambiguous
id: dup2
name: dup
correlation: {type: event_count, rules: [dup], timespan: 10s, condition: {gte: 2}}
---
title: counted
id: counted
correlation: {type: value_count, rules: [dup1], timespan: 10s, condition: {field: user.name, gte: 2}}
`, Config{})
	for id, reason := range map[string]string{
		"self": `"self" refers back`, "x": `correlation.rules[0]: "y" is not loaded`, "y": `"x" refers back`, "twice": `"id-a" is named twice`,
		"dup2": `"dup" is the name or id of 2 rules`, "counted": `"user.name" is not a group-by field`,
	} {
		r := b.rule(id)
		if r.State == sigma.Loaded || !strings.Contains(r.Reason, reason) {
			t.Errorf("%s: %s: %s, want %s", id, r.State, r.Reason, reason)
		}
	}
	want(t, b.feed("a", b.at(0))) // runs all the same
}

func TestBounds(t *testing.T) {
	b := setup(t, count, Config{MaxGroups: 10, MaxEntries: 15})
	for i := range 1000 {
		b.feed("a", b.at(float64(i)/100, "source.ip", fmt.Sprint(i%100)))
	}
	if b.c.groups > 10 || b.c.entries > 15 {
		t.Errorf("%d groups, %d entries", b.c.groups, b.c.entries)
	}
	// The group in use stays.
	b.feed("a", b.at(10, "source.ip", "x"))
	b.feed("a", b.at(10, "source.ip", "x"))
	if got := b.feed("a", b.at(10, "source.ip", "x")); len(got) != 1 {
		t.Errorf("findings %v", got)
	}
	// One group alone is bounded too.
	b = setup(t, count, Config{})
	for i := range 5000 {
		b.feed("a", b.at(float64(i)/1000, "source.ip", "x"))
	}
	if b.c.entries > 1003 {
		t.Errorf("%d entries in one group", b.c.entries)
	}
}

// The keys of groups must not keep the messages alive they came from.
func TestGroupsCopyTheirValues(t *testing.T) {
	b := setup(t, `
title: spray
id: spray
correlation: {type: value_count, rules: [a], group-by: [source.ip], timespan: 10s, condition: {field: user.name, gte: 1}}
`, Config{})
	message := []byte("192.0.2.1 anna")
	ev := b.at(0)
	shared := string(message)
	ev.SetName("source.ip", shared[:9])
	ev.SetName("user.name", shared[10:])
	b.feed("a", ev)
	for _, r := range b.c.rules {
		for key, g := range r.groups {
			if sameMemory(g.values[0], shared) || sameMemory(key, shared) {
				t.Error("the group shares memory with the message")
			}
			for v := range g.distinct {
				if sameMemory(v, shared) {
					t.Error("the value shares memory with the message")
				}
			}
		}
	}
}

func TestWindowReachesThroughChains(t *testing.T) {
	b := setup(t, chain, Config{Tolerance: time.Second})
	if got := b.c.Window(); got != 31*time.Second {
		t.Errorf("window %v, want 10 s + 20 s + tolerance", got)
	}
}

func sameMemory(part, whole string) bool {
	p, w := uintptr(unsafe.Pointer(unsafe.StringData(part))), uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	return p >= w && p < w+uintptr(len(whole))
}
