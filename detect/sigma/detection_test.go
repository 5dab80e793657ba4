package sigma

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

// one parses a single rule.
func one(t testing.TB, text string) *Rule {
	t.Helper()
	rules, err := Parse("test.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(rules) != 1 {
		t.Fatalf("%d rules, want 1", len(rules))
	}
	return rules[0]
}

// detect makes a loaded rule around a detection section in flow style.
func detect(t testing.TB, detection string) *Rule {
	t.Helper()
	r := one(t, "title: t\nid: t\nlogsource: {product: windows}\ndetection: "+detection+"\n")
	if r.State != Loaded {
		t.Fatalf("%s: %s", detection, r.Reason)
	}
	return r
}

func fields(pairs ...string) *event.Event {
	var ev event.Event
	for i := 0; i < len(pairs); i += 2 {
		ev.SetName(pairs[i], pairs[i+1])
	}
	return &ev
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		item string // of a selection
		yes  []string
		no   []string
	}{
		{`F: abc`, []string{"abc", "ABC"}, []string{"abcd", "xabc", ""}},
		{`F|cased: abc`, []string{"abc"}, []string{"ABC"}},
		{`F: a*c`, []string{"ac", "abbbc", "a\nc"}, []string{"acd"}},
		{`F: 'a?c'`, []string{"abc", "aéc"}, []string{"ac", "abbc"}},
		{`F: 'a\*c'`, []string{"a*c"}, []string{"abc", `a\*c`}},
		{`F: 'a\?c'`, []string{"a?c"}, []string{"abc"}},
		{`F: 'a\\*c'`, []string{`a\c`, `a\bbc`}, []string{"a*c", "abc"}},
		{`F: 'a\\\*c'`, []string{`a\*c`}, []string{`a\bc`, "a*c"}},
		{`F: 'a\bc'`, []string{`a\bc`}, []string{"abc"}},
		{`F: 'a\\bc'`, []string{`a\bc`}, []string{`a\\bc`}},
		{`F: 'C:\dir\'`, []string{`c:\dir\`}, []string{`c:\dir`}},
		{`F|contains: 'dir\'`, []string{`c:\dir\file`, `dir\`}, []string{`c:\directory`}},
		{`F|endswith: '\cmd.exe'`, []string{`C:\Windows\cmd.exe`}, []string{"xcmd.exe", `\cmd.exe.bak`}},
		{`F|endswith: '\a*.exe'`, []string{`C:\a.exe`, `C:\abc.exe`}, []string{`C:\b.exe`}},
		{`F|startswith: 'C:\\*\x'`, []string{`C:\a\b\xyz`}, []string{`D:\a\x`}},
		{`F|startswith: '{'`, []string{"{abc"}, []string{"abc{"}},
		{`F|contains: '[a]'`, []string{"x[A]y"}, []string{"a"}},
		{`F|contains|all: [a, b]`, []string{"ab", "xbxa"}, []string{"a", "b"}},
		{`F|contains: [a, b]`, []string{"a", "b"}, []string{"c"}},
		{`F: 00000429`, []string{"00000429"}, []string{"429", "281"}},
		{`F: 0x3e7`, []string{"0x3e7", "0X3E7"}, []string{"999"}},
		{`F: 4624`, []string{"4624"}, []string{"46240"}},
		{`F: true`, []string{"true", "True"}, []string{"1"}},
		{`F: 1.10`, []string{"1.10"}, []string{"1.1"}},
		{`F: 2024-01-02`, []string{"2024-01-02"}, []string{"2024-01-02T00:00:00Z"}},
		{`F: ''`, []string{""}, []string{"a"}},
		{`F|re: 'a.c'`, []string{"abc", "xabcx"}, []string{"ABC"}},
		{`F|re|i: 'a.c'`, []string{"ABC"}, []string{"ac"}},
		{`F|re|s: 'a.c'`, []string{"a\nc"}, []string{"ac"}},
		{`F|re|m: '^b$'`, []string{"a\nb\nc"}, []string{"abc"}},
		{`F|re|i|m|s: '^B.C'`, []string{"a\nb\nc"}, []string{"abc"}},
		{`F|cidr: 10.0.0.0/8`, []string{"10.1.2.3", "::ffff:10.1.2.3"}, []string{"11.0.0.1", "x", ""}},
		{`F|cidr: [fe80::/10, 192.168.0.0/16]`, []string{"fe80::1", "192.168.3.4"}, []string{"2001:db8::1"}},
		{`F|exists: true`, []string{"", "x"}, nil},
		{`F|gt: 5`, []string{"6", "18446744073709551616"}, []string{"5", "x", "0x6"}},
		{`F|lte: 5`, []string{"5", "-1"}, []string{"5.1"}},
		{`F|neq: a`, []string{"b", ""}, []string{"a", "A"}},
		{`F|contains|neq: [a, b]`, []string{"c"}, []string{"xa", "b"}},
		{`F|fieldref: G`, []string{"same", "SAME"}, []string{"other"}},
		{`F|fieldref|endswith: G`, []string{"the same"}, []string{"same one"}},
		{`F|windash|contains: ' -a -b'`, []string{"x -a -b", "x /a -b", "x –a ―b", "x —a /b"}, []string{"x a b", "x -a"}},
		{`F|windash|contains: ' -a*-b?'`, []string{"x /a yes /bz"}, []string{"x /a /b"}},
		{`F|windash|contains: ' -a -b -c -d -e'`, []string{"x /a –b -c —d /e!", "X /A /B /C /D /E"}, []string{"x -a -b -c -d e"}},
		{`F|windash: 'a-b /c-d'`, []string{"a-b -c-d", "a-b –c-d"}, []string{"a/b /c-d"}},
		{`F|base64: 'foo bar'`, []string{"Zm9vIGJhcg=="}, []string{"Zm9v"}},
		{`F|wide|base64offset|contains: 'ping'`, []string{base64.StdEncoding.EncodeToString([]byte("xp\x00i\x00n\x00g\x00"))}, []string{base64.StdEncoding.EncodeToString([]byte("ping"))}},
		{`F|utf16be|base64: a`, []string{"AGE="}, []string{"YQA="}},
		{`F|utf16|base64: a`, []string{"//5hAA=="}, []string{"YQA="}},
		{`F|expand: '100%'`, []string{"100%"}, []string{"100"}},
	} {
		r := detect(t, "{s: {"+c.item+"}, condition: s}")
		for want, values := range map[bool][]string{true: c.yes, false: c.no} {
			for _, v := range values {
				if got := r.Expr.Match(fields("F", v, "G", "same")); got != want {
					t.Errorf("%s on %q: %v, want %v", c.item, v, got, want)
				}
			}
		}
	}
}

func TestAbsentFields(t *testing.T) {
	for _, c := range []struct {
		detection            string
		absent, empty, value bool // of field F
	}{
		{`{s: {F: null}, condition: s}`, true, false, false},
		{`{s: {F: ''}, condition: s}`, false, true, false},
		{`{s: {F: [null, '']}, condition: s}`, true, true, false},
		{`{s: {F: a}, condition: not s}`, true, true, true},
		{`{s: {F|contains: x}, condition: not s}`, true, true, false},
		{`{s: {F|exists: false}, condition: s}`, true, false, false},
		{`{s: {F|exists: no}, condition: not s}`, false, true, true},
		{`{s: {F: '*'}, condition: s}`, false, true, true},
		{`{s: {F|cidr: 10.0.0.0/8}, condition: not s}`, true, true, true},
		{`{s: {F|gte: 0}, condition: s}`, false, false, false},
		{`{s: {F|fieldref: G}, condition: not s}`, true, true, true},
		{`{s: {F|neq: x}, condition: s}`, true, true, false},
	} {
		r := detect(t, c.detection)
		for _, k := range []struct {
			name string
			ev   *event.Event
			want bool
		}{{"absent", fields("H", "1"), c.absent}, {"empty", fields("F", ""), c.empty}, {"x", fields("F", "x"), c.value}} {
			if got := r.Expr.Match(k.ev); got != k.want {
				t.Errorf("%s on F %s: %v, want %v", c.detection, k.name, got, k.want)
			}
		}
	}
}

func TestSelections(t *testing.T) {
	for _, c := range []struct {
		detection string
		ev        *event.Event
		want      bool
	}{
		{`{s: [{F: a, G: b}, {F: c}], condition: s}`, fields("F", "a", "G", "b"), true},
		{`{s: [{F: a, G: b}, {F: c}], condition: s}`, fields("F", "a"), false},
		{`{s: [{F: a, G: b}, {F: c}], condition: s}`, fields("F", "c"), true},
		{`{s: [evil, 'b?d'], condition: s}`, fields("message", "an EVIL thing"), true},
		{`{s: [evil, 'b?d'], condition: s}`, fields("any.field", "a bad thing"), true},
		{`{s: [evil, 'b?d'], condition: s}`, fields("message", "good"), false},
		{`{s: evil, condition: s}`, fields("message", "evil"), true},
		{`{s: {'|all': [one, two]}, condition: s}`, fields("message", "two one"), true},
		{`{s: {'|all': [one, two]}, condition: s}`, fields("message", "one"), false},
		{`{s: {'|re': 'b.d'}, condition: s}`, fields("message", "a bad thing"), true},
		{`{s: [{F: a}, keyword], condition: s}`, fields("message", "the keyword"), true},
		{`{a1: {F: a}, a2: {G: b}, _a3: {H: c}, condition: all of them}`, fields("F", "a", "G", "b"), true},
		{`{a1: {F: a}, a2: {G: b}, condition: all of a*}`, fields("F", "a"), false},
		{`{a1: {F: a}, a2: {G: b}, condition: 1 of a*}`, fields("G", "b"), true},
		{`{a1: {F: a}, b2: {G: b}, condition: any of *2}`, fields("G", "b"), true},
		{`{_a1: {F: a}, b2: {G: b}, condition: 1 of _*}`, fields("F", "a"), true},
		{`{_a1: {F: a}, b2: {G: b}, condition: 1 of *}`, fields("F", "a"), false},
		{`{a: {F: a}, b: {G: b}, c: {H: c}, condition: a or b and not c}`, fields("F", "a", "H", "c"), true},
		{`{a: {F: a}, b: {G: b}, c: {H: c}, condition: (a or b) and not c}`, fields("F", "a", "H", "c"), false},
		{`{a: {F: a}, b: {G: b}, condition: not a and b}`, fields("G", "b"), true},
		{`{a: {F: a}, b: {G: b}, condition: NOT a AND b}`, fields("G", "b"), true},
		{`{a: {F: a}, b: {G: b}, condition: not (a and b)}`, fields("F", "a"), true},
		{`{a: {F: a}, b: {G: b}, condition: [a, b]}`, fields("G", "b"), true},
		{`{a: {F: a}, b: {G: b}, condition: not not a}`, fields("F", "a"), true},
		{`{s: {F: [a, b]}, condition: s}`, fields("F", "x"+event.Separator+"b"), true},
	} {
		if got := detect(t, c.detection).Expr.Match(c.ev); got != c.want {
			t.Errorf("%s on %s: %v, want %v", c.detection, c.ev.AppendJSON(nil), got, c.want)
		}
	}
}

// Any text around a value must be found in base64, whatever its length.
func TestBase64Offsets(t *testing.T) {
	for n := 3; n < 12; n++ {
		text := "secret value"[:n]
		r := detect(t, "{s: {F|base64offset|contains: '"+text+"'}, condition: s}")
		for before := range 7 {
			for after := range 7 {
				v := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\xf0", before) + text + strings.Repeat("~", after)))
				if !r.Expr.Match(fields("F", v)) {
					t.Errorf("%q with %d bytes before and %d after is not found in %s", text, before, after, v)
				}
			}
		}
	}
}

// randomCondition writes a condition and its value under a truth assignment.
func randomCondition(rng *rand.Rand, depth int, truth []bool) (string, bool, int) {
	const or, and, not, atom = 0, 1, 2, 3 // how tightly it binds
	paren := func(s string, have, need int) string {
		if have < need || rng.IntN(6) == 0 {
			return "(" + s + ")"
		}
		return s
	}
	kind := rng.IntN(7)
	if depth == 0 {
		kind = 6
	}
	switch kind {
	case 0, 1, 2, 3:
		level, word := or, " or "
		if kind > 1 {
			level, word = and, " and "
		}
		a, av, al := randomCondition(rng, depth-1, truth)
		b, bv, bl := randomCondition(rng, depth-1, truth)
		v := av || bv
		if level == and {
			v = av && bv
		}
		return paren(a, al, level) + word + paren(b, bl, level), v, level
	case 4:
		a, v, l := randomCondition(rng, depth-1, truth)
		return "not " + paren(a, l, not), !v, not
	case 5:
		any, all := false, true
		for _, v := range truth {
			any, all = any || v, all && v
		}
		if rng.IntN(2) == 0 {
			return []string{"1 of s*", "any of them", "1 of s?*"[:6] + "*"}[rng.IntN(3)], any, atom
		}
		return []string{"all of s*", "all of them"}[rng.IntN(2)], all, atom
	}
	i := rng.IntN(len(truth))
	return fmt.Sprintf("s%d", i), truth[i], atom
}

func TestRandomConditions(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		truth := make([]bool, 1+rng.IntN(5))
		var ev event.Event
		var b strings.Builder
		for i := range truth {
			truth[i] = rng.IntN(2) == 0
			if truth[i] {
				ev.SetName(fmt.Sprintf("F%d", i), "x")
			}
			fmt.Fprintf(&b, "s%d: {F%d: x}, ", i, i)
		}
		cond, want, _ := randomCondition(rng, 4, truth)
		r := detect(t, "{"+b.String()+"condition: '"+cond+"'}")
		if got := r.Expr.Match(&ev); got != want {
			t.Fatalf("%s with %v: %v, want %v", cond, truth, got, want)
		}
	}
}
