package model

import (
	"context"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func testTable(t *testing.T, text string, rows ...[]query.Cell) *Table {
	t.Helper()
	q, err := query.Parse(text, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	table := query.NewAccumulator(q.Stats).Table()
	table.Rows, table.Groups = rows, len(rows)
	return NewTable(table, q.Stats)
}

func text(s string) query.Cell { return query.Cell{Text: s} }
func number(n float64) query.Cell {
	return query.Cell{Number: n, Text: strings.TrimSuffix(Short(n), "")}
}

var null = query.Cell{Null: true}

func column(t *Table, i int) string {
	var out []string
	for r := range t.Rows {
		out = append(out, t.Text(r, i, time.UTC))
	}
	return strings.Join(out, " ")
}

func TestTableSort(t *testing.T) {
	table := testTable(t, "x | stats count() by source.ip", []query.Cell{text("192.0.2.10"), number(7)}, []query.Cell{null, number(1200)}, []query.Cell{text("192.0.2.9"), number(30)})
	if table.Sorted != -1 {
		t.Errorf("sorted by %d", table.Sorted)
	}
	byCount := table.Sort(1)
	if got := column(byCount, 1); got != "1,200 30 7" || !byCount.Desc {
		t.Errorf("counts: %s", got)
	}
	if got := column(byCount.Sort(1), 1); got != "7 30 1,200" {
		t.Errorf("the other way round: %s", got)
	}
	byIP := table.Sort(0)
	if got := column(byIP, 0); got != "192.0.2.9 192.0.2.10 –" {
		t.Errorf("addresses: %s", got)
	}
	if got := column(byIP.Sort(0), 0); got != "192.0.2.10 192.0.2.9 –" {
		t.Errorf("addresses backwards: %s", got)
	}
	if got := column(table.SortedLike(byIP), 0); got != "192.0.2.9 192.0.2.10 –" {
		t.Errorf("sorted as before: %s", got)
	}
	if column(table, 1) != "7 1,200 30" {
		t.Error("the table itself changed")
	}
}

func TestTableNarrow(t *testing.T) {
	hour := int64(time.Hour)
	table := testTable(t, "x | stats count() by user.name, bin(1h)", []query.Cell{text("anna b"), {Time: 5 * hour}, number(7)}, []query.Cell{null, null, number(1)})
	got, span := table.Narrow("x or y | stats count() by user.name, bin(1h)", AllTime, 0)
	if got != `(x or y) and user.name:"anna b"` || span != (Span{Since: 5 * hour, Until: 6 * hour}) {
		t.Errorf("%s over %+v", got, span)
	}
	got, span = table.Narrow("| stats count() by user.name, bin(1h)", Live, 1)
	if got != `_missing_:user.name` || span != Live {
		t.Errorf("%s over %+v", got, span)
	}
}

func TestTableCharts(t *testing.T) {
	table := testTable(t, "| stats count() by user.name, host", []query.Cell{text("anna"), text("web"), number(7)}, []query.Cell{text("bob"), null, number(3)})
	bars := table.Bars(1, time.UTC)
	if len(bars) != 1 || bars[0] != (Bar{"anna · web", "7", 7}) {
		t.Errorf("bars %+v", bars)
	}
	if _, ok := table.TimeChart(); ok {
		t.Error("no time in it")
	}
	hour := int64(time.Hour)
	over := testTable(t, "| timechart 1h by user.name", []query.Cell{{Time: hour}, text("anna"), number(7)}, []query.Cell{{Time: hour}, text("bob"), number(2)}, []query.Cell{{Time: 3 * hour}, text("bob"), number(1)})
	c, ok := over.TimeChart()
	if !ok || len(c.Bins) != 2 || c.Bins[0].Count != 9*TimeScale || c.Since != hour || c.Until != 4*hour {
		t.Errorf("chart %+v", c)
	}
	if over.Bars(9, time.UTC) != nil {
		t.Error("bars of times")
	}
	if testTable(t, "| stats count()", []query.Cell{number(5)}).Bars(9, time.UTC) != nil {
		t.Error("bars of one row")
	}
}

func TestTableWrite(t *testing.T) {
	table := testTable(t, "| stats count(), max(@timestamp) by user.name", []query.Cell{text("a\t\"b\""), number(7), {Time: int64(time.Hour)}}, []query.Cell{null, number(1), null})
	if got, want := table.TSV(), "user.name\tcount\tmax(@timestamp)\na \"b\"\t7\t1970-01-01T01:00:00Z\n\t1\t\n"; got != want {
		t.Errorf("TSV %q", got)
	}
	var b strings.Builder
	if err := table.Write(&b, "jsonl"); err != nil {
		t.Fatal(err)
	}
	if want := `{"user.name":"a\t\"b\"","count":7,"max(@timestamp)":"1970-01-01T01:00:00Z"}` + "\n" + `{"user.name":null,"count":1,"max(@timestamp)":null}` + "\n"; b.String() != want {
		t.Errorf("JSON %s", b.String())
	}
	b.Reset()
	if err := table.Write(&b, "csv"); err != nil || !strings.HasPrefix(b.String(), "user.name,count,max(@timestamp)\n\"a\t\"\"b\"\"\",7,") {
		t.Errorf("CSV %v %s", err, b.String())
	}
	if table.Write(&b, "db") == nil {
		t.Error("a table as a database")
	}
}

// Stats implements EventSource.
func (f *fakeEvents) Stats(ctx context.Context, q query.Query) (query.Table, query.Result, error) {
	a := query.NewAccumulator(q.Stats)
	res, err := f.Search(ctx, query.Query{Expr: q.Expr, Since: q.Since, Until: q.Until}, func(ev *event.Event) bool {
		a.Add(ev)
		return true
	})
	if q.Progress != nil {
		q.Progress(query.Progress{Done: 1, Total: 1})
	}
	return a.Table(), res, err
}

func TestSearchMakesATable(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		store.add(3, time.Now().Add(-time.Minute), "door opened")
		store.add(2, time.Now().Add(-time.Second), "door closed")
		store.partial = []string{"a gap"}
		m.Search("closed | stats count()", Span{Last: time.Hour})
		settle()
		v := m.View()
		if v.Err != nil || v.Running || v.Table == nil || len(v.Table.Rows) != 1 || v.Table.Rows[0][0].Number != 2 {
			t.Fatalf("%+v", v)
		}
		if len(v.Partial) != 1 || len(v.Events) != 0 {
			t.Errorf("partial %q, events %d", v.Partial, len(v.Events))
		}
		if v.Chart.Total() != 2 || v.Chart.Since > time.Now().Add(-time.Hour).UnixNano() {
			t.Errorf("the chart beside the table has %d events: %+v", v.Chart.Total(), v.Chart)
		}
		store.partial = nil
		m.Search("closed", Live)
		settle()
		if v := m.View(); v.Table != nil || len(v.Events) != 2 {
			t.Errorf("back to events: %+v", v)
		}
		if got := m.SpanFor("x | stats count()", Live); got.Live {
			t.Error("a live table")
		}
		if got := m.SpanFor("x", Live); !got.Live {
			t.Error("a search that does not follow")
		}
	})
}

