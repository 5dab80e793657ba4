package query

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// alphabet holds what folding and escaping stumble over: the characters that
// fold across ASCII (K, ſ), three-way orbits (ς), lengths that change
// (Ⱥ/ⱥ), one-way pairs (ẞ), syntax, blanks, and bytes that are not UTF-8.
var alphabet = []string{"a", "A", "b", "k", "K", "\u212a", "s", "S", "ſ", "σ", "ς", "Σ", "Ⱥ", "ⱥ", "ß", "ẞ", "ü", "Ü", "İ", "1", "_",
	"*", "?", `\`, `"`, ":", "/", "(", ")", "|", " ", "\t", "-", "!", "<", "=", "~", ".", "{", "日", "\u0301", "\u00a0"}

func randomText(r *rand.Rand, most int, from []string) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		b.WriteString(from[r.IntN(len(from))])
	}
	return b.String()
}

func randomParts(r *rand.Rand, from []string) []Part {
	var parts []Part
	for range r.IntN(6) {
		switch r.IntN(5) {
		case 0:
			parts = append(parts, Part{Kind: AnyChar})
		case 1, 2:
			parts = append(parts, Part{Kind: AnyString})
		default:
			parts = append(parts, Part{Text: randomText(r, 3, from)})
		}
	}
	return parts
}

// naive matches by the definition: one character after the other, every way
// tried, characters equal when one is in the other's orbit.
func naive(parts []Part, s []rune, cased bool) bool {
	if len(parts) == 0 {
		return len(s) == 0
	}
	switch p := parts[0]; p.Kind {
	case AnyString:
		return naive(parts[1:], s, cased) || len(s) > 0 && naive(parts, s[1:], cased)
	case AnyChar:
		return len(s) > 0 && naive(parts[1:], s[1:], cased)
	default:
		text := []rune(p.Text)
		if len(s) < len(text) {
			return false
		}
		for i, r := range text {
			if s[i] != r && (cased || !sameOrbit(s[i], r)) {
				return false
			}
		}
		return naive(parts[1:], s[len(text):], cased)
	}
}

func sameOrbit(a, b rune) bool {
	if a > unicode.MaxRune {
		return false
	}
	for o := unicode.SimpleFold(a); o != a; o = unicode.SimpleFold(o) {
		if o == b {
			return true
		}
	}
	return false
}

// characters splits a value as patterns do, each bad byte on its own.
func characters(s string) []rune {
	var out []rune
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = unicode.MaxRune + 1 + rune(s[i])
		}
		out = append(out, r)
		i += size
	}
	return out
}

func TestPatternAgainstNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := append([]string{"\xff", "\xe2\x84", "\xaa", "�"}, alphabet[:21]...)
	matched := 0
	for range 200_000 {
		from := alphabet[:6+r.IntN(15)]
		parts, s, cased := randomParts(r, from), randomText(r, 8, values[:4+len(from)]), r.IntN(4) == 0
		want := naive(parts, characters(s), cased)
		if got := NewPattern(parts, cased).Test(s); got != want {
			t.Fatalf("%q cased=%v on %q: %v, want %v", parts, cased, s, got, want)
		}
		if want {
			matched++
		}
	}
	if matched < 10_000 {
		t.Errorf("only %d matches: the test tests too little", matched)
	}
}

// naivePhrase tries every substring.
func naivePhrase(parts []Part, s string) bool {
	parts = tidy(parts)
	if len(parts) == 0 || isAnyString(parts) {
		return true
	}
	head, tail := parts[0].Kind == AnyString, parts[len(parts)-1].Kind == AnyString
	c := characters(s)
	edge := func(i int) bool { return i == 0 || i == len(c) || !isWord(c[i-1]) || !isWord(c[i]) }
	for i := range len(c) + 1 {
		for j := i; j <= len(c); j++ {
			if (head || edge(i)) && (tail || edge(j)) && naive(parts, c[i:j], false) {
				return true
			}
		}
	}
	return false
}

func TestPhraseAgainstNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	from := []string{"a", "A", "k", "\u212a", "s", "ſ", " ", "-", "ü", "Ü", "_", "1"}
	matched := 0
	for range 100_000 {
		parts, s := randomParts(r, from[:3+r.IntN(10)]), randomText(r, 9, append(from, "\xff"))
		want := naivePhrase(parts, s)
		if got := NewPhrase(parts).Test(s); got != want {
			t.Fatalf("%q on %q: %v, want %v", parts, s, got, want)
		}
		if want {
			matched++
		}
	}
	if matched < 10_000 {
		t.Errorf("only %d matches: the test tests too little", matched)
	}
}

func randomField(r *rand.Rand) Field {
	names := []string{"message", "event.original", "source.ip", "user.name", "@timestamp", "user", "level", "since", "_exists_", "*", "1st", "and",
		"winlog.event_data.My Field", "cs(User-Agent)", "-x", "a\\b", "ü.ß", "a", "C", "http", "x:y", "last"}
	if r.IntN(6) == 0 {
		return Expand([]string{"level", "tag", "msg", "time", "src"}[r.IntN(5)])[0]
	}
	if r.IntN(6) == 0 {
		return NewField("f" + randomText(r, 4, alphabet))
	}
	return NewField(names[r.IntN(len(names))])
}

func randomTest(t *testing.T, r *rand.Rand) Test {
	switch r.IntN(10) {
	case 0:
		n, ok := ParseNumber([]string{"0", "-5", "3.25", "18446744073709551616", "1e3"}[r.IntN(5)])
		if !ok {
			t.Fatal("not a number")
		}
		return Compare{Op(r.IntN(6)), n}
	case 1:
		return TimeCompare{Op(r.IntN(6)), r.Int64() / 2}
	case 2:
		return mustRegexp(t, []string{"a", "^a/b$", `\d+ x`, "(?i)x|y", `[/"):]`, "a and b", `\\/`, "ü"}[r.IntN(8)])
	case 3:
		return NewPhrase(randomParts(r, alphabet))
	case 4:
		return NewPattern(randomParts(r, alphabet), true)
	case 5:
		return Text([]string{"and", "OR", "not", "10.0.0.5", "10.0.0.0/8", "fe80::1", "5", "2026-01-01", "", "-a", "last 24h", "|"}[r.IntN(12)])
	}
	return NewPattern(randomParts(r, alphabet), false)
}

// randomExpr makes trees that the language can express.
func randomExpr(t *testing.T, r *rand.Rand, depth int) Expr {
	kind := r.IntN(12)
	if depth == 0 {
		kind = 4 + r.IntN(8)
	}
	switch kind {
	case 0, 1:
		n := And{}
		for range 2 + r.IntN(3) {
			n = append(n, randomExpr(t, r, depth-1))
		}
		return n
	case 2:
		n := Or{}
		for range 2 + r.IntN(3) {
			n = append(n, randomExpr(t, r, depth-1))
		}
		return n
	case 3:
		return negate(randomExpr(t, r, depth-1))
	case 4:
		return Exists{randomField(r)}
	case 5:
		return Null{randomField(r)}
	case 6:
		return Const(r.IntN(2) == 0)
	case 7:
		return ID(1 + r.Uint64N(1<<50))
	case 8:
		return Keyword{randomTest(t, r)}
	case 9:
		a := netip.AddrFrom4([4]byte{10, byte(r.Uint32()), 3, 4})
		if r.IntN(2) == 0 {
			a = netip.MustParseAddr([]string{"fe80::1", "2001:db8::", "::"}[r.IntN(3)])
		}
		return Is{NewField("source.ip"), NewCIDR(netip.PrefixFrom(a, 1+r.IntN(a.BitLen())))}
	}
	return Is{randomField(r), randomTest(t, r)}
}

func TestStringRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 50_000 {
		want := randomExpr(t, r, 3)
		text := String(want)
		q, err := Parse(text, now)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(q.Expr, want) {
			t.Fatalf("%s\nread back as\n%s\n%#v\n%#v", text, String(q.Expr), want, q.Expr)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"event.action:logon-failed and source.ip:(10.0.0.0/8 or 192.168.1.5) and not user.name:svc-*",
		`last 24h "failed password" -x:/a b\/c/i`, `ip:fe80::1 || @timestamp>=2026-01-01 _exists_:user`, `*:"x\"y" a:==B b:~c c:<>5 \level:x`,
		"since:yesterday until:now-5m (a:((b)) or c!=d)", "_id:7 | stats count(), max(@timestamp) as \"last seen\" by user, bin(90m) | sort -count, +user | head 3", "a | top 5 x | fields b",
		`|fields \\user, cs\(a\)|head`, "|timechart 1h by host"} {
		f.Add(s, "Failed password for root from 10.0.0.5")
	}
	f.Fuzz(func(t *testing.T, text, message string) {
		q, err := Parse(text, now)
		if err != nil {
			e, ok := err.(*Error)
			if !ok || e.Column < 1 || e.Column > utf8.RuneCountInString(text)+1 || e.Msg == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		e := ev("message", message, "user.name", text, "x", message)
		got := q.Match(e)
		canonical := String(q.Expr)
		if pipes := q.Pipes(); pipes != "" {
			canonical += " " + pipes
		}
		if len(canonical) > MaxText {
			return
		}
		again, err := Parse(canonical, now)
		if err != nil {
			t.Fatalf("%q printed as %q: %v", text, canonical, err)
		}
		again.Since, again.Until = q.Since, q.Until
		if !reflect.DeepEqual(again, q) {
			t.Fatalf("%q printed as %q, read back as %q %q", text, canonical, String(again.Expr), again.Pipes())
		}
		if again.Match(e) != got {
			t.Fatalf("%q and %q differ on %q", text, canonical, message)
		}
	})
}

func TestMatchDoesNotAllocate(t *testing.T) {
	e := logon()
	for _, text := range []string{
		benchQuery,
		`failed and "for svc-backup" and pass*port and not 192.168.0.0/16`,
		"*:nowhere or user:nobody or port:(>1 and <5) or absent:x",
		"@timestamp>=yesterday and event.ingested<now and message:/port [0-9]+/",
		"event.category:session and file.path:/etc/??sswd and host.name:==Mail*",
	} {
		q, err := Parse(text, now)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { q.Match(e) }); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
	same := Same{NewField("user.name"), NewField("host.name"), SameContains, false}
	if n := testing.AllocsPerRun(100, func() { same.Match(e) }); n != 0 {
		t.Errorf("Same: %v allocations", n)
	}
}

const benchQuery = "event.action:logon-failed and source.ip:(10.0.0.0/8 or 192.168.1.5) and not user.name:adm-*"

func BenchmarkMatch(b *testing.B) {
	long := "Nov 23 14:05:30 gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=203.0.113.77 DST=192.168.1.20 LEN=60 TOS=0x00 PREC=0x00 TTL=49 ID=54321 DF PROTO=TCP SPT=51514 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0"
	for _, c := range []struct {
		name, text string
		e          *event.Event
	}{
		{"typical", benchQuery, logon()},
		{"first-term-fails", "event.action:logon-ok and source.ip:10.0.0.0/8", logon()},
		{"word-absent-250B", "passphrase", ev("message", long)},
		{"word-present-250B", "urgp", ev("message", long)},
		{"glob-250B", "message:=*dst=192.168.*dpt=22*", ev("message", long)},
		{"regexp-250B", `message:/DPT=(22|23) /`, ev("message", long)},
		{"any-field", "*:nowhere", logon()},
	} {
		b.Run(c.name, func(b *testing.B) {
			q, err := Parse(c.text, now)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				q.Match(c.e)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(benchQuery, now); err != nil {
			b.Fatal(err)
		}
	}
}
