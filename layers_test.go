package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers is the table of allowed imports among Porchlight's own packages: a
// package may import what its row lists, and nothing else. "x/*" stands for
// every package below x. Test files are free.
var layers = []struct{ pkg, allowed string }{
	{"ingest/event", ""},
	{"ingest/source", ""},
	{"ingest/input", "ingest/event ingest/source"},
	{"ingest/input/inputtest", "ingest/event ingest/input"},
	{"ingest/listen", "ingest/event ingest/input"},
	{"ingest/syslog", "ingest/event ingest/input ingest/listen"},
	{"ingest/jsonlines", "ingest/event ingest/input ingest/listen"},
	{"ingest/file", "ingest/evtx ingest/listen"},
	{"ingest/pack", "ingest/event ingest/normalize ingest/normalize/read"},
	{"ingest/product", "ingest/event ingest/source assets"},
	{"ingest/normalize/read", "ingest/event"},
	{"ingest/normalize/*", "ingest/event ingest/normalize/read"}, // a family of makers: no other family
	{"ingest/normalize", "ingest/event ingest/normalize/*"},
	{"ingest/*", "ingest/event"},
	{"ingest", "ingest/event ingest/source ingest/input ingest/syslog ingest/jsonlines ingest/enrich ingest/place ingest/product ingest/normalize ingest/normalize/read"},
	{"detect/alert", "ingest/event"},
	{"detect/query", "ingest/event"},
	{"detect/sigma", "detect/query ingest/event ingest/product"},
	{"detect/correlate", "ingest/event detect/alert detect/sigma detect/query"},
	{"detect", "detect/* ingest/event"},
	{"app/status", "ingest/input ingest/source"},
	{"app/store/block", "ingest/event detect/query"},
	{"app/store/sqlview", "ingest/event ingest/source detect/alert detect/query"},
	{"app/store", "app/store/block ingest/event ingest/product ingest/source detect/alert detect/query"},
	{"app/settings", "detect/alert ingest/input"},
	{"app/notify", "app/settings detect/alert"},
	{"app/instance", ""},
	{"app/replay", ""},
	{"app/cli", "app app/* ingest ingest/* detect detect/* assets"},
	{"app", "ingest ingest/* detect detect/* app/instance app/notify app/replay app/settings app/status app/store assets"},
	{"ui/model", "app/settings app/status ingest/event ingest/input ingest/product ingest/source detect/alert detect/query"},
	{"ui/widget", "ingest/event detect/alert ui/model assets"},
	{"ui", "ui/* app/settings app/status ingest/event ingest/input ingest/source ingest/place ingest/pack detect/alert detect/query assets"},
	{"assets", ""},
	{".", "*"},
}

// restricted lists external packages that only some of ours may import.
var restricted = []struct{ path, allowed string }{
	{"fyne.io/", "ui ui/widget gui.go"},
	{"modernc.org/sqlite", "app/store app/store/sqlview"},
	{"database/sql", "app/store app/store/sqlview"},
	{"os/exec", "app/respond"},
	{"github.com/gen2brain/beeep", "app/notify"},
	{"github.com/godbus/dbus", "app/notify ui"},
	{"github.com/go-gl/", "ui"},
}

func TestLayers(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		pkg := filepath.ToSlash(filepath.Dir(path))
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			checkImport(t, path, pkg, name)
			seen++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no import was checked")
	}
}

func checkImport(t *testing.T, path, pkg, name string) {
	t.Helper()
	for _, r := range restricted {
		if strings.HasPrefix(name, r.path) && !covers(r.allowed, pkg) && !covers(r.allowed, path) {
			t.Errorf("%s imports %s, which only %s may", path, name, r.allowed)
		}
	}
	own, ok := strings.CutPrefix(name, "porchlight/")
	if !ok {
		return
	}
	for _, l := range layers {
		if covers(l.pkg, pkg) {
			if !covers(l.allowed, own) {
				t.Errorf("%s imports %s; package %s may import only: %s", path, own, pkg, l.allowed)
			}
			return
		}
	}
	t.Errorf("%s: package %s is in no row of the table of layers", path, pkg)
}

// covers reports whether one of the space-separated patterns matches name.
func covers(patterns, name string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(p string) bool {
		prefix, wild := strings.CutSuffix(p, "*")
		return p == name || wild && strings.HasPrefix(name, prefix)
	})
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		patterns, name string
		want           bool
	}{
		{"ingest/*", "ingest/syslog", true},
		{"ingest/*", "ingest", false},
		{"ingest ingest/event", "ingest", true},
		{"", "ingest", false},
		{"*", "anything/at/all", true},
		{"ui ui/widget", "ui/model", false},
	} {
		if got := covers(c.patterns, c.name); got != c.want {
			t.Errorf("covers(%q, %q) = %v, want %v", c.patterns, c.name, got, c.want)
		}
	}
}
