package sigma

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"porchlight/ingest/event"
)

// corpusFiles are the public rules, and regressionFiles the events that come
// with them, of the corpora beside the repository.
var (
	corpusFiles     = sync.OnceValues(func() (fstest.MapFS, error) { return unpack("sigma-rules.tar.gz") })
	regressionFiles = sync.OnceValues(func() (fstest.MapFS, error) { return unpack("sigma-regression.tar.gz") })
)

// unpack reads an archive of the corpora; the error is os.ErrNotExist where
// there are none.
func unpack(name string) (fstest.MapFS, error) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpora", name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	out := fstest.MapFS{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		out[path.Clean(h.Name)] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
}

// corpus returns the files of an archive; the test is skipped where there is
// none.
func corpus(t testing.TB, files func() (fstest.MapFS, error)) fs.FS {
	t.Helper()
	out, err := files()
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("corpora not present: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// corpusRules returns the public rules, which all tests share: they only ask
// them.
func corpusRules(t testing.TB) []*Rule {
	t.Helper()
	corpus(t, corpusFiles)
	return loadedCorpus()
}

var loadedCorpus = sync.OnceValue(func() []*Rule {
	files, err := corpusFiles()
	if err != nil {
		return nil
	}
	return Load("corpus", files)
})

// The whole public corpus must load but for what needs values.
func TestCorpusLoads(t *testing.T) {
	t.Parallel()
	rules := corpusRules(t)
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
	t.Logf("%d rules: %v; without a witness: %d", len(rules), states, always)
}

// Every regression case must fire its rule as often as it says.
func TestCorpusRegression(t *testing.T) {
	t.Parallel()
	set := NewSet(corpusRules(t))
	cases, failed, others := 0, 0, 0
	root := corpus(t, regressionFiles)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		cases++
		id, want := regressionCase(t, root, name)
		got := 0
		for _, ev := range events(t, root, path.Dir(name)) {
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
			t.Errorf("%s: rule %s matched %d events, want %d", name, id, got, want)
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
func regressionCase(t testing.TB, root fs.FS, name string) (id string, want int) {
	t.Helper()
	data, err := fs.ReadFile(root, name)
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
func events(t *testing.T, root fs.FS, dir string) []event.Event {
	t.Helper()
	files, err := fs.Glob(root, path.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []event.Event
	for _, f := range files {
		data, err := fs.ReadFile(root, f)
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
