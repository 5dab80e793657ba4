package sigma

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/product"
)

var update = flag.Bool("update", false, "write testdata/logsources.md anew")

// testdata/logsources.md is the table of what the log sources of the public
// rules mean here: how many rules there are, who feeds them, and the search
// that shows their events. Read what changes in it before you keep it.
func TestLogSources(t *testing.T) {
	const path = "testdata/logsources.md"
	rules := corpusRules(t)
	count := map[LogSource]int{}
	for _, r := range rules {
		if r.Correlation == nil && r.Filter == nil {
			count[r.LogSource]++
		}
	}
	var out bytes.Buffer
	out.WriteString("| log source | rules | fed by | search for its events |\n|---|---|---|---|\n")
	fed, waiting := 0, 0
	for _, l := range slices.SortedFunc(maps.Keys(count), func(a, b LogSource) int { return strings.Compare(a.String(), b.String()) }) {
		feed := l.Feed()
		if feed == "" {
			t.Errorf("nobody says who feeds %s (%d rules)", l, count[l])
		}
		if strings.HasPrefix(feed, "not yet") {
			waiting += count[l]
		} else {
			fed += count[l]
		}
		fmt.Fprintf(&out, "| %s | %d | %s | `%s` |\n", l, count[l], feed, strings.ReplaceAll(l.Search(), "|", "\\|"))
	}
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	got, expected := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(expected)) {
		if i >= len(got) || i >= len(expected) || got[i] != expected[i] {
			t.Fatalf("%s, line %d differs (go test -update writes it):\n%s", path, i+1, got[min(i, len(got)-1)])
		}
	}
	t.Logf("%d log sources; %d rules are fed, %d wait", len(count), fed, waiting)
}

// The search of a log source selects what its route does.
func TestLogSourceSearches(t *testing.T) {
	for _, l := range []LogSource{
		{Product: "windows", Category: "process_creation"}, {Product: "windows", Service: "security"}, {Product: "linux", Service: "sshd"},
		{Category: "webserver"}, {Product: "aws", Service: "cloudtrail"}, {Product: "zeek", Service: "dns"},
	} {
		text := l.Search()
		q, err := query.Parse(text, time.Now())
		if err != nil {
			t.Errorf("%s: %s: %v", l, text, err)
			continue
		}
		for _, ev := range [][]string{
			{"Channel", "Security", "EventID", "4688"}, {"winlog.channel", "Security", "winlog.event_id", "4624"}, {"process.name", "sshd"},
			{"cs-method", "GET"}, {"event.category", "web"}, {"eventSource", "a", "eventName", "b", "awsRegion", "c"}, {"event.dataset", "zeek.dns"},
		} {
			if got, want := q.Expr.Match(fields(ev...)), l.Route().Match(fields(ev...)); got != want {
				t.Errorf("%s: %q: the search says %v, the route %v", l, ev, got, want)
			}
		}
	}
}

// The products that the table says feed a log source do, and somebody says so.
func TestProductsFeed(t *testing.T) {
	n := 0
	for _, f := range product.Families() {
		for _, p := range f.Products {
			for _, name := range p.Sigma {
				n++
				parts := append(strings.Split(name, "/"), "", "")
				for i := range parts {
					parts[i] = strings.TrimPrefix(parts[i], "*")
				}
				l := LogSource{parts[0], parts[1], parts[2]}
				if !l.Route().Match(fields("event.module", p.Module)) {
					t.Errorf("%s feeds %s, which asks for %s", p.Name, l, l.Search())
				}
				if feed := l.Feed(); feed == "" || strings.HasPrefix(feed, "not yet") {
					t.Errorf("%s feeds %s, of which is said %q", p.Name, l, feed)
				}
			}
		}
	}
	if n == 0 {
		t.Error("no product feeds anything")
	}
	// A product with one log a service is asked for that log alone.
	if (LogSource{Product: "zeek", Service: "dns"}).Route().Match(fields("event.module", "zeek", "event.dataset", "zeek.http")) {
		t.Error("zeek/*/dns takes other logs of Zeek")
	}
}
