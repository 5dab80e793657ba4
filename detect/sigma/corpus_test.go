package sigma

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"porchlight/ingest/event"
)

// corpus unpacks an archive of the corpora beside the repository and returns
// the folder.
func corpus(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", "corpora", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("corpora not present: " + name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(out, filepath.Clean("/"+h.Name))
		switch h.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(to, 0o755)
		case tar.TypeReg:
			var data []byte
			if data, err = io.ReadAll(r); err == nil {
				if err = os.MkdirAll(filepath.Dir(to), 0o755); err == nil {
					err = os.WriteFile(to, data, 0o644)
				}
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The whole public corpus must load but for what needs values.
func TestCorpusLoads(t *testing.T) {
	dir := corpus(t, "sigma-rules.tar.gz")
	start := time.Now()
	rules := Load("corpus", os.DirFS(dir))
	took := time.Since(start)
	states := map[State]int{}
	ids := map[string]bool{}
	for _, r := range rules {
		states[r.State]++
		if ids[r.ID] {
			t.Errorf("%s: id %s twice", r.Path, r.ID)
		}
		ids[r.ID] = true
		if r.State == Invalid || r.State == Unsupported {
			t.Errorf("%s: %s: %s", r.Path, r.State, r.Reason)
		}
	}
	set := NewSet(rules)
	always := 0
	for _, b := range set.banks {
		always += len(b.always)
	}
	t.Logf("%d rules in %v: %v; without a witness: %d", len(rules), took.Round(time.Millisecond), states, always)
}

// Every regression case must fire its rule as often as it says.
func TestCorpusRegression(t *testing.T) {
	rules := Load("corpus", os.DirFS(corpus(t, "sigma-rules.tar.gz")))
	set := NewSet(rules)
	cases, failed, others := 0, 0, 0
	root := corpus(t, "sigma-regression.tar.gz")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		cases++
		id, want := regressionCase(t, path)
		got := 0
		for _, ev := range events(t, filepath.Dir(path)) {
			for _, n := range set.Match(&ev, nil) {
				if set.rules[n].ID == id {
					got++
				} else {
					others++
				}
			}
		}
		if got < want {
			failed++
			t.Errorf("%s: rule %s matched %d events, want %d", strings.TrimPrefix(path, root), id, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d cases; %d matches of other rules on the same events", cases-failed, cases, others)
}

// regressionCase reads which rule a case is for and how many events it must
// match at least.
func regressionCase(t testing.TB, path string) (id string, want int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var info struct {
		Rules []struct{ ID string } `yaml:"rule_metadata"`
		Tests []struct {
			Count int `yaml:"match_count"`
		} `yaml:"regression_tests_info"`
	}
	if err := yaml.Unmarshal(data, &info); err != nil {
		t.Fatal(err)
	}
	return info.Rules[0].ID, max(1, info.Tests[0].Count)
}

// countHits counts the events that a rule fits.
func countHits(set *Set, evs []event.Event, id string) int {
	n := 0
	for i := range evs {
		for _, hit := range set.Match(&evs[i], nil) {
			if set.rules[hit].ID == id {
				n++
			}
		}
	}
	return n
}

// events reads the JSON files of a regression case: objects one after another.
func events(t *testing.T, dir string) []event.Event {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []event.Event
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
		for {
			var one json.RawMessage
			if err := d.Decode(&one); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			var ev event.Event
			if err := Decode(string(one), &ev); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			out = append(out, ev)
		}
	}
	return out
}
