package model

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"porchlight/ingest/source"
)

// SourceColumn is a column of the list of sources.
type SourceColumn int

// The columns in the order they are shown.
const (
	SourceAddress SourceColumn = iota
	SourceName
	SourceVendor
	SourceSeen
	SourceRate
	SourceReceived
	SourceParsed
	SourceDropped
)

// SourceHealth says how a source is doing.
type SourceHealth int

// How a source can be doing.
const (
	SourceFile   SourceHealth = iota // not a sender: an imported file
	SourceHeard                      // heard from within SilentAfter
	SourceSilent                     // not heard from for longer
)

// SourceRow is one line of the list of sources.
type SourceRow struct {
	Source source.Source
	Health SourceHealth
	Seen   time.Duration // since its last message
	Rate   float64       // messages per second over the last minute
	Parsed float64       // part of the messages that were understood, 0 to 1; -1 without messages
}

// Sources is the list of sources in the order the user chose. The zero value
// shows the newest first.
type Sources struct {
	column    SourceColumn
	ascending bool
	set       bool
}

// Order returns the column sorted by and its direction.
func (s *Sources) Order() (column SourceColumn, descending bool) {
	if !s.set {
		return SourceSeen, false
	}
	return s.column, !s.ascending
}

// SortBy sorts by a column, or reverses the order if it already does. Text
// starts ascending, numbers with the greatest.
func (s *Sources) SortBy(c SourceColumn) {
	if now, descending := s.Order(); now == c {
		s.column, s.ascending, s.set = c, descending, true
		return
	}
	s.column, s.ascending, s.set = c, c <= SourceSeen, true
}

// Rows returns the sources of a pulse in order.
func (s *Sources) Rows(p Pulse) []SourceRow {
	rows := make([]SourceRow, 0, len(p.Status.Sources))
	for _, src := range p.Status.Sources {
		r := SourceRow{Source: src, Seen: max(0, p.At.Sub(time.Unix(0, src.LastSeen))), Rate: p.SourceRate[src.Address], Parsed: -1}
		if all := src.Parsed + src.ParseFailed; all > 0 {
			r.Parsed = float64(src.Parsed) / float64(all)
		}
		switch {
		case !src.IsSender():
			r.Health = SourceFile
		case r.Seen < SilentAfter:
			r.Health = SourceHeard
		default:
			r.Health = SourceSilent
		}
		rows = append(rows, r)
	}
	column, descending := s.Order()
	slices.SortStableFunc(rows, func(a, b SourceRow) int {
		c := compareSources(a, b, column)
		if descending {
			c = -c
		}
		return cmp.Or(c, compareAddresses(a.Source.Address, b.Source.Address))
	})
	return rows
}

func compareSources(a, b SourceRow, column SourceColumn) int {
	switch column {
	case SourceName:
		return compareText(cmp.Or(a.Source.Profile.Label, a.Source.Name), cmp.Or(b.Source.Profile.Label, b.Source.Name))
	case SourceVendor:
		return compareText(cmp.Or(a.Source.Profile.Looks(), a.Source.Vendor), cmp.Or(b.Source.Profile.Looks(), b.Source.Vendor))
	case SourceSeen:
		// Whole seconds: busy sources must not swap places on every update.
		return cmp.Compare(a.Seen/time.Second/5, b.Seen/time.Second/5)
	case SourceRate:
		return cmp.Compare(a.Rate, b.Rate)
	case SourceReceived:
		return cmp.Compare(a.Source.Received, b.Source.Received)
	case SourceParsed:
		return cmp.Compare(a.Parsed, b.Parsed)
	case SourceDropped:
		return cmp.Compare(a.Source.Dropped, b.Source.Dropped)
	}
	return compareAddresses(a.Source.Address, b.Source.Address)
}

func compareText(a, b string) int {
	return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
}

// compareAddresses sorts addresses numerically, before everything else.
func compareAddresses(a, b string) int {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	switch {
	case errX == nil && errY == nil:
		return x.Compare(y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// SourceQuery is the search for the events of a source.
func SourceQuery(s source.Source) string {
	if s.IsSender() {
		return "log.source.address:" + Quote(s.Address)
	}
	return "not _exists_:log.source.address"
}

// TopSource is one bar of the overview's list of sources.
type TopSource struct {
	Source source.Source
	Part   float32 // of the greatest, 0 to 1
}

// TopSources returns the n sources that sent most.
func TopSources(p Pulse, n int) []TopSource {
	all := slices.Clone(p.Status.Sources)
	slices.SortStableFunc(all, func(a, b source.Source) int { return cmp.Compare(b.Received, a.Received) })
	all = all[:min(n, len(all))]
	out := make([]TopSource, 0, len(all))
	for _, s := range all {
		part := float32(0)
		if most := all[0].Received; most > 0 {
			part = float32(s.Received) / float32(most)
		}
		out = append(out, TopSource{s, part})
	}
	return out
}

// SourceTitle is the name of a source for people: the one the admin gave it, or
// else the host name in its messages, or else its address.
func SourceTitle(s source.Source) string { return cmp.Or(s.Profile.Label, s.Name, s.Address) }

// PoorlyParsed is the fraction of understood messages below which a source
// needs attention.
const PoorlyParsed = 0.9

// SourceText is a row as printed.
type SourceText struct {
	Address, Name, Vendor, Seen, Rate, Received, Parsed, Dropped string
}

// Text prints a row.
func (r SourceRow) Text() SourceText {
	s := r.Source
	return SourceText{
		Address: s.Address, Name: cmp.Or(s.Profile.Label, s.Name, "–"), Vendor: SourceKind(s), Seen: Ago(r.Seen), Rate: Rate(r.Rate),
		Received: Count(s.Received), Parsed: Percent(s.Parsed, s.Parsed+s.ParseFailed), Dropped: Count(s.Dropped),
	}
}

// LedgerItems are the figures of the ledger in the order of Ledger.
var LedgerItems = []struct{ Name, Hint string }{
	{"Received", "from the network and files"},
	{"Understood", "in fields, searchable"},
	{"Kept as text", "no parser knew them"},
	{"Stored", "safe on disk"},
	{"Dropped", "the queue was full"},
	{"Lost before", "by the operating system"},
}

// LedgerValue is one figure of the ledger.
type LedgerValue struct {
	Text string
	Bad  bool // messages were lost
}

// Ledger says where the messages went.
func Ledger(c source.Counters) []LedgerValue {
	return []LedgerValue{
		{Text: Count(c.Received)}, {Text: Count(c.Parsed)}, {Text: Count(c.ParseFailed)}, {Text: Count(c.Stored)},
		{Text: Count(c.Dropped), Bad: c.Dropped > 0}, {Text: Count(c.KernelDropped), Bad: c.KernelDropped > 0},
	}
}
