package sigma

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const header = "title: t\nid: t\nlogsource: {product: windows}\n"

func TestRefusals(t *testing.T) {
	wide := ""
	for i := 1; i <= 40; i++ {
		wide += fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	for _, c := range []struct {
		name, text string
		state      State
		reason     string // begins with, after "rule t: "
	}{
		{"no detection", "title: t\nid: t\n", Invalid, "not a Sigma rule: there is no detection"},
		{"a list", "- a\n- b\n", Invalid, "not a Sigma rule: the document is not a mapping"},
		{"bad YAML", "id: t\ntitle: [\n", Invalid, "not valid YAML: line 2"},
		{"twice", "id: t\ntitle: a\ntitle: b\n", Invalid, `line 3: duplicate key "title"`},
		{"level", header + "level: hihg\ndetection: {s: {F: a}, condition: s}", Invalid, `level: unknown level "hihg"; use one of informational`},
		{"no logsource", "id: t\ndetection: {s: {F: a}, condition: s}", Invalid, "logsource: is missing"},
		{"empty logsource", "id: t\nlogsource: {definition: x}\ndetection: {s: {F: a}, condition: s}", Invalid, "logsource: give at least one"},
		{"no condition", header + "detection: {s: {F: a}}", Invalid, "detection: there is no condition"},
		{"unknown selection", header + "detection: {s: {F: a}, condition: s and x}", Invalid, `detection.condition: there is no selection "x"; the selections are s`},
		{"no such pattern", header + "detection: {s: {F: a}, condition: 1 of x*}", Invalid, `detection.condition: no selection matches "1 of x*"`},
		{"count", header + "detection: {s: {F: a}, condition: 2 of s*}", Invalid, `detection.condition: found "2 of"`},
		{"second condition", header + "detection: {s: {F: a}, condition: [s, s or]}", Invalid, "detection.condition[1]: ends where"},
		{"open", header + "detection: {s: {F: a}, condition: (s}", Invalid, "detection.condition: a parenthesis"},
		{"close", header + "detection: {s: {F: a}, condition: s)}", Invalid, "detection.condition: expected"},
		{"two names", header + "detection: {s: {F: a}, condition: s s}", Invalid, "detection.condition: expected"},
		{"aggregation", header + "detection: {s: {F: a}, condition: s | count() > 5}", Unsupported, "detection.condition: aggregations"},
		{"timeframe", header + "detection: {s: {F: a}, timeframe: 5m, condition: s}", Unsupported, "detection.timeframe"},
		{"modifier", header + "detection: {s: [{F: a}, {F: b}, {F|foo: c}], condition: s}", Unsupported, `detection.s[2].F|foo: unknown modifier "foo"; expected one of all, base64`},
		{"time part", header + "detection: {s: {F|hour: x}, condition: s}", Invalid, `detection.s.F|hour: "x" is not a number`},
		{"two time parts", header + "detection: {s: {F|hour|day: 3}, condition: s}", Invalid, `detection.s.F|hour|day: "hour" and "day"`},
		{"text of a time part", header + "detection: {s: {F|hour|contains: 3}, condition: s}", Unsupported, `detection.s.F|hour|contains: the modifiers`},
		{"regexp of a time part", header + "detection: {s: {F|hour|re: 3}, condition: s}", Unsupported, `detection.s.F|hour|re: the modifiers`},
		{"regexp", header + "detection: {s: {F|re: '('}, condition: s}", Invalid, "detection.s.F|re: regular expression"},
		{"hopeless regexp", header + "detection: {s: {F|re: '((a{1,500}){1,500}){1,500}'}, condition: s}", Invalid, "detection.s.F|re: regular expression"},
		{"regexp that looks back", header + "detection: {s: {F|re: '(?<=a)b'}, condition: s}", Invalid, "detection.s.F|re: regular expression"},
		{"cidr", header + "detection: {s: {F|cidr: [10.0.0.0/8, x]}, condition: s}", Invalid, `detection.s.F|cidr[1]: "x" is not a network`},
		{"number", header + "detection: {s: {F|gt: x}, condition: s}", Invalid, `detection.s.F|gt: "x" is not a number`},
		{"exists", header + "detection: {s: {F|exists: x}, condition: s}", Invalid, "detection.s.F|exists"},
		{"two ways", header + "detection: {s: {F|re|cidr: x}, condition: s}", Invalid, "detection.s.F|re|cidr"},
		{"re contains", header + "detection: {s: {F|re|contains: x}, condition: s}", Unsupported, "detection.s.F|re|contains"},
		{"stray flag", header + "detection: {s: {F|i: x}, condition: s}", Invalid, "detection.s.F|i"},
		{"null", header + "detection: {s: {F|contains: null}, condition: s}", Invalid, "detection.s.F|contains: null"},
		{"empty list", header + "detection: {s: {F: []}, condition: s}", Invalid, "detection.s.F: the list of values is empty"},
		{"empty selection", header + "detection: {s: {}, condition: s}", Invalid, "detection.s: is empty"},
		{"nested list", header + "detection: {s: [[a]], condition: s}", Invalid, "detection.s[0]: a list"},
		{"nested map", header + "detection: {s: {F: {a: b}}, condition: s}", Invalid, "detection.s.F: must be a single value"},
		{"wild base64", header + "detection: {s: {F|base64: 'a*'}, condition: s}", Invalid, "detection.s.F|base64"},
		{"placeholder", header + "detection: {s: {F|expand: ['a', '%x% and %y%']}, condition: s}", NeedsValues, "detection.s.F|expand[1]: needs values for %x%, %y%"},
		{"filter", "id: t\nlogsource: {product: windows}\nfilter: {rules: any}", Invalid, "filter: there is no condition"},
		{"filter without a log source", "id: t\nfilter: {rules: any, s: {F: a}, condition: s}", Invalid, "logsource: is missing"},
		{"filter's value", "id: t\nlogsource: {product: windows}\nfilter: {rules: any, s: {F|gt: a}, condition: s}", Invalid, "filter.s.F|gt: "},
		{"placeholders", "placeholders: {a: []}\n", Invalid, "placeholders.a: write a name"},
		{"action", "id: t\naction: global\n", Unsupported, "action: "},
		{"own key", header + "x-porchlight: {whi: x}\ndetection: {s: {F: a}, condition: s}", Unsupported, "x-porchlight.whi: unknown key"},
		{"own why", header + "x-porchlight: {why: 'a {b'}\ndetection: {s: {F: a}, condition: s}", Invalid, "x-porchlight.why: a placeholder"},
		{"cyclic alias", "id: t\na: &a [*a]\n", Invalid, ""},
		{"alias bomb", "id: t\na0: &a0 [x, x]\n" + wide, Invalid, "more than 200000 values"},
		{"deep", "id: t\na: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), Invalid, "line 2: nested deeper"},
		{"very deep", "id: t\na: " + strings.Repeat("[", 100_000), Invalid, "not valid YAML"},
		{"long condition", header + "detection: {s: {F: a}, condition: " + strings.Repeat("s or ", 5000) + "s}", Invalid, "detection.condition: longer than"},
		{"many parentheses", header + "detection: {s: {F: a}, condition: " + strings.Repeat("(", 200) + "s" + strings.Repeat(")", 200) + "}", Invalid, "detection.condition: parentheses nested more than 100"},
		{"large", "id: t\na: " + strings.Repeat("x", maxDocument), Invalid, "longer than"},
		{"both", header + "detection: {s: {F: a}, condition: s}\ncorrelation: {}", Invalid, "has more than one of"},
		{"type", "id: t\ncorrelation: {type: value_mode, rules: [a], timespan: 5m}", Unsupported, `correlation.type: unknown correlation type "value_mode"`},
		{"sum of what", "id: t\ncorrelation: {type: value_sum, rules: [a], timespan: 5m, condition: {gt: 1}}", Invalid, "correlation.condition: value_sum needs a field"},
		{"sum of two", "id: t\ncorrelation: {type: value_sum, rules: [a], timespan: 5m, condition: {gt: 1, field: [a, b]}}", Invalid, "correlation.condition: value_sum takes only one field"},
		{"percentile", "id: t\ncorrelation: {type: value_percentile, rules: [a], timespan: 5m, condition: {gt: 1, field: a, percentile: 101}}", Invalid, `correlation.condition.percentile: "101" is not a number from 0 to 100`},
		{"condition of names", "id: t\ncorrelation: {type: temporal, rules: [a, b], timespan: 5m, condition: a and b}", Unsupported, "correlation.condition: a condition over"},
		{"timespan", "id: t\ncorrelation: {type: event_count, rules: [a], timespan: 5M, condition: {gte: 2}}", Invalid, `correlation.timespan: "5M" is not a timespan`},
		{"bound", "id: t\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: many}}", Invalid, `correlation.condition.gte: "many"`},
		{"field", "id: t\ncorrelation: {type: value_count, rules: [a], timespan: 5m, condition: {gte: 2}}", Invalid, "correlation.condition: value_count needs"},
		{"one rule", "id: t\ncorrelation: {type: temporal, rules: [a], timespan: 5m}", Invalid, "correlation.rules: temporal needs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			r := one(t, c.text)
			if r.State != c.state || !strings.HasPrefix(r.Reason, "rule "+r.ID+": "+c.reason) {
				t.Errorf("%s: %s\nwant %s: rule %s: %s", r.State, r.Reason, c.state, r.ID, c.reason)
			}
			if r.Expr != nil || r.Correlation != nil {
				t.Error("a refused rule must not be runnable")
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestDocuments(t *testing.T) {
	text := "# pack\n---\n" + header + "detection: {s: {F: a}, condition: s}\n---\nid: broken\ntitle: [\n---\n" +
		"title: third\ndetection: {s: {F: a}, condition: s}\nlogsource: {product: linux}\n...\n# end\n"
	rules, err := Parse("pack.yml", []byte(text))
	if err != nil || len(rules) != 3 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for i, want := range []Result{
		{"t", "pack.yml", Loaded, ""},
		{"broken", "pack.yml#2", Invalid, "rule broken: not valid YAML: line 9"},
		{pathID("pack.yml#3"), "pack.yml#3", Loaded, ""},
	} {
		got := rules[i].Result()
		if got.ID != want.ID || got.Path != want.Path || got.State != want.State || !strings.HasPrefix(got.Reason, want.Reason) {
			t.Errorf("document %d: %+v, want %+v", i, got, want)
		}
	}
	if _, err := Parse("empty.yml", []byte("# nothing\n")); err == nil || err.Error() != "read rules empty.yml: the file contains no rules" {
		t.Errorf("empty file: %v", err)
	}
	if _, err := Parse("big.yml", make([]byte, MaxFile+1)); err == nil {
		t.Error("a huge file must be refused")
	}
}

func TestMetadata(t *testing.T) {
	r := one(t, `
title: A title
id: 0f0f0f0f-0000-4000-8000-000000000001
name: a_name
status: test
level: HIGH
description: >-
  Two
  lines
author: Somebody
references: [https://example.org/a]
tags: [attack.t1110.001]
falsepositives: Unknown
logsource: {product: Linux, service: SSHD, definition: x}
detection: {s: {event.action: a}, condition: s}
x-porchlight:
  why: "{count} from {source.ip}"
  next_steps: [one, two]
  group_by: [source.ip]
  supersedes: [other]
  alert: false
`)
	if r.State != Loaded || r.Title != "A title" || r.Name != "a_name" || r.Level != "high" || r.Description != "Two lines" ||
		r.Author != "Somebody" || len(r.References) != 1 || len(r.FalsePositives) != 1 || r.LogSource.String() != "linux/*/sshd" ||
		len(r.NextSteps) != 2 || len(r.GroupBy) != 1 || len(r.Supersedes) != 1 || r.Alert == nil || *r.Alert {
		t.Errorf("%+v", r)
	}
	got := r.Why.Render(func(name string) (string, bool) {
		return map[string]string{"count": "5", "source.ip": "a\x1fb\nc"}[name], true
	})
	if got != "5 from a,b c" {
		t.Errorf("why: %q", got)
	}
}

func TestCorrelationSection(t *testing.T) {
	r := one(t, `
title: c
id: c
correlation:
  type: value_count
  rules: [a, b]
  group-by: [user, host.name]
  timespan: 2h
  aliases: {user: {a: TargetUserName, b: user.name}}
  generate: true
  condition: {field: source.ip, gt: 3, lte: 10}
`)
	c := r.Correlation
	if c == nil || c.Type != ValueCount || len(c.Rules) != 2 || c.Timespan != 2*time.Hour || len(c.Fields) != 1 || c.Fields[0] != "source.ip" || !c.Generate ||
		c.Aliases["user"]["a"] != "TargetUserName" || len(c.Bounds) != 2 || c.Bounds[0] != (Bound{"gt", 3}) || c.Bounds[1] != (Bound{"lte", 10}) {
		t.Errorf("%+v: %s", c, r.Reason)
	}
}

func TestLoad(t *testing.T) {
	rules := Load("pack", fstest.MapFS{
		"b/x.yaml":      {Data: []byte(header + "detection: {s: {F: a}, condition: s}")},
		"a.yml":         {Data: []byte("")},
		".git/z.yml":    {Data: []byte(header)},
		"README.md":     {Data: []byte("text")},
		"tests/a.txtar": {Data: []byte("text")},
	})
	if len(rules) != 2 || rules[0].Path != "pack/a.yml" || rules[0].State != Invalid || rules[1].Path != "pack/b/x.yaml" || rules[1].State != Loaded {
		for _, r := range rules {
			t.Errorf("%+v", r.Result())
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "detection: {s: {F|contains|all: [a, 'b\\*']}, t: [k, {G|re: x}], condition: all of them and not 1 of s*}"))
	f.Add([]byte("id: c\ncorrelation: {type: event_count, rules: [a], group-by: [b], timespan: 5m, condition: {gte: 5}}\n---\nid: &a x\ntitle: *a"))
	f.Add([]byte("title: t\nlogsource: {product: linux}\nx-porchlight: {why: '{a}', alert: yes}\ndetection: {s: {F|windash|cased: ' -a', G|base64offset|contains: x, H|cidr: ::1/8}, condition: [s, not s]}"))
	ev := fields("F", "x -a", "message", "k")
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := Parse("f.yml", data)
		if err != nil {
			return
		}
		for _, r := range rules {
			switch {
			case r.ID == "" || r.Path == "":
				t.Errorf("rule without a name: %+v", r.Result())
			case r.State == Loaded && b2i(r.Expr != nil)+b2i(r.Correlation != nil)+b2i(r.Filter != nil)+b2i(r.values != nil) != 1:
				t.Error("a loaded document is one of a detection, a correlation, a filter, values")
			case r.State != Loaded && r.Reason == "":
				t.Error("a refused rule has a reason")
			}
		}
		set := NewSet(rules)
		hits := map[int32]bool{}
		for _, n := range set.Match(ev, nil) {
			hits[n] = true
		}
		for i, r := range set.Rules() {
			if want := r.LogSource.Route().Match(ev) && r.Expr.Match(ev); want != hits[int32(i)] {
				t.Errorf("set says %v, the tree %v", hits[int32(i)], want)
			}
		}
	})
}
