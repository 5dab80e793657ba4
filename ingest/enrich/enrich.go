// Package enrich adds to events what can be looked up about their addresses:
// the country, city and network of public ones, from databases in MaxMind's
// format (https://maxmind.github.io/MaxMind-DB/) that the admin provides;
// whether a connection is inbound, outbound or internal; and who made a
// network card.
package enrich

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"

	"porchlight/ingest/event"
)

// Enricher looks up addresses. It is safe for concurrent use. The zero value
// has no databases but still works out directions.
type Enricher struct {
	readers []*maxminddb.Reader
	stamp   string // the files it was made from

	mu    sync.RWMutex
	known map[netip.Addr]*place
}

// place is what is known about an address, ready to set.
type place struct {
	country, name, region, city, continent string
	location                               string // "lat,lon"
	asn, organization                      string
}

// maxKnown bounds the cached addresses; beyond it the cache is cleared.
const maxKnown = 50_000

// record is what is read from a database: GeoIP2 and GeoLite2 City, Country
// and ASN, and other vendors' databases that use the same names.
type record struct {
	Continent struct {
		Code string `maxminddb:"code"`
	} `maxminddb:"continent"`
	Country struct {
		ISOCode string            `maxminddb:"iso_code"`
		Names   map[string]string `maxminddb:"names"`
	} `maxminddb:"country"`
	Registered struct {
		ISOCode string `maxminddb:"iso_code"`
	} `maxminddb:"registered_country"`
	Subdivisions []struct {
		Names map[string]string `maxminddb:"names"`
	} `maxminddb:"subdivisions"`
	City struct {
		Names map[string]string `maxminddb:"names"`
	} `maxminddb:"city"`
	Location struct {
		Latitude  *float64 `maxminddb:"latitude"`
		Longitude *float64 `maxminddb:"longitude"`
	} `maxminddb:"location"`
	ASN          uint   `maxminddb:"autonomous_system_number"`
	Organization string `maxminddb:"autonomous_system_organization"`
}

// Stamp identifies the databases in a folder and when they were written: a
// different stamp means that Open would find something else.
func Stamp(dir string) string {
	var b strings.Builder
	for _, path := range databases(dir) {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

func databases(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "*.mmdb"))
	return paths
}

// Open reads the databases (*.mmdb) in a folder; a missing folder has none.
// Files that cannot be read are skipped: the errors name them. The files are
// read into memory, so they can be replaced at any time.
func Open(dir string) (*Enricher, []error) {
	e := &Enricher{stamp: Stamp(dir), known: map[netip.Addr]*place{}}
	var errs []error
	for _, path := range databases(dir) {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var r *maxminddb.Reader
		if err == nil {
			r, err = maxminddb.OpenBytes(b)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("the database %s cannot be used: %w; replace it with a file in MaxMind's format, or remove it", path, err))
			continue
		}
		e.readers = append(e.readers, r)
	}
	return e, errs
}

// Files describes the databases: "GeoLite2-City, 2026-03-01".
func (e *Enricher) Files() []string {
	var out []string
	for _, r := range e.readers {
		out = append(out, r.Metadata.DatabaseType+", "+time.Unix(int64(r.Metadata.BuildEpoch), 0).UTC().Format(time.DateOnly))
	}
	return out
}

// Is reports whether the enricher was made from the databases of a Stamp.
func (e *Enricher) Is(stamp string) bool { return e.stamp == stamp }

// Apply sets what is known about the addresses of an event, where the event
// does not say so itself.
func (e *Enricher) Apply(ev *event.Event) {
	source, destination := addr(ev, event.SourceIP), addr(ev, event.DestinationIP)
	if source.IsValid() && destination.IsValid() && !ev.Has(event.NetworkDirection) {
		ev.Set(event.NetworkDirection, direction(source, destination))
	}
	setMaker(ev, event.SourceMAC, "source.oui.vendor")
	setMaker(ev, event.DestinationMAC, "destination.oui.vendor")
	if e == nil || len(e.readers) == 0 {
		return
	}
	e.locate(ev, source, &sourceNames)
	e.locate(ev, destination, &destinationNames)
}

