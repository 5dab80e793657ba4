package query

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

var now = time.Date(2026, 11, 23, 14, 5, 30, 0, time.FixedZone("CET", 3600))

// ev builds an event from name, value pairs.
func ev(pairs ...string) *event.Event {
	e := &event.Event{ID: event.NewID(20780, 7), Time: now.UnixNano(), Received: now.UnixNano()}
	for i := 0; i < len(pairs); i += 2 {
		e.SetName(pairs[i], pairs[i+1])
	}
	return e
}

func logon() *event.Event {
	return ev(
		"message", "Failed password for svc-backup from 10.1.2.3 port 4711 ssh2",
		"event.action", "logon-failed",
		"event.category", "authentication"+event.Separator+"session",
		"event.outcome", "failure",
		"event.code", "4625",
		"source.ip", "10.1.2.3",
		"source.port", "4711",
		"source.bytes", "18446744073709551615",
		"user.name", "svc-backup",
		"host.name", "Mail-01",
		"host.ip", "2001:db8::25",
		"process.executable", `C:\Windows\System32\svchost.exe`,
		"file.path", "/etc/passwd",
		"level", "notice",
		"My Field", "a(b)",
		"empty", "",
		"@seen", "2026-11-01T00:00:00Z",
	)
}

func TestMatch(t *testing.T) {
	e := logon()
	for _, c := range []struct {
		text string
		want bool
	}{
		{"", true},
		{"*", true},
		{"not *", false},
		{"event.action:logon-failed and source.ip:(10.0.0.0/8 or 192.168.1.5) and not user.name:svc-*", false},
		{"event.action:logon-failed and source.ip:(10.0.0.0/8 or 192.168.1.5) and user.name:svc-*", true},
		{"EVENT.ACTION:logon-failed", false}, // names are case-sensitive
		{"event.action:LOGON-Failed", true},
		{"event.action:logon", false},
		{"event.action:logon*", true},
		{"event.action:*fail*", true},
		{"event.action:logon?failed", true},
		{`event.action:"logon*"`, false},
		{`event.action:logon\*`, false},
		{"event.action!=logon-failed", false},
		{"event.action!=x", true},
		{"action:logon-failed outcome:failure", true},
		{"action:logon-failed AND outcome:success", false},
		{"action:x || outcome:failure && code:4625", true},
		{"!action:x -action:y", true},
		{"-(action:x or outcome:failure)", false},
		{"event.category:session", true},
		{"event.category:(session and authentication)", true},
		{"event.category:(session and not authentication)", false},
		{"category:sess", false},

		// words
		{"failed", true},
		{"fail", false},
		{"fail*", true},
		{"*ailed", true},
		{"*aile", false},
		{"*aile*", true},
		{"failed PASSWORD", true},
		{`"failed password"`, true},
		{`"password failed"`, false},
		{`"ailed password"`, false},
		{`"password for svc"`, true},
		{"svc-backup", true},
		{"pass*port", true},
		{"message:ssh2", true},
		{"message:(ssh2 or telnet)", true},
		{"message:ssh", false},
		{"message:=ssh2", false},
		{"message:=*ssh2", true},
		{"message:*", true},
		{`message:""`, false},
		{`empty:""`, true},
		{`absent:""`, false},
		{"msg:failed", true},
		{"last login", false}, // no length of time: words
		{"a - b", false},

		// addresses
		{"10.1.2.3", true},
		{"10.1.2.30", false},
		{"1.2.3", true}, // three words with dots, as in 10.1.2.3
		{"10.0.0.0/8", true},
		{"11.0.0.0/8", false},
		{"2001:db8::/32", true},
		{"2001:DB8:0::25", true},
		{"ip:2001:db8::/32", true},
		{"ip:fe80::1", false},
		{"ip:10.1.2.3", true},
		{"ip:::ffff:10.1.2.3", true},
		{"ip:::ffff:10.0.0.0/104", true},
		{`ip:"10.1.2.3"`, true},
		{`ip:"10.0.0.0/8"`, false},
		{"not ip:10.1.2.3", false},
		{"source.ip:10.1.2.*", true},
		{"observer.version:1.2.3.4", false},

		// numbers
		{"source.port:4711", true},
		{"port:4711", true},
		{"source.port>4710", true},
		{"source.port > 4711", false},
		{"source.port:>=4711", true},
		{"source.port<=4711 source.port<5e3", true},
		{"source.port:(>4000 and <5000)", true},
		{"source.port:(<4000 or >5000)", false},
		{"source.port:==4711.0", true},
		{"source.port:<>4711", false},
		{"source.bytes>18446744073709551614", true},
		{"source.bytes>18446744073709551615", false},
		{"source.bytes>-1", true},
		{"user.name>1", false},
		{"absent<5", false},

		// presence
		{"_exists_:user.name", true},
		{"_exists_:empty", true},
		{"_exists_:absent", false},
		{"empty:*", true},
		{"absent:*", false},
		{"not absent:x", true},
		{"_missing_:absent", true},
		{"_missing_:user", false},
		{"_missing_:mac", true},
		{"_exists_:ip", true},

		// expressions, paths
		{"user.name:/^svc-/", true},
		{"user.name:/^SVC-/", false},
		{"user.name:/^SVC-/i", true},
		{"message:/failed password/i", true},
		{"message:/port [0-9]{4} /", true},
		{"(user.name:/^(svc|adm)-/)", true},
		{"file.path:/etc/passwd", true},
		{"file.path:/etc/*", true},
		{"file:/ETC/*", true},
		{"file.path:/etc", false},
		{`process.executable:C:\Windows\System32\svchost.exe`, true},
		{`process:*\svchost.exe`, true},
		{`process:"C:\Windows\System32\svchost.exe"`, true},
		{`process:C:\\Windows\\*`, true},

		// names
		{"level:notice", true},
		{`\level:notice`, true},
		{`\action:logon-failed`, false},
		{`My\ Field:"a(b)"`, true},
		{`My\ Field:a\(b\)`, true},
		{"*:svc-backup", true},
		{"*:svchost.exe", true},
		{"*:svc", true}, // a word in message
		{"*:=svc", false},
		{"*:=notice", true},
		{"*:nowhere", false},
		{"*:*", true},
		{"*:10.0.0.0/8", true},
		{"*:11.0.0.0/8", false},
		{"*:10.1.2.3", true},

		// case
		{`host.name:==Mail-01`, true},
		{`host.name:=="mail-01"`, false},
		{`host.name:==Mail*`, true},
		{`host.name:==mail*`, false},

		// times
		{"@timestamp:2026-11-23", true},
		{"@timestamp:2026-11-22", false},
		{"@timestamp>=2026-11-23", true},
		{"@timestamp>2026-11-22", true},
		{"@timestamp>2026-11-23", false},
		{"@timestamp<=2026-11-23", true},
		{"@timestamp<2026-11-23", false},
		{"time>=now-1m time<=now", true},
		{"time:2026-11-23T13:05:30Z", true},
		{"@timestamp:2026-11-23T13:*", true},
		{"event.ingested>yesterday", true},
		{"@seen<2026-11-02", true},
		{"@seen<2026-10-02", false},
		{"user.name<2026-10-02", false},

		{"_id:" + e.ID.String(), true},
		{"_id:(1 or " + e.ID.String() + ")", true},
		{"_id:1", false},

		// pasted from logs
		{"sshd[123]:", false},
		{"https://example.com/x?y", false},
		{"00:11:22:aa:bb:cc", false},
		{"14:05:30", false},
		{`C:\Windows`, false},
		{"SRC=10.0.0.5", false},
		{"root(uid=0)", false},
	} {
		q, err := Parse(c.text, now)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := q.Match(e); got != c.want {
			t.Errorf("%s: match %v, want %v; tree %s", c.text, got, c.want, String(q.Expr))
		}
	}
}

