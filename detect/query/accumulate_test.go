package query

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func mustStats(t testing.TB, text string) *Stats {
	t.Helper()
	q, err := Parse(text, now)
	if err != nil {
		t.Fatal(err)
	}
	return q.Stats
}

// show writes a table as lines of cells.
func show(table Table) []string {
	var lines []string
	for _, row := range table.Rows {
		var cells []string
		for i, c := range row {
			switch {
			case c.Null:
				cells = append(cells, "-")
			case table.Columns[i].Kind == TimeColumn:
				cells = append(cells, event.FormatTime(c.Time))
			default:
				cells = append(cells, c.Text)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return lines
}

func TestTable(t *testing.T) {
	base := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	at := func(minutes int, pairs ...string) *event.Event {
		e := ev(pairs...)
		e.Time = base.Add(time.Duration(minutes) * time.Minute).UnixNano()
		return e
	}
	events := []*event.Event{
		at(0, "user.name", "anna", "source.ip", "10.0.0.10", "network.bytes", "100", "source.port", "443"),
		at(1, "user.name", "root", "source.ip", "10.0.0.9", "network.bytes", "0.5", "source.port", "22"),
		at(30, "user.name", "anna", "source.ip", "10.0.0.9", "network.bytes", "many", "source.port", "22"),
		at(61, "source.ip", "fe80::1", "tags", "a\x1fb\x1fa", "network.bytes", "-3", "source.port", "8080"),
		at(-60, "user.target.name", "petra", "source.ip", "10.0.0.10", "tags", "b", "user.name", ""),
	}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"| stats count", []string{"5"}},
		{"| stats count(), count(user.name), dcount(source.ip), sum(network.bytes), min(network.bytes), max(network.bytes)", []string{"5 4 3 97.5 -3 100"}},
		{"| stats avg(network.bytes)", []string{"32.5"}},
		{"| stats sum(nothing), avg(nothing), min(nothing), dcount(nothing), count(nothing)", []string{"- - - 0 0"}},
		{"| stats count by user.name", []string{" 1", "anna 2", "root 1", "- 1"}},
		{"| stats count by user", []string{" 1", "anna 2", "root 1", "- 1"}},
		{"| stats count by user.name | sort -count", []string{"anna 2", " 1", "root 1", "- 1"}},
		{"| stats count by user.name | sort -user.name", []string{"root 1", "anna 2", " 1", "- 1"}},
		{"| stats count by source.ip", []string{"10.0.0.9 2", "10.0.0.10 2", "fe80::1 1"}},
		{"| stats count by source.port", []string{"22 2", "443 1", "8080 1", "- 1"}},
		{"| stats count by tags", []string{"a 1", "b 2", "- 3"}},
		{"| stats dcount(tags), count(tags)", []string{"2 2"}},
		{"| stats count by bin(1h)", []string{"2026-11-23T09:00:00Z 1", "2026-11-23T10:00:00Z 3", "2026-11-23T11:00:00Z 1"}},
		{"| stats max(@timestamp), min(time), dcount(@timestamp), count(@timestamp) by source.ip",
			[]string{"10.0.0.9 2026-11-23T10:30:00Z 2026-11-23T10:01:00Z 2 2", "10.0.0.10 2026-11-23T10:00:00Z 2026-11-23T09:00:00Z 2 2", "fe80::1 2026-11-23T11:01:00Z 2026-11-23T11:01:00Z 1 1"}},
		{"| top 2 source.ip", []string{"10.0.0.9 2", "10.0.0.10 2"}},
		{"| rare 1 source.ip", []string{"fe80::1 1"}},
		{"| stats sum(network.bytes) as s by source.ip | sort s", []string{"fe80::1 -3", "10.0.0.9 0.5", "10.0.0.10 100"}},
		{"| stats avg(network.bytes) by user.name | sort -avg(network.bytes)", []string{"anna 100", "root 0.5", "- -3", " -"}},
	} {
		a := NewAccumulator(mustStats(t, c.text))
		for _, e := range events {
			a.Add(e)
		}
		table := a.Table()
		if got := show(table); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.text, got, c.want)
		}
		if table.Cut || table.Estimated {
			t.Errorf("%s: cut or estimated", c.text)
		}
	}
}