// setMaker sets who made the network card on one side.
func setMaker(ev *event.Event, mac event.Field, name string) {
	if v := ev.Get(mac); v != "" {
		if maker := Maker(v); maker != "" {
			ev.SetName(name, maker)
		}
	}
}

// addr returns the address in a field; it is invalid if there is none, or
// several.
func addr(ev *event.Event, f event.Field) netip.Addr {
	v := ev.Get(f)
	if v == "" {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(v)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// direction is ECS's network.direction, as seen from the network
// (https://www.elastic.co/docs/reference/ecs/ecs-network).
func direction(source, destination netip.Addr) string {
	switch in, out := Internal(source), Internal(destination); {
	case in && out:
		return "internal"
	case in:
		return "outbound"
	case out:
		return "inbound"
	}
	return "external"
}

// Internal reports whether an address is one of an office's own: private,
// link-local, loopback or multicast.
func Internal(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || a == broadcast || cgnat.Contains(a)
}

var (
	broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})
	cgnat     = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
)

// names are the fields of one side.
type names struct{ country, name, region, city, continent, location, asn, organization string }

var (
	sourceNames      = namesOf("source")
	destinationNames = namesOf("destination")
)

func namesOf(side string) names {
	return names{side + ".geo.country_iso_code", side + ".geo.country_name", side + ".geo.region_name", side + ".geo.city_name", side + ".geo.continent_code", side + ".geo.location",
		side + ".as.number", side + ".as.organization.name"}
}

func (e *Enricher) locate(ev *event.Event, a netip.Addr, n *names) {
	if !a.IsValid() || Internal(a) {
		return
	}
	p := e.place(a)
	if p == nil {
		return
	}
	for _, f := range [...]struct{ name, value string }{
		{n.country, p.country}, {n.name, p.name}, {n.region, p.region}, {n.city, p.city}, {n.continent, p.continent}, {n.location, p.location}, {n.asn, p.asn}, {n.organization, p.organization},
	} {
		if f.value == "" {
			continue
		}
		if _, there := ev.LookupName(f.name); !there {
			ev.SetName(f.name, f.value)
		}
	}
}

// place returns what is known about an address, nil if nothing.
func (e *Enricher) place(a netip.Addr) *place {
	e.mu.RLock()
	p, ok := e.known[a]
	e.mu.RUnlock()
	if ok {
		return p
	}
	p = e.lookup(a)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.known) >= maxKnown {
		clear(e.known)
	}
	e.known[a] = p
	return p
}

func (e *Enricher) lookup(a netip.Addr) *place {
	var p place
	for _, r := range e.readers {
		var rec record
		result := r.Lookup(a)
		if !result.Found() || result.Decode(&rec) != nil {
			continue // another kind of database
		}
		or(&p.country, rec.Country.ISOCode)
		or(&p.country, rec.Registered.ISOCode)
		or(&p.name, rec.Country.Names["en"])
		or(&p.continent, rec.Continent.Code)
		or(&p.city, rec.City.Names["en"])
		if len(rec.Subdivisions) > 0 {
			or(&p.region, rec.Subdivisions[0].Names["en"])
		}
		if lat, lon := rec.Location.Latitude, rec.Location.Longitude; lat != nil && lon != nil {
			or(&p.location, strconv.FormatFloat(*lat, 'f', -1, 64)+","+strconv.FormatFloat(*lon, 'f', -1, 64))
		}
		if rec.ASN != 0 {
			or(&p.asn, strconv.FormatUint(uint64(rec.ASN), 10))
		}
		or(&p.organization, rec.Organization)
	}
	if p == (place{}) {
		return nil
	}
	return &p
}

func or(s *string, v string) {
	if *s == "" {
		*s = v
	}
}
