package normalize

import (
	"bytes"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

// TestProductDocuments compares what becomes of JSON documents, of every known
// product, with the expected events. testdata/products.log has one line per
// document, "product<TAB>document"; product is the one that must be found by
// the document's names.
func TestProductDocuments(t *testing.T) {
	var out bytes.Buffer
	seen := map[string]int{}
	var ev event.Event
	lines := fixture(t, "products")
	for i, line := range lines {
		name, doc, _ := strings.Cut(line, "\t")
		load(&ev, "\t"+doc)
		if !Apply(&ev, Context{Location: berlin}) {
			t.Errorf("line %d (%s) is not understood", i+1, name)
		}
		var flat event.Event
		if err := event.FlattenJSON(doc, &flat); err != nil {
			t.Fatalf("line %d (%s): %v", i+1, name, err)
		}
		p := jsonProducts.Find(&flat)
		if p == nil {
			p = jsonProducts.Unwrap(&flat)
		}
		if p == nil || p.Name != name {
			t.Errorf("line %d: found %v, want product %s", i+1, p, name)
		}
		seen[name]++
		out.Write(golden(&ev, "\t"+doc, true))
	}
	for _, list := range jsonProducts {
		for _, p := range list {
			if seen[p.Name] < 2 {
				t.Errorf("product %s has %d fixtures, want two", p.Name, seen[p.Name])
			}
		}
	}
	compareGolden(t, "products", out.String(), lines)
}

// BenchmarkParsers measures every parser with its fixtures, recognition
// included: ns and allocations of one message.
func BenchmarkParsers(b *testing.B) {
	for i := range parsers {
		benchmarkFixture(b, parsers[i].Name)
	}
	benchmarkFixture(b, "products")
}

func benchmarkFixture(b *testing.B, name string) {
	b.Run(name, func(b *testing.B) {
		lines := fixture(b, name)
		events := make([]event.Event, len(lines))
		apps, texts := make([]string, len(lines)), make([]string, len(lines))
		for i, line := range lines {
			apps[i], texts[i], _ = strings.Cut(line, "\t")
			if name == "products" {
				apps[i] = ""
			}
		}
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			ev := &events[n%len(events)]
			ev.Reset()
			ev.Set(event.LogSyslogAppname, apps[n%len(apps)])
			ev.Set(event.Message, texts[n%len(texts)])
			Apply(ev, Context{Location: berlin})
			n++
		}
	})
}