func TestTableColumns(t *testing.T) {
	a := NewAccumulator(mustStats(t, "| stats count() as n, max(@timestamp) by user.name, user, bin(1h)"))
	want := []Column{
		{"user.name", TextColumn, event.Resolve("user.name")}, {"user", TextColumn, event.Resolve("user")}, {"bin(1h)", TimeColumn, event.Resolve("@timestamp")},
		{"n", NumberColumn, event.Ref{}}, {"max(@timestamp)", TimeColumn, event.Ref{}},
	}
	if got := a.Table(); !reflect.DeepEqual(got.Columns, want) || len(got.Rows) != 0 || got.Groups != 0 {
		t.Errorf("got %+v", got)
	}
	a = NewAccumulator(mustStats(t, "| stats count"))
	if got := a.Table(); len(got.Rows) != 1 || got.Rows[0][0].Text != "0" {
		t.Errorf("a table over nothing has one row: %+v", got)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		values         string
		sum, avg, best string // best: max
	}{
		{"0.1 0.2", "0.3", "0.15", "0.2"},
		{"1e3 1", "1001", "500.5", "1000"},
		{"9007199254740993 1", "9007199254740994", "4503599627370497", "9007199254740992"},
		{"9223372036854775807 9223372036854775807", "18446744073709552000", "9223372036854776000", "9223372036854776000"},
		{"1e16 1 -1e16", "1", "0.333333", "10000000000000000"},
		{"0x10 inf NaN 1_000", "-", "-", "-"},
		{"-0.0", "0", "0", "0"},
		{"+7 007", "14", "7", "7"},
		{"0.00002", "0.00002", "0.00002", "0.00002"},
		{"1e400 5", "5", "5", "5"},
		{"12345678901234567890123", "12345678901234568000000", "12345678901234568000000", "12345678901234568000000"},
	} {
		a := NewAccumulator(mustStats(t, "| stats sum(x), avg(x), max(x)"))
		for _, v := range strings.Fields(c.values) {
			a.Add(ev("x", v))
		}
		got := strings.Fields(show(a.Table())[0])
		if want := []string{c.sum, c.avg, c.best}; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", c.values, got, want)
		}
	}
}

func TestSumStaysFinite(t *testing.T) {
	a := NewAccumulator(mustStats(t, "| stats sum(x)"))
	for _, v := range []string{"1e308", "1e308", "-1", "1e308"} {
		a.Add(ev("x", v))
	}
	if got := a.Table().Rows[0][0].Number; got != math.MaxFloat64 {
		t.Errorf("got %v", got)
	}
}

func TestBins(t *testing.T) {
	for _, c := range []struct {
		at   string
		bin  time.Duration
		want string
	}{
		{"2026-11-23T14:05:30Z", time.Hour, "2026-11-23T14:00:00Z"},
		{"2026-11-23T14:00:00Z", time.Hour, "2026-11-23T14:00:00Z"},
		{"1969-12-31T23:59:59.999999999Z", time.Hour, "1969-12-31T23:00:00Z"},
		{"1969-12-31T23:00:00Z", time.Hour, "1969-12-31T23:00:00Z"},
		{"1905-03-03T05:05:05Z", day, "1905-03-03T00:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := event.FormatTime(floor(at.UnixNano(), c.bin)); got != c.want {
			t.Errorf("%s by %v: got %s, want %s", c.at, c.bin, got, c.want)
		}
	}
	if got := floor(math.MinInt64, 100*365*day); got != math.MinInt64 {
		t.Errorf("the first bin begins at %d", got)
	}
}

// randomEvent has few fields with few values, several of them at once.
func randomEvent(r *rand.Rand) *event.Event {
	e := &event.Event{Time: int64(r.Uint64N(1e14)) - 5e13, ID: 1}
	for _, f := range []string{"user.name", "source.port", "tags", "vendor.x"} {
		if r.IntN(4) == 0 {
			continue
		}
		values := []string{[]string{"a", "b", "", "7", "22", "-3", "0.5", "1e2", "nine"}[r.IntN(9)]}
		for r.IntN(4) == 0 {
			values = append(values, fmt.Sprint(r.IntN(4)))
		}
		e.SetName(f, strings.Join(values, event.Separator))
	}
	return e
}

