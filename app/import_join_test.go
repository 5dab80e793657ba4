package app

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func joined(lines ...string) (out []string) {
	var j joiner
	for _, l := range lines {
		out = append(out, j.add(l)...)
	}
	return append(out, j.end()...)
}

func TestJoinLines(t *testing.T) {
	long := make([]string, 3*maxJoined)
	for i := range long {
		long[i] = fmt.Sprint("  more ", i)
	}
	for _, tt := range []struct {
		name string
		in   []string
		want []string
	}{
		{"plain", []string{"a", "b", "c"}, []string{"a", "b", "c"}},
		{"java", []string{"ERROR x", "java.lang.YError: z", "\tat a.b(C.java:1)", "\tat a.c(C.java:2)", "Caused by: q", "\t... 2 more", "next"},
			[]string{"ERROR x\njava.lang.YError: z\n\tat a.b(C.java:1)\n\tat a.c(C.java:2)\nCaused by: q\n\t... 2 more", "next"}},
		{"python", []string{"ERROR boom", "Traceback (most recent call last):", `  File "a.py", line 1, in f`, "    g()", "ValueError: no", "INFO on"},
			[]string{"ERROR boom\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nValueError: no", "INFO on"}},
		{"postgres", []string{"LOG: statement: SELECT 1", "\tFROM x", "LOG: next"}, []string{"LOG: statement: SELECT 1\n\tFROM x", "LOG: next"}},
		{"all indented", []string{"  a", "  b"}, []string{"  a", "  b"}},
		{"json", []string{"{", `  "a": "}",`, `  "b": [1,`, "  2]", "}", `{"c":1}`, "x"}, []string{"{\n  \"a\": \"}\",\n  \"b\": [1,\n  2]\n}", `{"c":1}`, "x"}},
		{"xml", []string{"<Event xmlns='x'>", "  <System/>", "</Event>", "<Event><a/></Event>", "<13>Mar  1 10:00:00 h a: b"},
			[]string{"<Event xmlns='x'>\n  <System/>\n</Event>", "<Event><a/></Event>", "<13>Mar  1 10:00:00 h a: b"}},
		{"no end", []string{"{", `"a": 1`, "never closed"}, []string{"{", `"a": 1`, "never closed"}},
	} {
		if got := joined(tt.in...); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
	if got := joined(append([]string{"start"}, long...)...); len(got) < 3 || !slices.Equal(strings.Split(strings.Join(got, "\n"), "\n"), append([]string{"start"}, long...)) {
		t.Errorf("a message without end is cut into %d", len(got))
	}
}

// TestJoinList: the objects of a list that is spread over lines are messages.
func TestJoinList(t *testing.T) {
	got := joined("[", "  {", `    "a": 1`, "  },", `  {"b": 2},`, "]")
	if !slices.Contains(got, "  {\n    \"a\": 1\n  }") || !slices.Contains(got, `  {"b": 2},`) {
		t.Errorf("got %q", got)
	}
}

func FuzzJoin(f *testing.F) {
	f.Add("a\n\tb\nc")
	f.Add("{\n\"a\": 1\n}\n<x>\n</x>")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		got := strings.Join(joined(lines...), "\n")
		// Nothing is lost but a comma behind an object of a list.
		if strings.ReplaceAll(got, ",", "") != strings.ReplaceAll(text, ",", "") {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

// TestImportJoins: messages over several lines become one event each, and a
// repeated import adds nothing.
func TestImportJoins(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(t.TempDir(), "app.log"), `2026-03-01 10:00:00,123 ERROR [org.example.Store] (main) disk is gone
java.io.IOException: no such device
	at org.example.Store.read(Store.java:7)
	at org.example.Main.main(Main.java:3)
2026-03-01 10:00:01,123 INFO  [org.example.Store] (main) again
{
  "timestamp": "2026-03-01T10:00:02+0000",
  "flow_id": 7,
  "event_type": "alert",
  "src_ip": "192.0.2.9",
  "dest_ip": "10.1.1.7"
}
`)
	if sum := importInto(t, dir, path); sum.Lines != 3 {
		t.Errorf("%d messages, want 3", sum.Lines)
	}
	if sum := importInto(t, dir, path); sum.Lines != 0 {
		t.Errorf("%d messages the second time", sum.Lines)
	}
	messages := stored(t, dir)
	if len(messages) != 3 || !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, "disk is gone") && strings.Contains(m, "Main.java:3") }) {
		t.Errorf("stored %q", messages)
	}
	a, stop := running(t, dir)
	defer stop()
	found := 0
	q, err := query.Parse("source.ip:192.0.2.9 and event.module:suricata", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Search(t.Context(), q, func(*event.Event) bool { found++; return true }); err != nil || found != 1 {
		t.Errorf("%d events of Suricata, %v", found, err)
	}
}
