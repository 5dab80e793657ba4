package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"porchlight/ingest/event"
)

var quiet = slog.New(slog.DiscardHandler)

func rawFrom(sender, body string) event.Raw {
	return event.Raw{Input: "syslog-udp", From: netip.MustParseAddrPort(sender), Received: 1, Body: body}
}

// collected is a handler that keeps what it gets.
type collected struct {
	mu      sync.Mutex
	bodies  []string
	batches int
}

func (c *collected) handle(_ context.Context, batch []event.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.batches++
	for i := range batch {
		c.bodies = append(c.bodies, batch[i].Get(event.EventOriginal))
	}
	return nil
}

func TestPipelineKeepsOrderAndLosesNothing(t *testing.T) {
	var got collected
	ledger := NewLedger(event.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 16, BatchSize: 100, Workers: 4}, ledger, quiet, got.handle)
	var wg sync.WaitGroup
	wg.Go(func() { p.Run(t.Context()) })
	const n = 5_000
	for i := range n {
		p.Push(rawFrom("192.0.2.1:514", fmt.Sprint("message ", i)))
	}
	p.Drain()
	wg.Wait()
	if len(got.bodies) != n {
		t.Fatalf("%d messages handled, want %d", len(got.bodies), n)
	}
	for i, b := range got.bodies {
		if b != fmt.Sprint("message ", i) {
			t.Fatalf("message %d is %q", i, b)
		}
	}
	totals, sources := ledger.Snapshot()
	want := event.Counters{Received: n, Stored: n, ParseFailed: n}
	if totals != want || len(sources) != 1 || sources[0].Counters != want || sources[0].Address != "192.0.2.1" {
		t.Errorf("ledger %+v %+v", totals, sources)
	}
}

func TestOfferCountsWhatDoesNotFit(t *testing.T) {
	var got collected
	ledger := NewLedger(event.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 10}, ledger, quiet, got.handle)
	for i := range 25 {
		p.Offer(rawFrom(fmt.Sprintf("192.0.2.%d:514", i%2), "x"))
	}
	p.Drain()
	p.Run(t.Context())
	totals, sources := ledger.Snapshot()
	if totals.Received != 25 || totals.Dropped != 15 || totals.Stored != 10 {
		t.Errorf("totals %+v", totals)
	}
	var dropped uint64
	for _, s := range sources {
		dropped += s.Dropped
		if s.Received != s.Stored+s.Dropped {
			t.Errorf("%s: %+v does not add up", s.Address, s.Counters)
		}
	}
	if dropped != 15 {
		t.Errorf("%d drops by source", dropped)
	}
}

func TestBatchClosesAfterBatchTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got collected
		p := NewPipeline(Config{BatchTime: 200 * time.Millisecond}, NewLedger(event.Counters{}, nil), quiet, got.handle)
		go p.Run(t.Context())
		p.Push(rawFrom("192.0.2.1:1", "a"))
		time.Sleep(199 * time.Millisecond)
		p.Push(rawFrom("192.0.2.1:1", "b"))
		synctest.Wait()
		if got.batches != 0 {
			t.Error("the batch was closed too early")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got.batches != 1 || len(got.bodies) != 2 {
			t.Errorf("%d batches, %d messages after the batch time", got.batches, len(got.bodies))
		}
		p.Drain()
		synctest.Wait()
	})
}

func TestFailingHandlerGetsTheSameBatchAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got collected
		full := errors.New("disk full")
		fails := 3
		p := NewPipeline(Config{}, NewLedger(event.Counters{}, nil), quiet, func(ctx context.Context, b []event.Event) error {
			if fails > 0 {
				fails--
				return full
			}
			return got.handle(ctx, b)
		})
		go p.Run(t.Context())
		p.Push(rawFrom("192.0.2.1:1", "a"))
		time.Sleep(210 * time.Millisecond)
		synctest.Wait()
		if !errors.Is(p.Failing(), full) {
			t.Errorf("Failing() = %v while the handler fails", p.Failing())
		}
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p.Failing() != nil || len(got.bodies) != 1 {
			t.Errorf("Failing() = %v, %d messages", p.Failing(), len(got.bodies))
		}
		p.Drain()
		synctest.Wait()
	})
}

func TestCancelGivesUpOnAFailingHandlerAndCounts(t *testing.T) {
	ledger := NewLedger(event.Counters{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	p := NewPipeline(Config{}, ledger, quiet, func(context.Context, []event.Event) error { cancel(); return errors.New("disk full") })
	p.Push(rawFrom("192.0.2.1:1", "a"))
	p.Drain()
	p.Run(ctx)
	if totals, _ := ledger.Snapshot(); totals.Dropped != 1 || totals.Received != 1 {
		t.Errorf("totals %+v", totals)
	}
}

func TestLedgerIsBounded(t *testing.T) {
	ledger := NewLedger(event.Counters{}, nil)
	for i := range maxSources + 100 {
		raw := rawFrom(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1).String(), "x")
		ledger.drop(&raw)
	}
	totals, sources := ledger.Snapshot()
	if len(sources) > maxSources+1 {
		t.Errorf("%d sources", len(sources))
	}
	var sum uint64
	for _, s := range sources {
		sum += s.Received
	}
	if sum != totals.Received || totals.Received != maxSources+100 {
		t.Errorf("received %d, by source %d", totals.Received, sum)
	}
}