func TestParseTree(t *testing.T) {
	f := NewField
	word := func(s string) Expr { return Is{f("message"), NewPhrase([]Part{{Text: s}})} }
	is := func(name, s string) Expr { return Is{f(name), Text(s)} }
	for _, c := range []struct {
		text string
		want Expr
	}{
		{"a b or c", Or{And{word("a"), word("b")}, word("c")}},
		{"a and (b or c)", And{word("a"), Or{word("b"), word("c")}}},
		{"not a b", And{Not{word("a")}, word("b")}},
		{"NOT NOT a", Not{Not{word("a")}}},
		{"((a))", word("a")},
		{"a&&b||!c", word("a&&b")}, // joined: text; the pipes below
		{"x.y:1", is("x.y", "1")},
		{"x.y: 1", is("x.y", "1")},
		{"x.y:(a or not b)", Or{is("x.y", "a"), Not{is("x.y", "b")}}},
		{"x.y:((a and b) or c)", Or{And{is("x.y", "a"), is("x.y", "b")}, is("x.y", "c")}},
		{`\since:1`, is("since", "1")},
		{`\1st:1`, is("1st", "1")},
		{`"and"`, word("and")},
		{"android", word("android")},
		{"port:22", Or{is("source.port", "22"), is("destination.port", "22"), is("port", "22")}},
		{"tag:x", Is{Field{"tag", []event.Ref{event.Resolve("tags"), event.Resolve("tag")}}, Text("x")}},
		{"sshd[1]: x", And{word("sshd[1]:"), word("x")}},
		{"a:b:c", is("a", "b:c")},
		{"*:x", Keyword{NewPhrase([]Part{{Text: "x"}})}},
		{"x.y:a*b?", Is{f("x.y"), NewPattern([]Part{{Text: "a"}, {Kind: AnyString}, {Text: "b"}, {Kind: AnyChar}}, false)}},
		{"x.y!=a", Not{is("x.y", "a")}},
		{"x.y:/a\\/b/", Is{f("x.y"), mustRegexp(t, "a/b")}},
		{"not *:*", Const(false)},
	} {
		if c.text == "a&&b||!c" {
			c.want = Or{word("a&&b"), Not{word("c")}}
		}
		q, err := Parse(c.text, now)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if !reflect.DeepEqual(q.Expr, c.want) {
			t.Errorf("%s: got %s, want %s", c.text, String(q.Expr), String(c.want))
		}
	}
}

