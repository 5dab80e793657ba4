package query

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestParsePipes(t *testing.T) {
	for _, c := range []struct{ text, expr, pipes string }{
		{"error", "message:error", ""},
		{"error | stats count()", "message:error", "| stats count"},
		{"error|stats count", "message:error", "| stats count"},
		{"| stats count(*)", "", "| stats count"},
		{"  |  STATS  Count ( )  BY  host.name  ", "", "| stats count by host.name"},
		{"last 24h | stats count() by source.ip", "", "| stats count by source.ip"},
		{"a or b | stats count", "message:a or message:b", "| stats count"},
		{"a || b | stats count", "message:a or message:b", "| stats count"},
		{`"a | stats count"`, `message:"a | stats count"`, ""},
		{`x.y:"|" | head 5`, `x.y:"|"`, "| head 5"},
		{"user.name:x|head", "user.name:x", "| head 10"},
		{"a:/b|c/ | head 3", "a:/b|c/", "| head 3"},
		{"a:/b | head 3", `a:"/b"`, "| head 3"},
		{"| head 5 | head 20", "", "| head 5"},
		{"| stats count(), dcount(user.name), sum(network.bytes) , avg(a),min(b),max(c) by source.ip, bin(1h) | sort -count, +source.ip | head 20", "",
			"| stats count, dcount(user.name), sum(network.bytes), avg(a), min(b), max(c) by source.ip, bin(1h) | sort -count, source.ip | head 20"},
		{"| stats count() as hits by user as who | sort -count, who", "", "| stats count as hits by user as who | sort -hits, who"},
		{`| stats count() as "number of hits" by x | sort -"number of hits"`, "", `| stats count as "number of hits" by x | sort -"number of hits"`},
		{"| stats count() as hits by x | sort - count()", "", "| stats count as hits by x | sort -hits"},
		{"| stats dcount(a) as users by bin(60m) as hour | sort dcount(a), bin(1h)", "", "| stats dcount(a) as users by bin(1h) as hour | sort users, hour"},
		{"| stats count(user.name)", "", "| stats count(user.name)"},
		{"| stats max(time) by src", "", "| stats max(time) by src"},
		{`| stats count by \level, cs\(User-Agent\)`, "", `| stats count by \level, cs\(User-Agent\)`},
		{"| stats count by 日", "", "| stats count by 日"},
		{"| top user.name", "", "| stats count by user.name | sort -count | head 10"},
		{"| top 3 user.name, host | head 2", "", "| stats count by user.name, host | sort -count | head 2"},
		{"| rare 5 user.name as u", "", "| stats count by user.name as u | sort count | head 5"},
		{"| timechart 90s", "", "| stats count by bin(90s)"},
		{"| timechart 7 days by host", "", ""},
		{"| timechart 7days by host | sort -count", "", "| stats count by bin(1w), host | sort -count"},
		{"a | fields source.ip, user | head 7", "message:a", "| fields source.ip, user | head 7"},
		{"| head 7 | table a", "", "| fields a | head 7"},
		{"| stats count by by", "", "| stats count by by"},
	} {
		q, err := Parse(c.text, now)
		if c.expr == "" && c.pipes == "" {
			if err == nil {
				t.Errorf("%s: want an error", c.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if String(q.Expr) != c.expr || q.Pipes() != c.pipes {
			t.Errorf("%s:\ngot  %s %s\nwant %s %s", c.text, String(q.Expr), q.Pipes(), c.expr, c.pipes)
		}
	}
}

func TestParsePipesTree(t *testing.T) {
	q, err := Parse("| stats count() as n, sum(network.bytes) by user, bin(5m) | sort -sum(network.bytes) | head 4", now)
	if err != nil {
		t.Fatal(err)
	}
	var user Field
	for _, name := range []string{"user.name", "user.target.name", "user.effective.name", "source.user.name", "destination.user.name", "user.email", "user"} {
		user.Refs = append(user.Refs, event.Resolve(name))
	}
	user.Name = "user"
	want := &Stats{
		Aggs: []Agg{{Count, Field{}, "n"}, {Sum, NewField("network.bytes"), "sum(network.bytes)"}},
		By:   []Key{{Field: user, Name: "user"}, {NewField("@timestamp"), 5 * time.Minute, "bin(5m)"}},
		Sort: []Order{{3, true}}, Head: 4,
	}
	if !reflect.DeepEqual(q.Stats, want) {
		t.Errorf("got %+v, want %+v", q.Stats, want)
	}
	if q.Limit != 0 || q.Columns != nil {
		t.Errorf("limit %d, columns %v", q.Limit, q.Columns)
	}
}

func TestPipeErrors(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		msg    string
	}{
		{"a |", 4, "expected a command after '|': stats, top, rare"},
		{"ä | ", 5, "expected a command"},
		{"a | | b", 5, "expected a command"},
		{"a | dance", 5, "no command 'dance': expected stats, top"},
		{"a | stats_x", 5, "no command 'stats_x'"},
		{"a:(x|y)", 5, "write 'or' between alternatives"},
		{"(a | stats count)", 4, "cannot be inside parentheses"},
		{"(|", 2, "cannot be inside parentheses"},
		{"a and | stats count", 7, "after 'and'"},
		{"not | stats count", 5, "after 'not'"},
		{"a: | stats count", 4, "expected a value after ':'; to search for a '|', quote it"},
		{"url.path:/a | stats count by b/", 10, "path or a regular expression"},
		{"| stats count || b", 15, "'||' means 'or'"},
		{"| stats", 8, "expected a function: count, dcount, sum, avg, min or max"},
		{"| stats by x", 9, "no function 'by': expected count, dcount"},
		{"| stats foo(x)", 9, "no function 'foo'"},
		{"| stats count,", 15, "expected a function"},
		{"| stats count x", 15, "expected ',', 'as', 'by' or '|'"},
		{"| stats count(x", 16, "expected ')' after the field of 'count'"},
		{"| stats sum", 12, "as in sum(network.bytes)"},
		{"| stats sum()", 13, "name of a field in the parentheses of 'sum'"},
		{"| stats avg(@timestamp)", 13, "this is a time"},
		{"| stats count as", 17, "expected a name for the column"},
		{`| stats count as ""`, 18, "expected a name for the column"},
		{`| stats count as "x`, 18, "quote is not closed"},
		{"| stats count, count()", 16, "two columns named 'count'"},
		{"| stats count by count", 18, "two columns named 'count'"},
		{"| stats count by", 17, "expected the name of a field after 'by'"},
		{"| stats count by a b", 20, "expected ',', 'as' or '|'"},
		{"| stats count by bin(x)", 22, "expected a length of time"},
		{"| stats count by bin(0s)", 22, "expected a length of time"},
		{"| stats count by bin(1h", 24, "expected ')'"},
		{"| stats count by sum(x)", 18, "functions stand before 'by'"},
		{"| stats count | stats count", 17, "there already is one here"},
		{"| stats count | top x", 17, "there already is one here"},
		{"| fields a | stats count", 14, "remove the 'fields'"},
		{"| head 5 | stats count", 12, "put the 'head' after it"},
		{"| sort -count", 3, "'sort' needs a 'stats'"},
		{"| stats count by user.name | sort -hits", 36, "no column 'hits'; the columns are user.name and count"},
		{"| stats count by user.name | sort", 34, "expected a column to sort by"},
		{"| stats count by user.name | sort sum(x)", 35, "no column 'sum(x)'"},
		{"| stats count by x | sort foo(x)", 27, "no function 'foo'"},
		{"| stats count by x | sort x, -x", 31, "already sorted by this column"},
		{"| stats count by x | sort x y", 29, "expected ',' or '|'"},
		{"| stats count by x | sort x | sort count", 31, "already sorted"},
		{"| stats count by x | head | sort count", 29, "put the 'sort' before the 'head'"},
		{"| top 5 x | sort count", 13, "already sorted"},
		{"| top 0 x", 7, "number from 1"},
		{"| top 5x", 7, "number from 1"},
		{"| top", 6, "expected the name of a field"},
		{"| head x", 8, "expected a number of rows or '|'"},
		{"| head 5 6", 10, "expected '|'"},
		{"| head 9999999999", 8, "number from 1"},
		{"| fields", 9, "expected the name of a field to show"},
		{"| fields a, a", 13, "'a' is listed twice"},
		{"| fields a b", 12, "expected ',' or '|'"},
		{"| fields a | fields b", 14, "list them all in one place"},
		{"| stats count | fields count", 17, "its columns are those of 'stats'"},
		{"| timechart", 12, "expected a length of time"},
		{"| stats " + manySums(17), 9 + 16*7, "more than 16 columns"},
		{"| stats count by a,b,c,d,e,f,g,h,i", 34, "more than 8 things"},
	} {
		q, err := Parse(c.text, now)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %s %s, want an error", c.text, String(q.Expr), q.Pipes())
			continue
		}
		if e.Column != c.column || !strings.Contains(e.Msg, c.msg) {
			t.Errorf("%s: got %v, want column %d: ...%s...", c.text, e, c.column, c.msg)
		}
	}
}

func manySums(n int) string {
	var sums []string
	for i := range n {
		sums = append(sums, fmt.Sprintf("sum(%c)", 'a'+i))
	}
	return strings.Join(sums, ",")
}

// randomStats makes tables that the language can express.
func randomStats(r *rand.Rand) *Stats {
	s := &Stats{}
	name := func(plain string) string {
		n := plain
		if r.IntN(3) == 0 {
			n = "n" + randomText(r, 4, alphabet)
		}
		for i := 0; slices.Contains(s.columnNames(), n); i++ {
			n = fmt.Sprint("again ", i)
		}
		return n
	}
	field := func() Field {
		f := randomField(r)
		if a, ok := findAlias(f.Name); ok && r.IntN(2) == 0 {
			return a.field()
		}
		return f
	}
	for range r.IntN(4) {
		k := Key{Field: field()}
		if r.IntN(3) == 0 {
			k = Key{Field: NewField("@timestamp"), Bin: time.Duration(1+r.IntN(200)) * []time.Duration{time.Second, time.Minute, time.Hour, day}[r.IntN(4)]}
		}
		k.Name = name(k.plainName())
		s.By = append(s.By, k)
	}
	for range 1 + r.IntN(4) {
		a := Agg{Func: AggFunc(r.IntN(len(aggNames)))}
		if a.Func != Count || r.IntN(2) == 0 {
			a.Field = field()
		}
		if a.Field.isTime() && (a.Func == Sum || a.Func == Avg) {
			a.Func = Max
		}
		a.Name = name(a.plainName())
		s.Aggs = append(s.Aggs, a)
	}
	for _, c := range r.Perm(len(s.By) + len(s.Aggs))[:r.IntN(len(s.By)+len(s.Aggs)+1)] {
		s.Sort = append(s.Sort, Order{c, r.IntN(2) == 0})
	}
	s.Head = r.IntN(3) * r.IntN(1000)
	return s
}

func TestPipesRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 30_000 {
		want := Query{Expr: randomExpr(t, r, 1)}
		if r.IntN(4) > 0 {
			want.Stats = randomStats(r)
		} else {
			want.Limit = r.IntN(100)
			for range 1 + r.IntN(4) {
				f := randomField(r)
				if !strings.Contains(want.Pipes()+",", " "+f.pipeText()+",") {
					want.Columns = append(want.Columns, f)
				}
			}
		}
		text := String(want.Expr) + want.Pipes()
		got, err := Parse(text, now)
		if err != nil && strings.Contains(err.Error(), "listed twice") {
			continue // \user and user
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\nread back as\n%s%s\n%#v\n%#v", text, String(got.Expr), got.Pipes(), want, got)
		}
	}
}
