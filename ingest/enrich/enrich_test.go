package enrich

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"porchlight/ingest/event"
)

// database writes a database with one network.
func database(t testing.TB, path, kind string, rec mmdbtype.Map) {
	t.Helper()
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, cidr := range []string{"203.0.113.0/24", "2001:db8:1::/48"} {
		_, network, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Insert(network, rec); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func databaseFolder(t testing.TB) string {
	dir := t.TempDir()
	database(t, filepath.Join(dir, "city.mmdb"), "Test-City", mmdbtype.Map{
		"country":  mmdbtype.Map{"iso_code": mmdbtype.String("IS"), "names": mmdbtype.Map{"en": mmdbtype.String("Iceland")}},
		"city":     mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String("Vik")}},
		"location": mmdbtype.Map{"latitude": mmdbtype.Float64(63.4), "longitude": mmdbtype.Float64(-19)},
	})
	database(t, filepath.Join(dir, "asn.mmdb"), "Test-ASN", mmdbtype.Map{
		"autonomous_system_number": mmdbtype.Uint32(64500), "autonomous_system_organization": mmdbtype.String("Example Net"),
	})
	return dir
}

func enriched(e *Enricher, source, destination string) *event.Event {
	var ev event.Event
	ev.Set(event.SourceIP, source)
	ev.Set(event.DestinationIP, destination)
	e.Apply(&ev)
	return &ev
}

func TestApply(t *testing.T) {
	dir := databaseFolder(t)
	e, errs := Open(dir)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for range 2 { // looked up, and remembered
		ev := enriched(e, "203.0.113.7", "10.1.1.5")
		for f, want := range map[string]string{"source.geo.country_iso_code": "IS", "source.geo.country_name": "Iceland", "source.geo.city_name": "Vik", "source.geo.location": "63.4,-19",
			"source.as.number": "64500", "source.as.organization.name": "Example Net", "network.direction": "inbound", "destination.geo.country_iso_code": ""} {
			if got, _ := ev.LookupName(f); got != want {
				t.Errorf("%s is %q, want %q", f, got, want)
			}
		}
	}
	if v, _ := enriched(e, "10.1.1.5", "2001:db8:1::7").LookupName("destination.as.number"); v != "64500" {
		t.Errorf("IPv6: %q", v)
	}
	// What the sender says is kept.
	var ev event.Event
	ev.Set(event.SourceIP, "203.0.113.7")
	ev.SetName("source.geo.country_iso_code", "DE")
	e.Apply(&ev)
	if v, _ := ev.LookupName("source.geo.country_iso_code"); v != "DE" {
		t.Errorf("the sender's country became %q", v)
	}
}

func TestDirection(t *testing.T) {
	var e Enricher
	for _, tt := range []struct{ source, destination, want string }{
		{"10.1.1.5", "192.168.1.7", "internal"}, {"10.1.1.5", "203.0.113.7", "outbound"}, {"203.0.113.7", "172.16.0.1", "inbound"}, {"203.0.113.7", "198.51.100.7", "external"},
		{"fe80::1", "ff02::1", "internal"}, {"fd00::1", "2001:db8::1", "outbound"}, {"10.1.1.5", "255.255.255.255", "internal"}, {"100.64.1.1", "203.0.113.7", "outbound"},
		{"::ffff:10.1.1.5", "203.0.113.7", "outbound"}, {"10.1.1.5", "", ""}, {"10.1.1.5", "no address", ""},
	} {
		if got := enriched(&e, tt.source, tt.destination).Get(event.NetworkDirection); got != tt.want {
			t.Errorf("%s -> %s: %q, want %q", tt.source, tt.destination, got, tt.want)
		}
	}
	var ev event.Event
	ev.Set(event.SourceIP, "10.1.1.5")
	ev.Set(event.DestinationIP, "10.1.1.6")
	ev.Set(event.NetworkDirection, "ingress")
	if e.Apply(&ev); ev.Get(event.NetworkDirection) != "ingress" {
		t.Error("the sender's direction is changed")
	}
}

func TestMaker(t *testing.T) {
	for _, tt := range []struct{ mac, want string }{
		{"00-0C-29-12-34-56", "VMware"}, {"f4:92:bf:00:00:01", "Ubiquiti"}, {"00-11-32-AA-BB-CC", "Synology"},
		{"02-11-32-AA-BB-CC", ""}, // made up
		{"01-00-5E-00-00-FB", ""}, // for several
		{"00-0C-29", ""}, {"", ""}, {"nonsense here", ""},
	} {
		if got := Maker(tt.mac); tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.mac, got, tt.want)
		}
	}
	// The longer prefix counts: part of a block that is divided among several
	// makers.
	table := oui()
	longer := 0
	for i, p := range table.prefixes {
		if p&0xf != 9 {
			continue
		}
		mac := fmt.Sprintf("%09X000", uint64(p>>4))
		if got := Maker(mac); got != table.names[table.makers[i]] && uint64(p>>4)>>28&3 == 0 {
			t.Fatalf("%s: %q, want %q", mac, got, table.names[table.makers[i]])
		}
		longer++
	}
	if longer < 1000 || len(table.names) > 1<<16 {
		t.Errorf("%d long beginnings, %d makers", longer, len(table.names))
	}
}

func TestOpen(t *testing.T) {
	if e, errs := Open(filepath.Join(t.TempDir(), "none")); len(errs) > 0 || len(e.Files()) > 0 {
		t.Errorf("no folder: %v %v", e.Files(), errs)
	}
	dir := databaseFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "broken.mmdb"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	e, errs := Open(dir)
	if len(errs) != 1 || len(e.Files()) != 2 {
		t.Errorf("%v %v", e.Files(), errs)
	}
	if !e.Is(Stamp(dir)) {
		t.Error("a folder that did not change has another stamp")
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "asn.mmdb"), later, later); err != nil {
		t.Fatal(err)
	}
	if e.Is(Stamp(dir)) {
		t.Error("a replaced database goes unnoticed")
	}
}

func BenchmarkApply(b *testing.B) {
	e, _ := Open(databaseFolder(b))
	var ev event.Event
	b.ReportAllocs()
	for b.Loop() {
		ev.Reset()
		ev.Set(event.SourceIP, "203.0.113.7")
		ev.Set(event.DestinationIP, "10.1.1.5")
		e.Apply(&ev)
	}
}