func mustRegexp(t *testing.T, source string) Regexp {
	t.Helper()
	re, err := NewRegexp(source)
	if err != nil {
		t.Fatal(err)
	}
	return re
}

func TestParseBounds(t *testing.T) {
	at := func(s string) int64 {
		if s == "" {
			return 0
		}
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixNano()
	}
	for _, c := range []struct{ text, since, until, expr string }{
		{"last 24h", "2026-11-22T14:05:30+01:00", "", ""},
		{"LAST 15M", "2026-11-23T13:50:30+01:00", "", ""},
		{"last 7d error", "2026-11-16T14:05:30+01:00", "", "message:error"},
		{"error last 2 weeks", "2026-11-09T14:05:30+01:00", "", "message:error"},
		{"a and last 1h and b", "2026-11-23T13:05:30+01:00", "", "message:a and message:b"},
		{"a or b last 1h", "2026-11-23T13:05:30+01:00", "", "message:a or message:b"},
		{"since:2026-11-01 until:2026-11-02", "2026-11-01T00:00:00+01:00", "2026-11-03T00:00:00+01:00", ""},
		{"since:2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z", "", ""},
		{`since:"2026-11-01 12:30" until:14:00`, "2026-11-01T12:30:00+01:00", "2026-11-23T14:00:00+01:00", ""},
		{"since:yesterday", "2026-11-22T00:00:00+01:00", "", ""},
		{"until:yesterday", "", "2026-11-23T00:00:00+01:00", ""},
		{"since:2h until:now-30m", "2026-11-23T12:05:30+01:00", "2026-11-23T13:35:30+01:00", ""},
		{"last 24h last 1h", "2026-11-23T13:05:30+01:00", "", ""},
		{"last login", "", "", "message:last and message:login"},
		{"last 5", "", "", "message:last and message:5"},
		{`"last" 24h`, "", "", "message:last and message:24h"},
	} {
		q, err := Parse(c.text, now)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if q.Since != at(c.since) || q.Until != at(c.until) || String(q.Expr) != c.expr {
			t.Errorf("%s: since %s until %s expr %q", c.text, event.FormatTime(q.Since), event.FormatTime(q.Until), String(q.Expr))
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		msg    string
	}{
		{"event.action:", 14, "expected a value after ':'"},
		{"event.action: ", 15, "expected a value after ':'"},
		{"a:)", 3, "expected a value after ':'"},
		{"a:(b", 3, "'(' is not closed"},
		{"a:()", 4, "expected a value"},
		{"a:(b c)", 6, "expected 'or', 'and' or ')'"},
		{"a:(b or)", 8, "after 'or'"},
		{"a:and", 3, "not 'and'; quote it"},
		{"a:not b", 3, "not 'not'; quote it"},
		{"(a", 1, "'(' is not closed"},
		{"(", 1, "'(' is not closed"},
		{"()", 2, "after '('"},
		{"a)", 2, "has no '('"},
		{")", 1, "has no '('"},
		{"ä ö )", 5, "has no '('"},
		{"a and", 6, "after 'and'"},
		{"a or ", 6, "after 'or'"},
		{"or a", 1, "before 'or'"},
		{"a and or b", 7, "before 'or'"},
		{"not", 4, "after 'not'"},
		{`"abc`, 1, "quote is not closed"},
		{`a:"x\"`, 3, "quote is not closed"},
		{`"a"b`, 4, "expected a space"},
		{`""`, 1, "text between the quotes"},
		{"source.ip:10.0.0.0/99", 11, "not a network: /99 is longer than 32"},
		{"a or ip:(1.2.3.4 or fe80::/129)", 21, "not a network: /129 is longer than 128"},
		{"src:10.0.0.0/08", 5, "not a network: expected a number from 0 to 32"},
		{"src:10.0.0.0/", 5, "not a network: expected a number"},
		{"a>", 3, "expected a value after '>'"},
		{"a>=x", 4, "expected a number or a time"},
		{"a:>5*", 4, "expected a number or a time"},
		{"a:/(/", 3, "regular expression"},
		{"url.path:/a or url.path:/", 10, "path or a regular expression"},
		{"_id:x", 5, "number of an event"},
		{"_id:0", 5, "number of an event"},
		{"_exists_:", 10, "name of a field"},
		{"_exists_:a*", 10, "name of a field"},
		{"since:x", 7, "expected a time"},
		{"(last 24h)", 2, "bounds the whole search"},
		{"not since:2026-01-01", 5, "bounds the whole search"},
		{"a or last 24h", 6, "cannot be one side of 'or'"},
		{"last 24h or a", 1, "cannot be one side of 'or'"},
		{"@timestamp:x", 12, "expected a time"},
		{"since:1500-01-01", 7, "expected a time"},
		{"a \xff", 3, "UTF-8"},
		{strings.Repeat("(", 101) + "a" + strings.Repeat(")", 101), 101, "more than 100"},
		{strings.Repeat("not ", 101) + "a", 401, "more than 100"},
		{strings.Repeat("a", MaxText+1), 1, "longer than 64 KiB"},
	} {
		q, err := Parse(c.text, now)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.60s: got %s, want an error", c.text, String(q.Expr))
			continue
		}
		if e.Column != c.column || !strings.Contains(e.Msg, c.msg) {
			t.Errorf("%.60s: got %v, want column %d: ...%s...", c.text, e, c.column, c.msg)
		}
	}
}

