package sigma

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/ingest"
	"porchlight/ingest/event"
	"porchlight/ingest/evtx"
)

// evtxLines reads a Windows event log file.
func evtxLines(t testing.TB, root fs.FS, name string) []string {
	t.Helper()
	f, err := root.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := evtx.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out []string
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, rec.JSON)
	}
}

func evtxEvents(t testing.TB, root fs.FS, name string) []event.Event {
	t.Helper()
	lines := evtxLines(t, root, name)
	out := make([]event.Event, len(lines))
	for i, line := range lines {
		if err := Decode(line, &out[i]); err != nil {
			t.Fatalf("%s: %v in %s", name, err, line)
		}
	}
	return out
}

var braces = regexp.MustCompile(`^\{([0-9A-F-]{36})\}$`)

// The event logs of the regression cases hold what the JSON beside them says,
// which other programs made of them: without the braces of GUIDs, with fewer
// or more digits of a second, and one with a name in another case.
func TestCorpusEVTX(t *testing.T) {
	t.Parallel()
	root := corpus(t, regressionFiles)
	files, events1, fields := 0, 0, 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".evtx") {
			return err
		}
		files++
		got, want := evtxEvents(t, root, name), events(t, root, path.Dir(name))
		if len(got) != len(want) {
			t.Errorf("%s: %d events, want %d", name, len(got), len(want))
			return nil
		}
		for i := range got {
			events1++
			for r, v := range want[i].Each() {
				fields++
				g, ok := got[i].Lookup(r)
				g = braces.ReplaceAllString(g, "$1")
				if strings.HasPrefix(r.Name, "TimeCreated") || strings.HasSuffix(r.Name, "SystemTime") {
					g, v = strings.TrimRight(g, "0Z"), strings.TrimRight(v, "0Z")
				}
				if !ok || !strings.EqualFold(g, v) && !strings.HasPrefix(g, v) {
					t.Errorf("%s: event %d: %s is %q, want %q", name, i, r.Name, g, v)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d events, %d fields", files, events1, fields)
}

// What is imported is normalized: the rules find the same in those events as
// in the logs as they stand.
func TestCorpusImported(t *testing.T) {
	t.Parallel()
	set := NewSet(corpusRules(t))
	root := corpus(t, regressionFiles)
	p := ingest.NewParser(time.UTC)
	n := 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".evtx") {
			return err
		}
		as, lines := evtxEvents(t, root, name), evtxLines(t, root, name)
		for i, line := range lines {
			raw := event.Raw{Origin: &event.Origin{Input: "test"}, Body: line, Received: time.Now().UnixNano()}
			var ev event.Event
			p.Parse(&raw, &ev)
			n++
			got, want := ids(set, set.Match(&ev, nil)), ids(set, set.Match(&as[i], nil))
			if !slices.Equal(got, want) {
				t.Errorf("%s: event %d: imported it fits %v, as it stands %v", name, i, got, want)
			}
			// Sysmon says itself when it happened, some milliseconds before it
			// wrote the record.
			if d := as[i].Time - ev.Time; d != 0 && (ev.Get(event.EventDataset) != "windows.sysmon_operational" || d < -int64(time.Minute) || d > int64(time.Minute)) {
				t.Errorf("%s: event %d: its time is %d, want %d", name, i, ev.Time, as[i].Time)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events", n)
}

func ids(set *Set, hits []int32) []string {
	var out []string
	for _, h := range hits {
		out = append(out, set.rules[h].ID)
	}
	return out
}
