package unix

import (
	"testing"

	"porchlight/ingest/normalize/read"
)

// TestTables reads the tables that are built on first use: a mistake in one is
// a panic.
func TestTables(*testing.T) {
	dpkgTemplates()
	kernelTemplates()
	macOSTemplates()
}

// TestServices: the services' packs are valid packs, like the admin's.
func TestServices(t *testing.T) {
	files, err := services.ReadDir("services")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := services.ReadFile("services/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		p, err := read.ReadPack(string(text))
		if err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		} else if p.Name+".parser.txt" != f.Name() {
			t.Errorf("%s is the pack %s", f.Name(), p.Name)
		}
	}
}
