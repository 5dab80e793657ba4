package product

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// normalizers is where the parsers are, with their fixtures below.
const normalizers = "../normalize"

// fixtures returns what the fixtures' events say they are from, with the first
// file where each occurs.
func fixtures(t *testing.T) map[Source]string {
	t.Helper()
	found := map[Source]string{}
	read(t, ".json", func(path, text string) {
		if filepath.Base(filepath.Dir(path)) != "testdata" {
			return
		}
		for line := range strings.Lines(text) {
			var ev struct {
				Vendor  string `json:"observer.vendor"`
				Product string `json:"observer.product"`
				Type    string `json:"observer.type"`
				Module  string `json:"event.module"`
			}
			if err := json.Unmarshal([]byte(line), &ev); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			s := Source{ev.Vendor, ev.Product, ev.Type, ev.Module}
			if _, ok := found[s]; !ok && s != (Source{}) {
				found[s] = path
			}
		}
	})
	if len(found) < 100 {
		t.Fatalf("only %d kinds of events in the fixtures below %s", len(found), normalizers)
	}
	return found
}

// read calls f with the files under the normalizers that have an extension.
func read(t *testing.T, ext string, f func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(normalizers, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ext) {
			return err
		}
		data, err := os.ReadFile(path)
		f(path, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever the parsers produce has a row, which agrees with the events.
func TestEveryProductHasARow(t *testing.T) {
	for s, path := range fixtures(t) {
		if _, ok := shipped().kinds[s.Type]; !ok && s.Type != "" {
			t.Errorf("%s: %+v: observer.type %q is in no row of assets/products/kinds.yaml: use a word from there, or add one", path, s, s.Type)
		}
		p, m := shipped().find(s), shipped().byModule[s.Module]
		inFormat := m != nil && m.format // the message names its product itself
		if p == nil && inFormat {
			continue
		}
		if p == nil {
			t.Errorf("%s: no row for %+v. Add one to the file of its family in assets/products, like\n%s", path, s, rowFor(s))
			continue
		}
		if p.Module != s.Module && !inFormat || s.Type != "" && p.Kind != s.Type || s.Vendor != "" && p.Vendor != s.Vendor {
			t.Errorf("%s: %+v, but its row in assets/products says %+v", path, s, *p)
		}
	}
}

// No row is about something no parser can produce.
func TestEveryRowIsOfAParser(t *testing.T) {
	var code strings.Builder
	read(t, ".go", func(path, text string) {
		if !strings.HasSuffix(path, "_test.go") {
			code.WriteString(text)
		}
	})
	made := map[string]bool{}
	for s := range fixtures(t) {
		made[s.Module], made[s.Product] = true, true
	}
	for _, f := range Families() {
		for _, p := range f.Products {
			for what, value := range map[string]string{"event.module": p.Module, "observer.product": p.Product} {
				if value != "" && value != AnyName && !made[value] && !strings.Contains(code.String(), `"`+value+`"`) {
					t.Errorf("%s: no parser sets %s to %q", p.Name, what, value)
				}
			}
		}
	}
}

// rowFor writes the row for what an event says it is from.
func rowFor(s Source) string {
	row := "- {name: " + strings.TrimSpace(s.Vendor+" "+s.Product)
	for _, m := range [...]struct{ name, value string }{{"vendor", s.Vendor}, {"product", s.Product}, {"kind", s.Type}, {"module", s.Module}} {
		if m.value != "" {
			row += ", " + m.name + ": " + m.value
		}
	}
	return row + "}"
}