// A search through months that finds little shows what it finds at once.
func TestFewResultsAreShownWhileSearching(t *testing.T) {
	inBubble(t, func(t *testing.T, store *fakeEvents, m *Events) {
		slow := &slowEvents{fakeEvents: store}
		m.src = slow
		store.add(1, time.Now().Add(-time.Minute), "door opened")
		m.Search("door", Span{Last: time.Hour})
		time.Sleep(5 * time.Second)
		v := m.View()
		if !v.Running || len(v.Events) != 1 || v.Progress.Done < 2 || v.Progress.Total != 10 {
			t.Errorf("after 5 s: running %v, %d events, %+v", v.Running, len(v.Events), v.Progress)
		}
		time.Sleep(10 * time.Second)
		if v := m.View(); v.Running || len(v.Events) != 1 || len(v.Partial) != 2 {
			t.Errorf("at last: running %v, %d events, partial %q", v.Running, len(v.Events), v.Partial)
		}
	})
}

// slowEvents takes 10 s to search and says how far it has got.
type slowEvents struct{ *fakeEvents }

func (s *slowEvents) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	s.fakeEvents.Search(ctx, q, yield)
	for i := range int64(10) {
		select {
		case <-ctx.Done():
			return query.Result{}, ctx.Err()
		case <-time.After(time.Second):
		}
		if q.Progress != nil {
			q.Progress(query.Progress{Done: i + 1, Total: 10})
		}
	}
	return query.Result{Partial: []string{"a day is missing"}}, nil
}

func (s *slowEvents) Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error) {
	bins, res, err := s.fakeEvents.Histogram(ctx, q, width)
	res.Partial = []string{"a day is missing", "another is damaged"}
	return bins, res, err
}
