package store

import (
	"slices"
	"testing"
	"time"

	"porchlight/app/store/block"
	"porchlight/ingest/event"
)

// BenchmarkSeal takes sealing apart: reading the journal's rows and making
// blocks of them.
func BenchmarkSeal(b *testing.B) {
	events := newNetwork(1, noon, 50*time.Microsecond).next(defaultSealEvents)
	s := openStore(b, b.TempDir(), func(c *Config) { c.SealEvents = 1 << 30 })
	for batch := range slices.Chunk(events, 1024) {
		mustAppend(b, s, batch)
	}
	events = nil
	seg := s.segs[0]
	perEvent := func(b *testing.B, f func()) {
		cpu := cpuTime()
		b.ReportAllocs()
		for b.Loop() {
			f()
		}
		b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/1e3/float64(b.N*defaultSealEvents), "CPU-us/event")
	}
	var read []event.Event
	b.Run("read", func(b *testing.B) {
		perEvent(b, func() {
			var err error
			if read, _, err = s.readSealable(seg, seg.rows); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("encode", func(b *testing.B) {
		perEvent(b, func() {
			if err := s.encode(read, func(*block.Block) error { return nil }); err != nil {
				b.Fatal(err)
			}
		})
	})
}