// bruteForce computes a table by the definition: per group a list of events.
func bruteForce(s *Stats, events []*event.Event) []string {
	groups := map[string][]*event.Event{}
	if len(s.By) == 0 {
		groups[""] = nil
	}
	for _, e := range events {
		names := map[string]bool{"": true}
		for i, k := range s.By {
			values := []string{"-"}
			if k.Bin != 0 {
				values = []string{event.FormatTime(int64(math.Floor(float64(e.Time)/float64(k.Bin))) * int64(k.Bin))}
			} else if v, ok := k.Field.Lookup(e); ok {
				values = strings.Split(v, event.Separator)
			}
			next := map[string]bool{}
			for n := range names {
				for _, v := range values {
					if i > 0 {
						v = n + " " + v
					}
					next[v] = true
				}
			}
			names = next
		}
		for n := range names {
			groups[n] = append(groups[n], e)
		}
	}
	var lines []string
	for name, events := range groups {
		cells := []string{}
		if len(s.By) > 0 {
			cells = append(cells, name)
		}
		for _, a := range s.Aggs {
			cells = append(cells, bruteAgg(a, events))
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return lines
}

func bruteAgg(a Agg, events []*event.Event) string {
	if a.Field.Refs == nil {
		return fmt.Sprint(len(events))
	}
	have, distinct, numbers := 0, map[string]bool{}, []float64{}
	for _, e := range events {
		v, ok := a.Field.Lookup(e)
		if !ok {
			continue
		}
		have++
		for _, one := range strings.Split(v, event.Separator) {
			distinct[one] = true
			if n, err := strconv.ParseFloat(one, 64); err == nil {
				numbers = append(numbers, n)
			}
		}
	}
	sum := 0.0
	for _, n := range numbers {
		sum += n
	}
	switch {
	case a.Func == Count:
		return fmt.Sprint(have)
	case a.Func == DCount:
		return fmt.Sprint(len(distinct))
	case len(numbers) == 0:
		return "-"
	case a.Func == Sum:
		return numberText(sum)
	case a.Func == Avg:
		return numberText(sum / float64(len(numbers)))
	case a.Func == Min:
		return numberText(slices.Min(numbers))
	}
	return numberText(slices.Max(numbers))
}

// TestAccumulatorAgainstBruteForce also checks that parts merge to the whole
// and that counted values make the same table as events.
func TestAccumulatorAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	fields := []string{"user.name", "source.port", "tags", "vendor.x", "absent"}
	for range 400 {
		s := &Stats{}
		for range r.IntN(3) {
			k := Key{Field: NewField(fields[r.IntN(5)])}
			if r.IntN(3) == 0 {
				k = Key{Field: NewField("@timestamp"), Bin: time.Hour}
			}
			s.By = append(s.By, k)
		}
		for range 1 + r.IntN(4) {
			a := Agg{Func: AggFunc(r.IntN(6))}
			if a.Func != Count || r.IntN(2) == 0 {
				a.Field = NewField(fields[r.IntN(5)])
			}
			s.Aggs = append(s.Aggs, a)
		}
		whole, parts, counted := NewAccumulator(s), []*Accumulator{NewAccumulator(s), NewAccumulator(s), NewAccumulator(s)}, NewAccumulator(s)
		var events []*event.Event
		for range r.IntN(60) {
			e := randomEvent(r)
			events = append(events, e)
			whole.Add(e)
			parts[r.IntN(3)].Add(e)
			// As a store with columns does it: twice the same event at once.
			keys := make([]Cell, len(s.By))
			for i, k := range s.By {
				v, ok := k.Field.Lookup(e)
				keys[i] = Cell{Text: v, Null: !ok}
				if k.Bin != 0 {
					keys[i] = Cell{Time: e.Time}
				}
			}
			for _, g := range counted.Groups(nil, keys) {
				g.AddN(2)
				for i, a := range s.Aggs {
					if v, ok := a.Field.Lookup(e); ok {
						g.AddValue(i, v, 2)
					}
				}
			}
		}
		got, want := show(whole.Table()), bruteForce(s, events)
		sort.Strings(want)
		sorted := slices.Sorted(slices.Values(got))
		if !slices.Equal(sorted, want) {
			t.Fatalf("%s\ngot  %q\nwant %q", s, sorted, want)
		}
		parts[0].Merge(parts[1])
		parts[2].Merge(parts[0])
		if merged := show(parts[2].Table()); !slices.Equal(merged, got) {
			t.Fatalf("%s\nmerged %q\nwhole  %q", s, merged, got)
		}
		twice := bruteForce(s, append(events, events...))
		sort.Strings(twice)
		if got := slices.Sorted(slices.Values(show(counted.Table()))); !slices.Equal(got, twice) {
			t.Fatalf("%s\ncounted %q\nwant    %q", s, got, twice)
		}
	}
}

func TestDistinct(t *testing.T) {
	s := mustStats(t, "| stats dcount(x)")
	for _, n := range []int{10, 1000, maxExact, maxExact + 1, 300_000} {
		whole, a, b := NewAccumulator(s), NewAccumulator(s), NewAccumulator(s)
		for i := range n {
			v := "value " + strconv.Itoa(i)
			for range 1 + i%2 {
				whole.Group(nil).AddValue(0, v, 1)
			}
			if i%3 > 0 {
				a.Group(nil).AddValue(0, v, 1)
			}
			if i%3 < 2 {
				b.Group(nil).AddValue(0, v, 1)
			}
		}
		b.Merge(a)
		for name, acc := range map[string]*Accumulator{"whole": whole, "merged": b} {
			table := acc.Table()
			got := table.Rows[0][0].Number
			bound := 0.0
			if n > maxExact {
				bound = 0.08 // five standard errors
			}
			if math.Abs(got/float64(n)-1) > bound || table.Estimated != (n > maxExact) {
				t.Errorf("%s: %d values, counted %v, estimated %v", name, n, got, table.Estimated)
			}
		}
	}
}

func TestSketches(t *testing.T) {
	a := NewAccumulator(mustStats(t, "| stats count"))
	for _, n := range []int{30, 200, 2000, 50_000} {
		// The small sketch of some values and the narrowed big one are one.
		small, big := &distinct{registers: make([]uint8, smallSketch)}, &distinct{registers: make([]uint8, bigSketch)}
		for i := range n {
			h := hashText(strconv.Itoa(i))
			small.add(a, h)
			big.add(a, h)
		}
		if !slices.Equal(narrow(big.registers), small.registers) {
			t.Errorf("%d values: the narrowed sketch differs", n)
		}
		if got := float64(small.count()); math.Abs(got/float64(n)-1) > 0.33 {
			t.Errorf("small sketch: %d values, counted %v", n, got)
		}
		if got := float64(big.count()); math.Abs(got/float64(n)-1) > 0.08 {
			t.Errorf("big sketch: %d values, counted %v", n, got)
		}
		big.merge(a, small)
		if got := float64(big.count()); math.Abs(got/float64(n)-1) > 0.33 {
			t.Errorf("merged: %d values, counted %v", n, got)
		}
	}
}

func TestDistinctGivesUpMemory(t *testing.T) {
	a := NewAccumulator(mustStats(t, "| stats dcount(x) by y"))
	a.sets = maxSetBytes // as if other groups had taken it
	g := a.Group([]Cell{{Text: "a"}})
	for i := range 1000 {
		g.AddValue(0, strconv.Itoa(i), 1)
	}
	if len(g.aggs[0].values.registers) != smallSketch {
		t.Errorf("kept %d hashes", g.aggs[0].values.n)
	}
	if got := a.Table(); !got.Estimated || math.Abs(got.Rows[0][1].Number/1000-1) > 0.33 {
		t.Errorf("got %+v", got)
	}
}

func TestTooManyGroups(t *testing.T) {
	s := mustStats(t, "| stats count by x | sort -count | head 3")
	a := NewAccumulator(s)
	for i := range maxGroups + 10 {
		a.Group([]Cell{{Text: strconv.Itoa(i)}}).AddN(1)
	}
	a.Group([]Cell{{Text: "5"}}).AddN(1)
	table := a.Table()
	if !table.Cut || table.Groups != maxGroups || !slices.Equal(show(table), []string{"5 2", "0 1", "1 1"}) {
		t.Errorf("cut %v, %d groups, %q", table.Cut, table.Groups, show(table))
	}
	b := NewAccumulator(s)
	b.Group([]Cell{{Text: "new"}}).AddN(1)
	b.Group([]Cell{{Text: "7"}}).AddN(5)
	a.Merge(b)
	if got := show(a.Table()); got[0] != "7 6" {
		t.Errorf("merged: %q", got)
	}
	wide := NewAccumulator(s)
	for i := range 40_000 {
		wide.Group([]Cell{{Text: fmt.Sprintf("%08000d", i)}})
	}
	if !wide.cut || wide.bytes > maxGroupBytes {
		t.Errorf("%d groups with long names take %d bytes", len(wide.order), wide.bytes)
	}
	many := make([]string, 200)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	fan := NewAccumulator(mustStats(t, "| stats count by x, y"))
	fan.Add(ev("x", strings.Join(many, event.Separator), "y", strings.Join(many, event.Separator)))
	one := strings.Repeat("x"+event.Separator, 20_000)
	same := NewAccumulator(mustStats(t, "| stats count by x, y, z"))
	same.Add(ev("x", one, "y", one, "z", one)) // must end
	if got := fan.Table(); got.Groups != maxFan || !got.Cut {
		t.Errorf("one event made %d groups, cut %v", got.Groups, got.Cut)
	}
}

func TestAddDoesNotAllocate(t *testing.T) {
	e := ev("user.name", "anna", "tags", "a\x1fb", "source.port", "22", "network.bytes", "12.5")
	for _, text := range []string{
		"| stats count, count(user.name), dcount(user.name), sum(network.bytes), avg(source.port), min(tags), max(@timestamp), dcount(@timestamp)",
		"| stats count by user.name, tags, bin(1h), absent",
	} {
		a := NewAccumulator(mustStats(t, text))
		a.Add(e)
		if n := testing.AllocsPerRun(100, func() { a.Add(e) }); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

func BenchmarkAccumulate(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	events := make([]*event.Event, 1000)
	for i := range events {
		events[i] = ev("user.name", fmt.Sprint("user", r.IntN(50)), "source.ip", fmt.Sprint("10.0.0.", r.IntN(200)), "network.bytes", fmt.Sprint(r.IntN(1e6)))
	}
	for _, text := range []string{"| stats count by source.ip", "| stats count, dcount(user.name), sum(network.bytes) by source.ip, bin(1h)"} {
		b.Run(text, func(b *testing.B) {
			a := NewAccumulator(mustStats(b, text))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				a.Add(events[i%len(events)])
			}
		})
	}
}

// TestTableOrder compares the order of large tables with the plain comparison
// of their rows.
func TestTableOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	for _, text := range []string{
		"* | stats count() by source.ip", "* | stats count() by source.ip | sort -source.ip", "* | stats count() by source.port",
		"* | stats count(), max(source.bytes) by user.name | sort -max(source.bytes), count()", "* | stats count() by user.name | sort -user.name",
		"* | stats min(@timestamp), count() by bin(1h), user.name | sort -min(@timestamp)",
	} {
		q, err := Parse(text, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		a := NewAccumulator(q.Stats)
		for range 3000 {
			var ev event.Event
			ev.Time = (r.Int64N(200) - 100) * int64(time.Hour)
			if r.IntN(20) > 0 {
				ev.Set(event.SourceIP, pick(fmt.Sprintf("10.%d.%d.7", r.IntN(3), r.IntN(300)), fmt.Sprintf("2001:db8::%x", r.IntN(300)), "::ffff:10.0.0.1", "no address", "9.9.9.9", "fe80::1%eth0"))
				ev.Set(event.SourcePort, pick("7", "07", "70", fmt.Sprint(r.IntN(500)), "-3", "x", "1e3"))
				ev.Set(event.SourceBytes, pick("0", "-0", "-5", "0.25", fmt.Sprint(r.IntN(9)), "1e300", "-1e300"))
				ev.Set(event.UserName, pick("anna", "anna b", "annabel long name", "annabel long nature", "Änne", fmt.Sprint("u", r.IntN(300))))
			}
			a.Add(&ev)
		}
		table := a.Table()
		order := slices.Clone(q.Stats.Sort)
		for i := range q.Stats.By {
			order = append(order, Order{Column: i})
		}
		compare := q.Stats.comparer(&table, order)
		for i := range table.Rows[1:] {
			if compare(i, i+1) > 0 {
				t.Errorf("%s: row %v is before %v", text, table.Rows[i], table.Rows[i+1])
				break
			}
		}
	}
}
