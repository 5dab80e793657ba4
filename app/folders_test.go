package app

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"porchlight/ingest/event"
)

// putDatabase writes a database in which 203.0.113.0/24 is in a country.
func putDatabase(t *testing.T, path, country string) {
	t.Helper()
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test-Country", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	_, network, err := net.ParseCIDR("203.0.113.0/24")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Insert(network, mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(country)}}); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := w.WriteTo(f); err != nil {
		t.Fatal(err)
	}
}

// TestDatabaseFolder: databases are used, and reloaded when they change.
func TestDatabaseFolder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(GeoDir(dir), "country.mmdb")
	putDatabase(t, path, "IS")
	a, err := New(t.Context(), Config{Dir: dir, Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	country := func() string {
		var ev event.Event
		a.pipeline.Parser().Parse(&event.Raw{Origin: &event.Origin{Input: "test"}, Received: time.Now().UnixNano(), Body: "<38>Mar  1 10:00:00 h sshd[1]: Failed password for a from 203.0.113.9 port 1 ssh2"}, &ev)
		v, _ := ev.LookupName("source.geo.country_iso_code")
		return v
	}
	if got := country(); got != "IS" {
		t.Errorf("country %q, want IS", got)
	}
	putDatabase(t, path, "NZ")
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if a.watchFolders(); country() != "NZ" {
		t.Errorf("country %q after the database was replaced, want NZ", country())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if a.watchFolders(); country() != "" {
		t.Errorf("country %q without a database", country())
	}
	if err := os.MkdirAll(ParserDir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(ParserDir(dir), "a.parser.txt"), []byte("parser a\ntemplate host info x - | blip {a.n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a.watchFolders()
	var ev event.Event
	a.pipeline.Parser().Parse(&event.Raw{Origin: &event.Origin{Input: "test"}, Received: 1, Body: "blip 7"}, &ev)
	if ev.Get(event.EventModule) != "a" {
		t.Error("a parser put into the folder is not used")
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
