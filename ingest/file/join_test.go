package file

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// through returns the bodies of the messages that lines become.
func through(add func([]Message, Message) []Message, end func([]Message) []Message, lines ...string) (out []string) {
	var messages []Message
	for _, l := range lines {
		messages = add(messages, Message{Body: l})
	}
	for _, m := range end(messages) {
		out = append(out, m.Body)
	}
	return out
}

func joinAll(lines ...string) []string {
	var j joiner
	return through(j.add, j.end, lines...)
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
		{"json that is broken off", []string{`{"a":1,"b":2`, `{"a":3}`, `{"a":4}`, `"c":5}`, `{"a":6}`}, []string{`{"a":1,"b":2`, `{"a":3}`, `{"a":4}`, `"c":5}`, `{"a":6}`}},
		{"a brace is no json yet", []string{"{main begins", "12:00 a", "12:01 b }", "c"}, []string{"{main begins", "12:00 a", "12:01 b }", "c"}},
		{"sloppy json", []string{"{", `  "path": "C:\Windows"`, "}", "x"}, []string{"{\n  \"path\": \"C:\\Windows\"\n}", "x"}},
		{"records on lines of their own", []string{`{"Records":[`, `{"a":1},`, `{"a":2}`, `]}`}, []string{"{\"Records\":[\n{\"a\":1},\n{\"a\":2}\n]}"}},
		{"xml that is broken off", []string{"<Event>", "  <System>", "<Event><a/></Event>", "x"}, []string{"<Event>", "  <System>", "<Event><a/></Event>", "x"}},
		{"no end", []string{"{", `"a": 1`, "never closed"}, []string{"{", `"a": 1`, "never closed"}},
	} {
		if got := joinAll(tt.in...); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
	if got := joinAll(append([]string{"start"}, long...)...); len(got) < 3 || !slices.Equal(strings.Split(strings.Join(got, "\n"), "\n"), append([]string{"start"}, long...)) {
		t.Errorf("a message without end is cut into %d", len(got))
	}
}

// TestJoinList: the objects of a list spread over several lines are messages.
func TestJoinList(t *testing.T) {
	got := joinAll("[", "  {", `    "a": 1`, "  },", `  {"b": 2},`, "]")
	if !slices.Contains(got, "  {\n    \"a\": 1\n  }") || !slices.Contains(got, `  {"b": 2},`) {
		t.Errorf("got %q", got)
	}
}

func FuzzJoin(f *testing.F) {
	f.Add("a\n\tb\nc")
	f.Add("{\n\"a\": 1\n}\n<x>\n</x>")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		got := strings.Join(joinAll(lines...), "\n")
		// Nothing is lost but the comma after an object of a list.
		if strings.ReplaceAll(got, ",", "") != strings.ReplaceAll(text, ",", "") {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
