package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
)

// searchFor runs search over the data folder dir.
func searchFor(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return inProcess(t, append([]string{"search", "--data", dir}, args...)...)
}

func TestSearchWithPipes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "events.jsonl")
	var lines strings.Builder
	for i, user := range []string{"anna", "anna", "bob", "=cmd", "anna"} {
		fmt.Fprintf(&lines, `{"@timestamp":"2026-01-0%dT10:30:00Z","user":{"name":%q},"source":{"ip":"10.0.0.%d","port":%d},"network":{"bytes":%d},"message":"x"}`+"\n", i+1, user, i%2+1, 1000+i, i*1000)
	}
	lines.WriteString(`{"@timestamp":"2026-01-09T10:30:00Z","message":"x","network":{"bytes":-5}}` + "\n")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if _, errs, code := inProcess(t, "import", "--data", data, "--format", "jsonl", file); code != exitDone {
		t.Fatalf("import: exit %d: %s", code, errs)
	}
	for _, c := range []struct {
		args   []string
		want   string
		stderr string
	}{
		{[]string{"| stats count(), sum(network.bytes) by user.name | sort -count"},
			"user.name  count  sum(network.bytes)\nanna           3                5000\n=cmd           1                3000\nbob            1                2000\n-              1                  -5\n", ""},
		{[]string{"--format", "json", "| stats count, avg(network.bytes), min(x) by user.name, source.port, bin(1d) | head 2"},
			`{"user.name":"=cmd","source.port":1003,"bin(1d)":"2026-01-04T00:00:00Z","count":1,"avg(network.bytes)":3000,"min(x)":null}` + "\n" +
				`{"user.name":"anna","source.port":1000,"bin(1d)":"2026-01-01T00:00:00Z","count":1,"avg(network.bytes)":0,"min(x)":null}` + "\n", "these are 2 rows of 6"},
		{[]string{"--format", "csv", "| stats avg(network.bytes) as a, max(@timestamp) by user.name"},
			"user.name,a,max(@timestamp)\n'=cmd,3000,2026-01-04T10:30:00Z\nanna,1666.6666666666667,2026-01-05T10:30:00Z\nbob,2000,2026-01-03T10:30:00Z\n,-5,2026-01-09T10:30:00Z\n", ""},
		{[]string{"--limit", "1", "| top user.name"}, "user.name  count\nanna           3\n", "these are 1 rows of 4"},
		{[]string{"--limit", "0", "| top 1 user.name"}, "user.name  count\nanna           3\n", ""},
		{[]string{"user.name:* | fields user, source.port | head 2"}, "user  source.port\nanna         1004\n=cmd         1003\n", ""},
		{[]string{"--format", "csv", "| fields user.name, network.bytes | head 1"}, "user.name,network.bytes\n,'-5\n", ""},
		{[]string{"--format", "json", "user.name:anna | fields source.port, absent, user | head 1"}, `{"source.port":1004,"user":"anna"}` + "\n", ""},
		{[]string{"--format", "json", "--limit", "1", "| fields @timestamp | head 3"}, `{"@timestamp":"2026-01-09T10:30:00Z"}` + "\n", ""},
		{[]string{"user.name:nobody | fields user"}, "user\n", ""},
	} {
		stdout, stderr, code := searchFor(t, data, c.args...)
		if code != exitDone || stdout != c.want || !strings.Contains(stderr, c.stderr) {
			t.Errorf("%q: exit %d %s\ngot\n%s\nwant\n%s", c.args, code, stderr, stdout, c.want)
		}
	}
	_, stderr, code := searchFor(t, data, "ä | stats count by x | sort y")
	if code != exitUsage || !strings.Contains(stderr, "no column 'y'") || !strings.Contains(stderr, "\n"+strings.Repeat(" ", 2+28)+"^") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if _, stderr, code := searchFor(t, data, "--since", "24h | stats count"); code != exitUsage || !strings.Contains(stderr, "--since") {
		t.Errorf("pipes in a bound: exit %d: %s", code, stderr)
	}
}

func TestBars(t *testing.T) {
	for _, c := range []struct {
		n, most float64
		want    string
	}{{0, 10, ""}, {10, 10, strings.Repeat("█", 20)}, {5, 10, strings.Repeat("█", 10)}, {1, 1e9, "▏"}, {1, 32, "▋"}, {31, 32, strings.Repeat("█", 19) + "▍"}, {0, 0, ""}} {
		if got := barOf(c.n, c.most); got != c.want {
			t.Errorf("%v of %v: %q, want %q", c.n, c.most, got, c.want)
		}
	}
	q, err := query.Parse("| stats sum(b), count, dcount(c) by a", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	a := query.NewAccumulator(q.Stats)
	a.Group([]query.Cell{{Text: "one"}}).AddN(40)
	a.Group([]query.Cell{{Text: "two\x1b"}}).AddN(10)
	var out bytes.Buffer
	if err := printTable(&out, "table", a.Table(), q.Stats, true); err != nil {
		t.Fatal(err)
	}
	want := "a     sum(b)  count                        dcount(c)\n" +
		"one        -     40  ████████████████████          0\n" +
		"two        -     10  █████                         0\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestProgressLine(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.Local)
	var tty bytes.Buffer
	p := &progress{w: &tty, now: func() time.Time { return now }}
	out := p.before(&tty)
	back := time.Date(2026, 11, 20, 8, 0, 0, 0, time.Local).UnixNano()
	var seen []string
	step := func(d time.Duration, f func()) {
		now = now.Add(d)
		f()
		seen = append(seen, tty.String())
		tty.Reset()
	}
	step(0, func() { p.show(query.Progress{Back: back, Done: 1, Total: 100}) })
	step(progressAfter, func() { p.show(query.Progress{Back: back, Done: 43, Total: 100}) })
	step(time.Millisecond, func() { p.show(query.Progress{Back: back, Done: 44, Total: 100}) })
	step(0, func() { fmt.Fprint(out, "row\n") })
	step(0, func() { fmt.Fprint(out, "row\n") })
	step(progressEvery, func() { p.show(query.Progress{}) })
	step(0, p.clear)
	step(0, p.clear)
	want := []string{"", "\r\x1b[Ksearched back to 2026-11-20 08:00:00 ... 43 %", "", "\r\x1b[Krow\n", "row\n", "\r\x1b[Ksearching ...", "\r\x1b[K", ""}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q\nwant %q", seen, want)
	}
}
