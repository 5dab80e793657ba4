package model

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"porchlight/detect/query"
)

// memory is a StateStore in memory.
type memory map[string]string

func (m memory) UIState(_ context.Context, key string) (string, error) { return m[key], nil }
func (m memory) SetUIState(_ context.Context, key, value string) error { m[key] = value; return nil }

func TestReadySearchesParse(t *testing.T) {
	for _, s := range ReadySearches {
		if _, err := query.Parse(s.Text, time.Unix(0, 0)); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

func TestSavedSearches(t *testing.T) {
	store := memory{}
	s := NewSavedSearches(store)
	for _, x := range []SavedSearch{{"Web", "host:web", Live}, {" anna ", "user:anna", Span{Last: time.Hour}}, {"web", "host:web-01", AllTime}} {
		if err := s.Put(x); err != nil {
			t.Fatal(err)
		}
	}
	if s.Put(SavedSearch{Name: " "}) == nil {
		t.Error("a search without a name")
	}
	if s.Rename("anna", "WEB") == nil || s.Rename("nobody", "x") == nil {
		t.Error("names are taken twice, or given to nothing")
	}
	if err := s.Rename("web", "Zebra"); err != nil {
		t.Error(err)
	}
	if err := s.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := NewSavedSearches(store)
	if err := again.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	list := again.List()
	if len(list) != 2 || list[0] != (SavedSearch{"anna", "user:anna", Span{Last: time.Hour}}) || list[1] != (SavedSearch{"Zebra", "host:web-01", AllTime}) {
		t.Errorf("%+v", list)
	}
	if x, ok := again.Delete("ANNA"); !ok || x.Text != "user:anna" || again.Has("anna") {
		t.Error("deleting")
	}
	store[stateSearches] = "{"
	if again.Load(t.Context()) == nil || len(again.List()) != 1 {
		t.Error("what cannot be read is reported and changes nothing")
	}
}

func ids(list []Column) string {
	var out []string
	for _, c := range list {
		name := c.ID + c.Field
		if c.Hidden {
			name = "-" + name
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

func TestColumns(t *testing.T) {
	store := memory{}
	c := NewColumns(store)
	for _, id := range []string{ColumnLevel, ColumnSource, ColumnHost, ColumnOutcome, ColumnDestination} {
		c.Toggle(Column{ID: id})
	}
	c.Add("dns.question.name")
	c.Add("dns.question.name")
	if got := ids(c.Shown(&query.Query{})); got != "time user action source.ip dns.question.name message" {
		t.Errorf("shown: %s", got)
	}
	c.Move(Column{Field: "dns.question.name"}, -2)
	c.Move(Column{ID: ColumnTime}, -1)
	c.Move(Column{ID: ColumnUser}, 1)
	if got := ids(c.Shown(&query.Query{})); got != "time dns.question.name user action source.ip message" && got != "time action dns.question.name user source.ip message" {
		t.Errorf("moved: %s", got)
	}
	c.SetWidth(Column{ID: ColumnUser}, 5)
	if err := c.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := NewColumns(store)
	if err := again.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ids(again.List()) != ids(c.List()) {
		t.Errorf("%s came back as %s", ids(c.List()), ids(again.List()))
	}
	for _, x := range again.List() {
		if x.ID == ColumnUser && x.Width != minColumnWidth {
			t.Errorf("width %v", x.Width)
		}
	}
	again.Remove(Column{Field: "dns.question.name"})
	if strings.Contains(ids(again.List()), "dns") {
		t.Error("a removed field is still there")
	}
	for _, x := range again.List() {
		again.Remove(x)
	}
	if len(again.Shown(&query.Query{})) != 1 {
		t.Error("one column stays")
	}
	q, err := query.Parse("x | fields user.name, @timestamp, dns.question.name", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(again.Shown(&q)); got != "time user.name dns.question.name" {
		t.Errorf("of the search: %s", got)
	}
	again.Reset()
	if len(again.Shown(&query.Query{})) != len(usualColumns) {
		t.Error("reset")
	}
	store[stateColumns] = `[{"id":"time"},{"id":"new in another version"},{"field":"a"},{"field":"a"}]`
	if err := again.Load(t.Context()); err != nil || ids(again.Shown(&query.Query{})) != "time a" {
		t.Errorf("%v: %s", err, ids(again.List()))
	}
}

func TestZoom(t *testing.T) {
	var z Zoom
	now := time.Unix(100_000, 0)
	if _, ok := z.Out(Live, now); ok || z.CanOut(AllTime) {
		t.Error("out of everything")
	}
	z.In(Live)
	if s, ok := z.Out(Span{Since: 10, Until: 20}, now); !ok || s != Live {
		t.Errorf("back to %+v", s)
	}
	if s, _ := z.Out(Span{Since: 1000, Until: 2000}, now); s != (Span{Since: -500, Until: 3500}) {
		t.Errorf("around: %+v", s)
	}
	end := now.UnixNano()
	if s, _ := z.Out(Span{Since: end - 1000, Until: end}, now); s != (Span{Since: end - 2500, Until: end}) {
		t.Errorf("not into the future: %+v", s)
	}
	if s, _ := z.Out(Span{Last: time.Hour}, now); s != (Span{Last: 24 * time.Hour}) {
		t.Errorf("the next one on offer: %+v", s)
	}
}

func TestExport(t *testing.T) {
	var work sync.WaitGroup
	e := NewExport(time.Now, work.Go, func() {})
	begun := make(chan bool)
	ok := e.Start(t.Context(), "/tmp/x/a.csv", func(ctx context.Context, progress func(query.Progress)) (int, error) {
		progress(query.Progress{Done: 1, Total: 4})
		close(begun)
		<-ctx.Done()
		return 0, ctx.Err()
	})
	<-begun
	if v := e.View(); !ok || v.Text(time.UTC) != "Exporting to a.csv · 25 %" {
		t.Errorf("%q", v.Text(time.UTC))
	}
	if e.Start(t.Context(), "b", nil) {
		t.Error("two at a time")
	}
	e.Cancel()
	work.Wait()
	if got := e.View().Text(time.UTC); got != "The export was cancelled; no file was written" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		n    int
		err  error
		want string
	}{
		{1, nil, "Exported 1 event to a.csv"},
		{0, errors.New("disk full"), "Not exported: disk full"},
		{1200, errors.New("a day is missing"), "Exported 1,200 events to a.csv, but a day is missing"},
	} {
		e.Start(t.Context(), "a.csv", func(context.Context, func(query.Progress)) (int, error) { return c.n, c.err })
		work.Wait()
		if got := e.View().Text(time.UTC); got != c.want {
			t.Errorf("%q", got)
		}
	}
	at := time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)
	if got := ExportName(`user.name:"anna b" | head`, ".csv", at); got != "user-name-anna-b-head-2026-11-23-1405.csv" {
		t.Error(got)
	}
	if got := ExportName("", ".db", at); got != "events-2026-11-23-1405.db" {
		t.Error(got)
	}
}

func TestStatusLine(t *testing.T) {
	back := time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC).UnixNano()
	for _, c := range []struct {
		v    EventsView
		want string
	}{
		{EventsView{}, ""},
		{EventsView{Slow: true, Progress: query.Progress{Back: back, Done: 43, Total: 100}}, "Searching · searched back to Nov 20 14:05 · 43 %"},
		{EventsView{Slow: true, Found: 2}, "Searching · 2 events so far"},
		{EventsView{Slow: true, Phase: Counting, Progress: query.Progress{Done: 1, Total: 2}}, "0 events · counting for the chart · 50 %"},
		{EventsView{Done: true, Took: time.Millisecond}, "0 events · 1 ms"},
		{EventsView{Done: true, Stopped: true}, "0 events · cancelled, more may exist"},
	} {
		if got := c.v.Status(time.UTC); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := (EventsView{Partial: []string{"a day is missing.", "b"}}).PartialNotice(); got != "Not everything could be searched: a day is missing. (and 1 more)" {
		t.Error(got)
	}
}
