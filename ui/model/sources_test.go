package model

import (
	"slices"
	"testing"
	"time"

	"porchlight/app/status"
	"porchlight/ingest/source"
)

func sourcesPulse() Pulse {
	s := func(addr, name, vendor string, ago time.Duration, parsed, failed, dropped uint64) source.Source {
		return source.Source{Address: addr, Name: name, Vendor: vendor, LastSeen: noon.Add(-ago).UnixNano(),
			Counters: source.Counters{Received: parsed + failed + dropped, Parsed: parsed, ParseFailed: failed, Dropped: dropped}}
	}
	return Pulse{At: noon, SourceRate: map[string]float64{"192.168.1.9": 4, "192.168.1.10": 0.2}, Status: status.Status{Sources: []source.Source{
		s("192.168.1.10", "NAS", "Synology", 20*time.Minute, 10, 0, 0),
		s("192.168.1.9", "fw", "pfSense", time.Second, 90, 10, 5),
		s("import", "", "", time.Hour, 0, 0, 0),
		s("2001:db8::1", "", "Linux", -time.Minute, 1, 0, 0),
	}}}
}

func TestSourceRows(t *testing.T) {
	order := func(s *Sources) (out []string) {
		for _, r := range s.Rows(sourcesPulse()) {
			out = append(out, r.Source.Address)
		}
		return out
	}
	var s Sources
	for _, c := range []struct {
		click SourceColumn
		want  []string
	}{
		{-1, []string{"192.168.1.9", "2001:db8::1", "192.168.1.10", "import"}}, // newest first
		{SourceAddress, []string{"192.168.1.9", "192.168.1.10", "2001:db8::1", "import"}},
		{SourceAddress, []string{"import", "2001:db8::1", "192.168.1.10", "192.168.1.9"}}, // turned round
		{SourceName, []string{"2001:db8::1", "import", "192.168.1.9", "192.168.1.10"}},
		{SourceVendor, []string{"import", "2001:db8::1", "192.168.1.9", "192.168.1.10"}},
		{SourceRate, []string{"192.168.1.9", "192.168.1.10", "2001:db8::1", "import"}},
		{SourceReceived, []string{"192.168.1.9", "192.168.1.10", "2001:db8::1", "import"}},
		{SourceParsed, []string{"192.168.1.10", "2001:db8::1", "192.168.1.9", "import"}},
		{SourceDropped, []string{"192.168.1.9", "192.168.1.10", "2001:db8::1", "import"}},
		{SourceSeen, []string{"192.168.1.9", "2001:db8::1", "192.168.1.10", "import"}},
	} {
		if c.click >= 0 {
			s.SortBy(c.click)
		}
		if got := order(&s); !slices.Equal(got, c.want) {
			column, down := s.Order()
			t.Errorf("sorted by %v (descending %v): %v, want %v", column, down, got, c.want)
		}
	}

	rows := new(Sources).Rows(sourcesPulse())
	health := map[string]SourceHealth{"192.168.1.9": SourceHeard, "192.168.1.10": SourceSilent, "import": SourceFile, "2001:db8::1": SourceHeard}
	for _, r := range rows {
		if r.Health != health[r.Source.Address] {
			t.Errorf("%s: health %v", r.Source.Address, r.Health)
		}
	}
	want := SourceText{Address: "192.168.1.9", Name: "fw", Vendor: "pfSense", Seen: "now", Rate: "4/s", Received: "105", Parsed: "90.0 %", Dropped: "5"}
	if got := rows[0].Text(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := rows[3].Text(); got.Parsed != "–" || got.Name != "–" || got.Vendor != "unknown" {
		t.Errorf("an empty source: %+v", got)
	}
}

func TestSourceQuery(t *testing.T) {
	for addr, want := range map[string]string{
		"192.168.1.9": `log.source.address:192.168.1.9`,
		"import":      "not _exists_:log.source.address",
	} {
		if got := SourceQuery(source.Source{Address: addr}); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestTopSources(t *testing.T) {
	top := TopSources(sourcesPulse(), 2)
	if len(top) != 2 || top[0].Source.Name != "fw" || top[0].Part != 1 || top[1].Source.Name != "NAS" {
		t.Errorf("%+v", top)
	}
	if got := TopSources(Pulse{Status: status.Status{Sources: []source.Source{{Address: "192.168.1.1"}}}}, 5); len(got) != 1 || got[0].Part != 0 {
		t.Errorf("a source without messages: %+v", got)
	}
}

func TestLedger(t *testing.T) {
	got := Ledger(source.Counters{Received: 1500, Parsed: 1400, ParseFailed: 90, Stored: 1490, Dropped: 10})
	want := []LedgerValue{{Text: "1,500"}, {Text: "1,400"}, {Text: "90"}, {Text: "1,490"}, {Text: "10", Bad: true}, {Text: "0"}}
	if !slices.Equal(got, want) || len(got) != len(LedgerItems) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
