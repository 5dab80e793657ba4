package sigma

import (
	"strings"
	"testing"

	"porchlight/ingest/event"
)

// complete parses a file and puts its documents together.
func complete(t *testing.T, text string, values map[string][]string) []*Rule {
	t.Helper()
	rules, err := Parse("test.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Complete(rules, values)
}

func TestPlaceholders(t *testing.T) {
	const rule = "title: t\nid: t\nlogsource: {product: windows}\ndetection: {s: {User|expand|startswith: ['%Admins%', 'x-%Admins%-%Site%'], G|expand: '%100% a%'}, condition: s}\n"
	const values = "placeholders: {Admins: [root, 'adm_*x'], Site: [b]}\n---\nplaceholders: {'%100%': 7, Site: c}\n---\n"
	rules := complete(t, values+rule, nil)
	if len(rules) != 1 || rules[0].State != Loaded {
		t.Fatalf("%d rules, %+v", len(rules), rules[0].Result())
	}
	for user, want := range map[string]bool{"rooty": true, "adm_12x": true, "adm_": false, "x-root-b": true, "x-root-c3": true, "x-root": false, "%Admins%": false} {
		if got := rules[0].Expr.Match(fields("User", user, "G", "7 a%")); got != want {
			t.Errorf("%s: %v", user, got)
		}
	}
	if rules[0].Expr.Match(fields("User", "root", "G", "%100% a%")) {
		t.Error("a placeholder was taken as text")
	}
	if other := complete(t, strings.Replace(values, "root", "toor", 1)+rule, nil); other[0].Hash == rules[0].Hash {
		t.Error("with other values it is another rule")
	}
	missing := complete(t, rule, map[string][]string{"Admins": {"a"}})[0]
	if want := "rule t: detection.s.User|expand|startswith[1]: needs values for %Site%: put a document \"placeholders: {Site: [value, value]}\" beside the rules"; missing.State != NeedsValues || missing.Reason != want {
		t.Errorf("%+v, want %s", missing.Result(), want)
	}
	bomb := complete(t, "title: t\nid: t\nlogsource: {product: windows}\ndetection: {s: {F|expand: '"+strings.Repeat("%a%", 30)+"'}, condition: s}\n", map[string][]string{"a": {"1", "2"}})[0]
	if bomb.State != Invalid || !strings.Contains(bomb.Reason, "expands to more than") {
		t.Errorf("%+v", bomb.Result())
	}
	if plain := one(t, "title: t\nid: t\nlogsource: {product: windows}\ndetection: {s: {F: '%a%'}, condition: s}\n"); !plain.Expr.Match(fields("F", "%A%")) {
		t.Error("without expand there are no placeholders")
	}
	got, err := ParseValues("v.yml", []byte("Admins: [a, b]\nSite: 1\n"))
	if err != nil || len(got["Admins"]) != 2 || got["Site"][0] != "1" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := ParseValues("v.yml", []byte("- a\n")); err == nil || !strings.HasPrefix(err.Error(), "read placeholder values v.yml: ") {
		t.Errorf("%v", err)
	}
}

func TestFilters(t *testing.T) {
	const rules = `
title: one
id: one
name: first
logsource: {product: windows, category: process_creation}
detection: {s: {Image: a.exe}, condition: s}
---
title: two
id: two
logsource: {product: windows, category: process_creation}
detection: {s: {Image: a.exe}, condition: s}
---
title: three
id: three
logsource: {product: linux, category: process_creation}
detection: {s: {Image: a.exe}, condition: s}
`
	for _, c := range []struct {
		filter string // the section
		source string
		keeps  string // ids of the rules that still match
	}{
		{"rules: [one], s: {User|startswith: adm_}, condition: not s", "product: windows", "two three"},
		{"rules: first, s: {User|startswith: adm_}, condition: not s", "product: windows, category: process_creation", "two three"},
		{"rules: any, s: {User|startswith: adm_}, condition: not s", "product: windows", "three"},
		{"s: {User|startswith: adm_}, condition: not s", "category: process_creation", ""},
		{"rules: [], s: {User|startswith: adm_}, condition: not s", "category: process_creation", ""},
		{"rules: any, s: {User|startswith: adm_}, condition: s", "category: process_creation", "one two three"},
		{"rules: any, s: {User|startswith: other}, condition: s", "product: windows", "three"},
		{"rules: [one, three], s: {User: adm_x}, condition: not s", "product: windows", "two three"},
		// The field is found where the rule's log source has it.
		{"rules: any, s: {NoSuch: x}, t: {ParentImage: p.exe}, condition: not (s or t)", "product: windows", "three"},
		{"rules: any, s: {User|expand: '%Admins%'}, condition: not s", "product: windows", "three"},
	} {
		all := complete(t, "title: f\nid: f\nlogsource: {"+c.source+"}\nfilter: {"+c.filter+"}\n---"+rules+"---\nplaceholders: {Admins: [adm_x]}\n", nil)
		if len(all) != 4 || all[0].State != Loaded || all[0].Filter == nil || all[0].Reason != "" {
			t.Fatalf("%s: %+v", c.filter, all[0].Result())
		}
		var got []string
		ev := fields("Image", "a.exe", "User", "adm_x", "ParentProcessName", "p.exe")
		for _, r := range all[1:] {
			if r.Expr.Match(ev) {
				got = append(got, r.ID)
			}
		}
		if strings.Join(got, " ") != c.keeps {
			t.Errorf("%s: %v match, want %s", c.filter, got, c.keeps)
		}
	}
	idle := complete(t, "id: f\nlogsource: {product: macos}\nfilter: {rules: [gone], s: {F: a}, condition: s}\n---"+rules, nil)[0]
	if idle.State != Loaded || idle.Reason == "" {
		t.Errorf("a filter of nothing should say so: %+v", idle.Result())
	}
	needs := complete(t, "id: f\nlogsource: {product: windows}\nfilter: {rules: any, s: {F|expand: '%v%'}, condition: not s}\n---"+rules, nil)
	if needs[0].State != NeedsValues || needs[1].State != NeedsValues || needs[3].State != Loaded {
		t.Errorf("%+v %+v %+v", needs[0].Result(), needs[1].Result(), needs[3].Result())
	}
}

func TestTimeParts(t *testing.T) {
	for _, c := range []struct{ item, yes, no string }{
		{"F|hour: 3", "2024-05-06T03:59:59Z 2024-05-06T03:00:00.123+02:00", "2024-05-06T13:03:03Z 2024-05-06 3"},
		{"F|hour|gte: 22", "2024-05-06T23:00:00Z", "2024-05-06T21:59:59Z"},
		{"F|lt|minute: 5", "2024-05-06T21:04:59Z", "2024-05-06T04:05:00Z 2024-05-06"},
		{"F|day: [1, 31]", "2024-05-31 2024/05/01", "2024-05-30 2024-05-311"},
		{"F|week: 1", "2024-12-30 2026-01-01", "2024-01-08"},
		{"F|week|gt: 52", "2026-12-31", "2024-12-30"},
		{"F|month: 05", "2024-05-31", "2024-06-05"},
		{"F|year: 2024", "2024-01-01T00:00:00Z", "2025-01-01 20240 2024"},
		{"F|hour|neq: 3", "2024-05-06T04:00:00Z never", "2024-05-06T03:00:00Z"},
	} {
		r := detect(t, "{s: {"+c.item+"}, condition: s}")
		for want, texts := range map[bool]string{true: c.yes, false: c.no} {
			for v := range strings.FieldsSeq(texts) {
				if got := r.Expr.Match(fields("F", v)); got != want {
					t.Errorf("%s: %s: %v", c.item, v, got)
				}
			}
		}
	}
	// Some programs put a space in the middle, and an event has a time itself.
	if !detect(t, "{s: {F|hour: 4}, condition: s}").Expr.Match(fields("F", "2024-05-06 04:05:00.000")) {
		t.Error("with a space")
	}
	if r := detect(t, "{s: {'@timestamp|hour': 1}, condition: s}"); !r.Expr.Match(&event.Event{Time: 3600e9}) || r.Expr.Match(&event.Event{Time: 7200e9}) {
		t.Error("the event's own time")
	}
}
