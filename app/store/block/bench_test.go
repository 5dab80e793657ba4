package block

import (
	"math/rand/v2"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func benchEvents(kind int, n int) []event.Event {
	r := rand.New(rand.NewPCG(1, 9))
	out := make([]event.Event, n)
	for i := range out {
		for out[i].ID == 0 || kind == 1 && out[i].Get(event.EventModule) != "sshd" {
			out[i] = testEvent(r, i)
		}
	}
	return out
}

func BenchmarkEncode(b *testing.B) {
	e := newTestEncoder(b)
	events := benchEvents(1, MaxRows)
	size := 0
	for b.Loop() {
		blk, _ := encode(b, e, events)
		size = 0
		for _, c := range blk.Cols {
			size += len(c)
		}
		for _, c := range blk.Bloom {
			size += len(c)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/MaxRows, "ns/event")
	b.ReportMetric(float64(size)/MaxRows, "bytes/event")
}

func BenchmarkSelect(b *testing.B) {
	e := newTestEncoder(b)
	events := benchEvents(1, MaxRows)
	blk, _ := encode(b, e, events)
	for _, text := range []string{"source.ip:10.1.2.3", "failed", "*sword*", "10.1.2.3", "source.port>60000", "user.name:anna and event.outcome:failure", "event.original:/port 1\\d+/"} {
		b.Run(text, func(b *testing.B) {
			q, err := query.Parse(text, time.Now())
			if err != nil {
				b.Fatal(err)
			}
			p := NewPlan(&q)
			rd := open(b, blk)
			n := 0
			for b.Loop() {
				rows := rd.Rows()
				n = rows.Select(p).Count()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/MaxRows, "ns/event")
			b.ReportMetric(float64(n), "found")
		})
	}
}
