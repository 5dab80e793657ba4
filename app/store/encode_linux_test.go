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
	b.Run("read", func(b *testing.B) {
		perEvent(b, func() {
			if _, _, err := s.readSealable(seg, seg.rows); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("encode", func(b *testing.B) {
		if _, _, err := s.readSealable(seg, seg.rows); err != nil {
			b.Fatal(err)
		}
		perEvent(b, func() {
			if err := s.encode(&s.sealer.batch, func(*block.Block) error { return nil }); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// BenchmarkAppendSealed stores events and waits until they are in blocks.
func BenchmarkAppendSealed(b *testing.B) {
	events := newNetwork(1, noon, 50*time.Microsecond).next(3 * defaultSealEvents)
	b.Run("33fields", func(b *testing.B) { benchAppendSealed(b, events) })
	for i := range events {
		events[i] = firstFields(&events[i], 20)
	}
	b.Run("20fields", func(b *testing.B) { benchAppendSealed(b, events) })
}

func benchAppendSealed(b *testing.B, events []event.Event) {
	s := openStore(b, b.TempDir())
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	for b.Loop() {
		for i := range events {
			events[i].ID = 0 // they are new
		}
		for batch := range slices.Chunk(events, 1024) {
			mustAppend(b, s, batch)
		}
		if err := s.sealDue(allJournals); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/1e3/float64(b.N*len(events)), "CPU-us/event")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1e3/float64(b.N*len(events)), "us/event")
}