func TestNodes(t *testing.T) {
	e := ev("a", "Ünïcode"+event.Separator+"second", "b", "ÜNÏCODE", "c", "code", "empty", "", "old", "x")
	either := Field{"either", []event.Ref{event.Resolve("new"), event.Resolve("old")}}
	f := NewField
	for _, c := range []struct {
		x    Expr
		want bool
	}{
		{And{}, true},
		{Or{}, false},
		{Const(true), true},
		{Is{either, Text("x")}, true},
		{Null{either}, false},
		{Null{f("empty")}, false},
		{Exists{f("empty")}, true},
		{Is{f("empty"), Text("")}, true},
		{Is{f("absent"), Text("")}, false},
		{Is{f("a"), Text("")}, false},
		{Is{Field{}, Text("")}, false},
		{Not{Is{f("absent"), Text("x")}}, true},
		{Keyword{Text("second")}, true},
		{Keyword{Text("ünïcode" + event.Separator + "second")}, false},
		{Keyword{Text("third")}, false},
		{Same{f("a"), f("b"), SameEqual, false}, true},
		{Same{f("b"), f("a"), SameEqual, false}, true},
		{Same{f("a"), f("b"), SameEqual, true}, false},
		{Same{f("a"), f("c"), SameEnd, false}, true},
		{Same{f("a"), f("c"), SameEnd, true}, true},
		{Same{f("b"), f("c"), SameEnd, true}, false},
		{Same{f("a"), f("c"), SameContains, false}, true},
		{Same{f("a"), f("c"), SameStart, false}, false},
		{Same{f("a"), f("empty"), SameStart, false}, true},
		{Same{f("a"), f("absent"), SameEqual, false}, false},
		{Same{f("absent"), f("absent"), SameEqual, false}, false},
		{ID(e.ID), true},
		{ID(0), false},
	} {
		if got := c.x.Match(e); got != c.want {
			t.Errorf("%#v: %v, want %v", c.x, got, c.want)
		}
	}
	q := Query{AfterID: e.ID}
	if q.Match(e) {
		t.Error("AfterID is exclusive")
	}
}

func TestFieldsAndWalk(t *testing.T) {
	q, err := Parse("user.name:x and not (level:y or x>5 or _id:3 or message:z) and *:q", now)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"*", "_id", "level", "log.level", "message", "user.name", "x"}
	if got := Fields(q.Expr); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Fields(Same{Field: NewField("a"), Other: NewField("b")}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
	n := 0
	Walk(q.Expr, func(e Expr) bool { n++; _, isNot := e.(Not); return !isNot })
	if n != 4 {
		t.Errorf("visited %d nodes, want 4", n)
	}
	Walk(nil, func(Expr) bool { t.Error("nil has no nodes"); return true })
}

// TestDocNamesEveryAlias keeps the table in the package comment true.
func TestDocNamesEveryAlias(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(string(doc), "\n//", " ")), " ")
	for _, a := range aliases {
		if entry := " " + a.name + " " + strings.Join(a.fields, " ") + " "; !strings.Contains(text, entry) {
			t.Errorf("doc.go does not say %q", entry)
		}
		for _, f := range a.fields {
			if event.Resolve(f).Field == event.None {
				t.Errorf("%s: %s is no field of the event", a.name, f)
			}
		}
	}
}
