package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/app/store"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// few is a Searcher over events in memory, newest first.
type few struct {
	events  []event.Event
	partial []string
	before  func(search int) // called as each search begins
	calls   int
}

func (f *few) Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error) {
	f.calls++
	if f.before != nil {
		f.before(f.calls)
	}
	for i := range f.events {
		if err := ctx.Err(); err != nil {
			return query.Result{}, err
		}
		if q.Match(&f.events[i]) && !yield(&f.events[i]) {
			break
		}
	}
	return query.Result{Partial: f.partial}, nil
}

func fewEvents(n int) *few {
	f := &few{}
	for i := range n {
		var ev event.Event
		ev.ID, ev.Time, ev.Received = event.ID(1000-i), int64(1e18)-int64(i), int64(1e18)
		ev.Set(event.Message, fmt.Sprintf("=cmd|'/c calc'!A%d\nsecond line", i))
		ev.Set(event.SourcePort, "22")
		if i == n-1 { // the last read has fields no other has
			ev.SetName("=vendor", "+1")
			ev.SetName("event.category", "a\x1fb")
		}
		f.events = append(f.events, ev)
	}
	return f
}

func listDir(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestExportCSV(t *testing.T) {
	src := fewEvents(3)
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	src.before = func(search int) {
		if search == 2 { // an event comes in between the two searches
			var ev event.Event
			ev.ID, ev.Time = 5000, int64(1e18)+1
			src.events = append([]event.Event{ev}, src.events...)
		}
	}
	n, err := ExportFile(context.Background(), src, query.Query{}, path, ExportOptions{})
	if err != nil || n != 3 {
		t.Fatalf("%d, %v", n, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"_id", "@timestamp", "event.ingested", "message", "event.category", "source.port", "'=vendor"},
		{"1000", "2001-09-09T01:46:40Z", "2001-09-09T01:46:40Z", "'=cmd|'/c calc'!A0 second line", "", "22", ""},
		{"999", "2001-09-09T01:46:39.999999999Z", "2001-09-09T01:46:40Z", "'=cmd|'/c calc'!A1 second line", "", "22", ""},
		{"998", "2001-09-09T01:46:39.999999998Z", "2001-09-09T01:46:40Z", "'=cmd|'/c calc'!A2 second line", `["a","b"]`, "22", "'+1"},
	}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("got  %q\nwant %q", rows, want)
	}
	if got := listDir(t, dir); !slices.Equal(got, []string{"out.csv"}) {
		t.Errorf("in the folder: %v", got)
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", fi.Mode(), err)
	}
}

func TestExportColumns(t *testing.T) {
	src := fewEvents(2)
	q := query.Query{Columns: []query.Field{query.NewField("source.port"), query.NewField("@timestamp"), query.NewField("no.such"), query.NewField("=vendor")}}
	var b bytes.Buffer
	if n, err := ExportStream(context.Background(), src, q, &b, ExportOptions{Format: ExportCSV}); err != nil || n != 2 {
		t.Fatalf("%d, %v", n, err)
	}
	if want := "source.port,@timestamp,no.such,'=vendor\n22,2001-09-09T01:46:40Z,,\n22,2001-09-09T01:46:39.999999999Z,,'+1\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
	if src.calls != 1 {
		t.Errorf("%d searches for columns that were named", src.calls)
	}
	b.Reset()
	if _, err := ExportStream(context.Background(), src, q, &b, ExportOptions{Format: ExportJSON}); err != nil {
		t.Fatal(err)
	}
	if want := `{"source.port":22,"@timestamp":"2001-09-09T01:46:40Z"}` + "\n" + `{"source.port":22,"@timestamp":"2001-09-09T01:46:39.999999999Z","=vendor":"+1"}` + "\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
	if _, err := ExportStream(context.Background(), src, q, &b, ExportOptions{Format: ExportSQLite}); err == nil {
		t.Error("a SQLite file was streamed")
	}
}

// TestExportLeavesNothingHalf fails exports in every way: there is a whole
// file or none, and never another's is touched.
func TestExportLeavesNothingHalf(t *testing.T) {
	for _, name := range []string{"x.csv", "x.json", "x.sqlite"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		ctx, cancel := context.WithCancel(context.Background())
		src := fewEvents(50)
		seen := 0
		q := query.Query{Expr: matchFunc(func(*event.Event) bool {
			if seen++; seen == 70 || seen == 20 && name != "x.csv" {
				cancel()
			}
			return true
		})}
		if _, err := ExportFile(ctx, src, q, path, ExportOptions{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", name, err)
		}
		if got := listDir(t, dir); len(got) != 0 {
			t.Errorf("%s: left %v", name, got)
		}
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ExportFile(context.Background(), src, query.Query{}, path, ExportOptions{}); err == nil || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%s: over a file: %v", name, err)
		}
		if err := os.WriteFile(path+".part", []byte("another's"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ExportFile(context.Background(), src, query.Query{}, filepath.Join(dir, "y"+filepath.Ext(name)), ExportOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if text, _ := os.ReadFile(path); string(text) != "mine" {
			t.Errorf("%s was changed: %q", name, text)
		}
		src.partial = []string{"a day is missing"}
		n, err := ExportFile(context.Background(), src, query.Query{}, path, ExportOptions{Overwrite: true})
		var partial *PartialError
		if !errors.As(err, &partial) || n != 50 || partial.Sentences[0] != "a day is missing" {
			t.Errorf("%s: partial: %d, %v", name, n, err)
		}
		if text, _ := os.ReadFile(path); string(text) == "mine" {
			t.Errorf("%s was not replaced", name)
		}
		if got := listDir(t, dir); len(got) != 2 {
			t.Errorf("%s: left %v", name, got)
		}
	}
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "noformat"):         "cannot infer the format",
		filepath.Join(dir, "gone", "x.csv"):    "no such file",
		dir + string(filepath.Separator) + ".": "cannot infer the format",
	} {
		if _, err := ExportFile(context.Background(), fewEvents(1), query.Query{}, path, ExportOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := ExportFile(context.Background(), fewEvents(1), query.Query{}, dir, ExportOptions{Format: ExportCSV, Overwrite: true}); err == nil || !strings.Contains(err.Error(), "no file") {
		t.Errorf("over a folder: %v", err)
	}
}

type matchFunc func(*event.Event) bool

func (f matchFunc) Match(ev *event.Event) bool { return f(ev) }

// TestExportWholeStore: what comes out is what went in.
func TestExportWholeStore(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(store.Config{Dir: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var batch []event.Event
	for i := range 3000 {
		var ev event.Event
		ev.Received = time.Now().UnixNano()
		ev.Time = ev.Received - int64(i%7)*1e9
		ev.Set(event.Message, fmt.Sprint("message ", i))
		batch = append(batch, ev)
	}
	if err := st.Append(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	a := &App{store: st}
	path := filepath.Join(dir, "all.jsonl")
	for range 2 { // the window replaces: its dialog has asked
		if n, err := a.Export(context.Background(), query.Query{}, path); n != 3000 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range bytes.Lines(text) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		seen[v["message"].(string)] = true
	}
	if len(seen) != 3000 {
		t.Errorf("%d different messages", len(seen))
	}
}

func TestCSVCell(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "=1": "'=1", "-1": "'-1", "@x": "'@x", "＝1": "'＝1", "a\x1b[31m\nb": "a [31m b", "\t=1": " =1"} {
		if got := CSVCell(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
