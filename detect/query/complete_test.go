package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// describe writes a completion as `what prefix [replaced]`.
func describe(text string, c Completion) string {
	what := map[Expect]string{ExpectNothing: "nothing", ExpectField: "field", ExpectValue: "value of " + c.Field, ExpectCommand: "command", ExpectFunction: "function", ExpectColumn: "column"}[c.Expect]
	if c.Quoted {
		what = "quoted " + what
	}
	if c.Expect == ExpectNothing {
		return what
	}
	return fmt.Sprintf("%s %q [%s]", what, c.Prefix, text[c.Start:c.End])
}

// TestComplete has the cursor at the ^ of each text.
func TestComplete(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"^", `field "" []`},
		{"us^", `field "us" [us]`},
		{"us^er.name", `field "us" [user.name]`},
		{"us^er.name:anna", `field "us" [user.name]`},
		{"user.name^:anna", `field "user.name" [user.name]`},
		{"user.name:^", `value of user.name "" []`},
		{"user.name:an^", `value of user.name "an" [an]`},
		{"user.name:an^na host:x", `value of user.name "an" [anna]`},
		{"ä ö user.name:ü^ber x", `value of user.name "ü" [über]`},
		{"user.name: an^", `value of user.name "an" [an]`},
		{"user.name: ^", `value of user.name "" []`},
		{`user.name:"an^`, `quoted value of user.name "an" ["an]`},
		{`user.name:"an^na b" x`, `quoted value of user.name "an" ["anna b"]`},
		{`user.name:"a\"b^`, `quoted value of user.name "a\"b" ["a\"b]`},
		{`user.name:"an^ and host.name:x`, `quoted value of user.name "an" ["an]`},
		{`user.name:^"anna"`, `value of user.name "" []`},
		{`user.name:"anna"^`, "nothing"},
		{`user.name:"anna" ^`, `field "" []`},
		{`user.name:a\ b^c`, `value of user.name "a b" [a\ bc]`},
		{"user:(anna or b^", `value of user "b" [b]`},
		{"user:(anna or ^)", `value of user "" []`},
		{`user:("an^`, `quoted value of user "an" ["an]`},
		{"user:(anna or (^", `value of user "" []`},
		{"user:(anna or bob) ^", `field "" []`},
		{"user:(anna) h^", `field "h" [h]`},
		{"(us^", `field "us" [us]`},
		{"not us^", `field "us" [us]`},
		{"-us^er:x", `field "us" [user]`},
		{"^-user:x", "nothing"},
		{"!user.name:a^", `value of user.name "a" [a]`},
		{"user.name!=a^", `value of user.name "a" [a]`},
		{"user.name:=a^", `value of user.name "a" [a]`},
		{"user.name:==^", `value of user.name "" []`},
		{"a || us^", `field "us" [us]`},
		{"a |^| us", "nothing"},
		{"port>10^", "nothing"},
		{"port >= 10^", "nothing"},
		{"port>=^", "nothing"},
		{"port:>1^", "nothing"},
		{"port:>1 us^", `field "us" [us]`},
		{"since:2026^", "nothing"},
		{"last 24h us^", `field "us" [us]`},
		{"@timestamp:2^", "nothing"},
		{"_id:1^", "nothing"},
		{"*:x^", "nothing"},
		{"_exists_:us^", `field "us" [us]`},
		{"_exists_:^", `field "" []`},
		{`"a phr^ase"`, "nothing"},
		{`"user.name:x^`, "nothing"},
		{"http://a^", "nothing"},
		{"fe80::1^", "nothing"},
		{"source.ip:fe80::^", `value of source.ip "fe80::" [fe80::]`},
		{`file.path:C:\Win^`, `value of file.path "C:\\Win" [C:\Win]`},
		{"a:b c^", `field "c" [c]`},

		{"a | ^", `command "" []`},
		{"a |^", `command "" []`},
		{"a | st^", `command "st" [st]`},
		{"a | st^ats count", `command "st" [stats]`},
		{"a ^| stats", `field "" []`},
		{"user:a^| stats", `value of user "a" [a]`},
		{"| stats ^", `function "" []`},
		{"| stats co^", `function "co" [co]`},
		{"| stats c^ount() by x", `function "c" [count]`},
		{"| stats count(^", `field "" []`},
		{"| stats count(^)", `field "" []`},
		{"| stats sum(ne^)", `field "ne" [ne]`},
		{"| stats sum(network.bytes^), count", `field "network.bytes" [network.bytes]`},
		{"| stats count()^", "nothing"},
		{"| stats count() ^", "nothing"},
		{"| stats count ^, sum(x)", "nothing"},
		{"| stats count, ^", `function "" []`},
		{"| stats count,^", `function "" []`},
		{"| stats count as ^", "nothing"},
		{"| stats count as \"a^b\"", "nothing"},
		{"| stats count by ^", `field "" []`},
		{"| stats count by us^er.name, b", `field "us" [user.name]`},
		{"| stats count by user.name, ^", `field "" []`},
		{"| stats count by user.name ^", "nothing"},
		{"| stats count by bin(^", "nothing"},
		{"| stats count by bin(1h), ü^", `field "ü" [ü]`},
		{"| stats count by x | ^", `command "" []`},
		{"| stats count() by user.name | sort -^", `column "" []`},
		{"| stats count() by user.name | sort -co^", `column "co" [co]`},
		{"| stats count() by user.name | sort count, us^", `column "us" [us]`},
		{"| stats dcount(x) by y | sort -dc^ount(x)", `column "dc" [dcount(x)]`},
		{"| stats dcount(x) by y | sort -dcount(x^", "nothing"},
		{"| sort co^", "nothing"},
		{"| top ^", `field "" []`},
		{"| top 10 us^", `field "us" [us]`},
		{"| rare us^, host", `field "us" [us]`},
		{"| fields a, ^b", `field "" [b]`},
		{"| table us^", `field "us" [us]`},
		{"| head ^", "nothing"},
		{"| head 5 | f^", `command "f" [f]`},
		{"| timechart 1h ^", "nothing"},
		{"| timechart 1h by us^", `field "us" [us]`},
		{"| dance us^", "nothing"},
		{`x:"a | b" | st^`, `command "st" [st]`},
		{`| stats count as "a|b" by us^`, `field "us" [us]`},
	} {
		cursor := strings.IndexByte(c.text, '^')
		text := c.text[:cursor] + c.text[cursor+1:]
		if got := describe(text, Complete(text, cursor)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestCompleteNames(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"| ", []string{"stats", "top", "rare", "timechart", "sort", "head", "fields", "table"}},
		{"| T", []string{"top", "timechart", "table"}},
		{"| stats m", []string{"min", "max"}},
		{"| stats count() as hits, dcount(a) by user.name, bin(1h) | sort -", []string{"user.name", "bin(1h)", "hits", "dcount(a)"}},
		{"| stats count() as hits by host.name | sort h", []string{"host.name", "hits"}},
		{"user", nil},
	} {
		if got := Complete(c.text, len(c.text)).Names; !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
}

func checkCompletion(t *testing.T, text string, cursor int) {
	c := Complete(text, cursor)
	at := max(0, min(cursor, len(text)))
	if c.Start < 0 || c.Start > at || c.End < c.Start || c.End > len(text) || c.End < at && utf8.ValidString(text) && (at == len(text) || utf8.RuneStart(text[at])) {
		t.Fatalf("%q at %d: %+v", text, cursor, c)
	}
	if !utf8.ValidString(text) {
		return
	}
	if !utf8.ValidString(text[:c.Start]) || !utf8.ValidString(text[c.End:]) {
		t.Fatalf("%q at %d cuts a character: %+v", text, cursor, c)
	}
}

func TestCompleteAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	pieces := append(slices.Clone(alphabet), "user.name:", "stats", "count", "by", "sort", "top 5", "and", "or", "|", "bin(1h)", `\`, "||", ">=", ",")
	for range 50_000 {
		text := randomText(r, 12, pieces)
		checkCompletion(t, text, r.IntN(len(text)+3)-1)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add(`user.name:("a b" or c) | stats count() as "x" by b | sort -x`, 20)
	f.Fuzz(func(t *testing.T, text string, cursor int) { checkCompletion(t, text, cursor) })
}

// TestCompleteAgreesWithParse: a choice put in place reads as what was chosen.
func TestCompleteAgreesWithParse(t *testing.T) {
	for _, c := range []struct{ text, choice, want string }{
		{"user.name:an^ host.name:x", `and "b\c"`, `user.name:"and \"b\\c\"" and host.name:x`},
		{`a user.name:"x^"`, "or", `message:a and user.name:"or"`},
		{"user.name:(a or ^)", "*", `user.name:a or user.name:"*"`},
	} {
		cursor := strings.IndexByte(c.text, '^')
		text := c.text[:cursor] + c.text[cursor+1:]
		at := Complete(text, cursor)
		q, err := Parse(text[:at.Start]+Quote(c.choice)+text[at.End:], now)
		if err != nil || String(q.Expr) != c.want {
			t.Errorf("%s: %v, got %s, want %s", c.text, err, String(q.Expr), c.want)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"anna", "anna"}, {"", `""`}, {"and", `"and"`}, {"a b", `"a b"`}, {"*", `"*"`}, {`C:\x`, `"C:\\x"`}, {`a"b`, `"a\"b"`}, {"a|b", `"a|b"`},
		{"10.0.0.5", "10.0.0.5"}, {"fe80::1", "fe80::1"}, {"FE80::1", `"FE80::1"`}, {"10.0.0.0/8", `"10.0.0.0/8"`}, {"fe80::1%eth0", `"fe80::1%eth0"`},
		{"/x/", `"/x/"`}, {"-a", `"-a"`}, {">5", `">5"`}, {"日本", "日本"}, {"a\xffb", "a?b"}, {"x\xff y", `x?\ y`},
	} {
		if got := Quote(c.value); got != c.want {
			t.Errorf("%q: got %s, want %s", c.value, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(15, 16))
	for range 20_000 {
		v, other := randomText(r, 4, alphabet), randomText(r, 4, alphabet)
		q, err := Parse("x.y:"+Quote(v)+" and "+QuoteField(v+"x")+":1", now)
		if err != nil {
			t.Fatalf("%q as %s: %v", v, Quote(v), err)
		}
		same := naive([]Part{{Text: v}}, characters(other), false)
		if !q.Match(ev("x.y", v, v+"x", "1")) || q.Match(ev("x.y", other, v+"x", "1")) != same {
			t.Fatalf("%q as %s does not mean just that; %q", v, Quote(v), other)
		}
	}
	if got := QuoteField("user"); got != `\user` {
		t.Errorf("got %s", got)
	}
}
