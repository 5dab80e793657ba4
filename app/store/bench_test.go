package store

import (
	"context"
	"testing"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

const benchBatch = 1024

// BenchmarkAppend stores batches as the pipeline closes them. One operation
// is one batch.
func BenchmarkAppend(b *testing.B) {
	s := openStore(b, b.TempDir())
	o := newOffice(1, noon)
	batches := make([][]event.Event, 16)
	for i := range batches {
		batches[i] = o.batch(benchBatch)
	}
	raw := 0
	for i := range batches[0] {
		raw += len(batches[0][i].Get(event.EventOriginal))
	}
	mustAppend(b, s, batches[0])
	before, err := s.DiskBytes()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	for i := range b.N {
		mustAppend(b, s, batches[i%len(batches)])
	}
	cpu = cpuTime() - cpu
	b.StopTimer()
	events := float64(b.N * benchBatch)
	b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(cpu.Nanoseconds())/1e3/events, "CPU-us/event")
	for _, w := range s.writers {
		if err := w.conn.exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			b.Fatal(err)
		}
	}
	after, err := s.DiskBytes()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(after-before)/events, "disk-B/event")
	b.ReportMetric(float64(raw)/benchBatch, "raw-B/event")
}

// BenchmarkAppendQuiet stores single events: a quiet office.
func BenchmarkAppendQuiet(b *testing.B) {
	s := openStore(b, b.TempDir())
	batch := newOffice(1, noon).batch(benchBatch)
	b.ReportAllocs()
	cpu := cpuTime()
	for i := range b.N {
		k := i % len(batch)
		mustAppend(b, s, batch[k:k+1])
	}
	b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/1e3/float64(b.N), "CPU-us/event")
	b.ReportMetric(float64(len(s.snapshot()[0].rows)), "rows")
}

func benchStore(b *testing.B, batches int, change ...func(*Config)) *Store {
	s := openStore(b, b.TempDir(), change...)
	o := newOffice(1, noon)
	for range batches {
		mustAppend(b, s, o.batch(benchBatch))
	}
	return s
}

func benchSearch(b *testing.B, s *Store, q query.Query) {
	b.ReportAllocs()
	scanned := 0
	for b.Loop() {
		res, err := s.Search(context.Background(), q, func(*event.Event) bool { return true })
		if err != nil {
			b.Fatal(err)
		}
		scanned += res.Scanned
	}
	b.ReportMetric(float64(scanned)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkSearchNewest is the list of the newest events, as the Events page
// asks for it again and again.
func BenchmarkSearchNewest(b *testing.B) {
	benchSearch(b, benchStore(b, 128), query.Query{Limit: 200})
}

// BenchmarkSearchNewestCold is the same with nothing decoded before.
func BenchmarkSearchNewestCold(b *testing.B) {
	s := benchStore(b, 128, func(c *Config) { c.CacheBytes = 1 })
	benchSearch(b, s, query.Query{Limit: 200})
}

// BenchmarkSearchAll looks at every event and finds none.
func BenchmarkSearchAll(b *testing.B) {
	s := benchStore(b, 128, func(c *Config) { c.CacheBytes = 1 })
	benchSearch(b, s, query.Query{Expr: matchFunc(func(ev *event.Event) bool { return ev.Get(event.UserName) == "nobody" })})
}
