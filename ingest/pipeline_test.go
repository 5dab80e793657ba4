package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

var quiet = slog.New(slog.DiscardHandler)

// Origins of messages: of a device that sends now, and of anything else.
var (
	live  = &event.Origin{Input: "syslog-udp", Kind: "syslog-udp", Live: true}
	still = &event.Origin{Input: ImportInput, Kind: ImportInput}
)

func door(t testing.TB, p *Pipeline) *Door {
	t.Helper()
	d, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// push puts messages into a pipeline through a door of their own.
func push(t testing.TB, p *Pipeline, raws ...event.Raw) {
	t.Helper()
	d := door(t, p)
	defer d.Close()
	for _, raw := range raws {
		d.Push(t.Context(), raw)
	}
}

func rawFrom(sender, body string) event.Raw {
	return event.Raw{Origin: live, From: netip.MustParseAddrPort(sender), Received: 1, Body: body}
}

// collected is a handler that keeps what it gets.
type collected struct {
	mu      sync.Mutex
	bodies  []string
	batches int
}

func (c *collected) handle(_ context.Context, b Batch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.batches++
	for i := range b.Events {
		c.bodies = append(c.bodies, b.Events[i].Get(event.EventOriginal))
	}
	return nil
}

func (c *collected) counts() (batches, messages int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.batches, len(c.bodies)
}

func TestPipelineKeepsOrderAndLosesNothing(t *testing.T) {
	var got collected
	ledger := NewLedger(source.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 16, BatchSize: 100, Workers: 4}, ledger, quiet, got.handle)
	var wg sync.WaitGroup
	wg.Go(func() { p.Run(t.Context()) })
	const n = 5_000
	for i := range n {
		push(t, p, rawFrom("192.0.2.1:514", fmt.Sprint("message ", i)))
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
	want := source.Counters{Received: n, Stored: n, ParseFailed: n}
	if totals != want || len(sources) != 1 || sources[0].Counters != want || sources[0].Address != "192.0.2.1" {
		t.Errorf("ledger %+v %+v", totals, sources)
	}
}

func TestOfferCountsWhatDoesNotFit(t *testing.T) {
	var got collected
	ledger := NewLedger(source.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 10}, ledger, quiet, got.handle)
	d := door(t, p)
	for i := range 25 {
		d.Offer(rawFrom(fmt.Sprintf("192.0.2.%d:514", i%2), "x"))
	}
	d.Close()
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
		p := NewPipeline(Config{BatchTime: 200 * time.Millisecond}, NewLedger(source.Counters{}, nil), quiet, got.handle)
		go p.Run(t.Context())
		push(t, p, rawFrom("192.0.2.1:1", "a"))
		time.Sleep(199 * time.Millisecond)
		push(t, p, rawFrom("192.0.2.1:1", "b"))
		synctest.Wait()
		if batches, _ := got.counts(); batches != 0 {
			t.Error("the batch was closed too early")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if batches, messages := got.counts(); batches != 1 || messages != 2 {
			t.Errorf("%d batches, %d messages after the batch time", batches, messages)
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
		p := NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, func(ctx context.Context, b Batch) error {
			if fails > 0 {
				fails--
				return full
			}
			return got.handle(ctx, b)
		})
		go p.Run(t.Context())
		push(t, p, rawFrom("192.0.2.1:1", "a"))
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
	ledger := NewLedger(source.Counters{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	p := NewPipeline(Config{}, ledger, quiet, func(context.Context, Batch) error { cancel(); return errors.New("disk full") })
	push(t, p, rawFrom("192.0.2.1:1", "a"))
	p.Drain()
	p.Run(ctx)
	if totals, _ := ledger.Snapshot(); totals.Dropped != 1 || totals.Received != 1 {
		t.Errorf("totals %+v", totals)
	}
}

func TestFlushWaitsForWhatIsQueuedWhileOthersAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got collected
		p := NewPipeline(Config{QueueSize: 10}, NewLedger(source.Counters{}, nil), quiet, got.handle)
		d := door(t, p)
		for range 10 {
			d.Offer(rawFrom("192.0.2.1:1", "queued"))
		}
		flushed := make(chan error, 1)
		go func() { flushed <- p.Flush(t.Context()) }()
		synctest.Wait()
		for range 50 {
			d.Offer(rawFrom("192.0.2.1:1", "dropped"))
		}
		d.Close()
		synctest.Wait()
		select {
		case err := <-flushed:
			t.Fatalf("Flush returned %v, %d of 10 messages are handled", err, len(got.bodies))
		default:
		}
		go p.Run(t.Context())
		if err := <-flushed; err != nil || len(got.bodies) != 10 {
			t.Errorf("Flush: %v, %d of 10 messages are handled", err, len(got.bodies))
		}
		p.Drain()
	})
}

func TestFlushOfAnEmptyPipelineWaitsForTheBatchAtWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := make(chan struct{})
		p := NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, func(context.Context, Batch) error { <-store; return nil })
		go p.Run(t.Context())
		push(t, p, rawFrom("192.0.2.1:1", "a"))
		time.Sleep(time.Second) // the handler has it
		flushed := make(chan error, 1)
		go func() { flushed <- p.Flush(t.Context()) }()
		synctest.Wait()
		select {
		case <-flushed:
			t.Error("Flush did not wait")
		default:
		}
		close(store)
		if err := <-flushed; err != nil {
			t.Error(err)
		}
		if err := p.Flush(t.Context()); err != nil {
			t.Error("with nothing to wait for: ", err)
		}
		p.Drain()
	})
}

func TestFlushEnds(t *testing.T) {
	for _, queued := range []int{1, 2} { // room for the question, no room
		synctest.Test(t, func(t *testing.T) {
			var got collected
			p := NewPipeline(Config{QueueSize: 2}, NewLedger(source.Counters{}, nil), quiet, got.handle)
			for range queued {
				push(t, p, rawFrom("192.0.2.1:1", "a"))
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := p.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("nobody runs the pipeline, and Flush returned %v", err)
			}
			waiting := make(chan error, 1)
			go func() { waiting <- p.Flush(t.Context()) }()
			synctest.Wait()
			p.Drain()
			if err := p.Flush(t.Context()); err == nil {
				t.Error("Flush of a pipeline that drains promised what it cannot keep")
			}
			p.Run(t.Context())
			<-waiting // it must end, as all is handled or it had no place in the queue
			if err := p.Flush(t.Context()); err == nil {
				t.Error("Flush of a pipeline that has ended promised what it cannot keep")
			}
			if len(got.bodies) != queued {
				t.Errorf("%d of %d messages are handled", len(got.bodies), queued)
			}
		})
	}
}

func TestNoDoorOpensAfterDrain(t *testing.T) {
	var got collected
	ledger := NewLedger(source.Counters{}, nil)
	p := NewPipeline(Config{}, ledger, quiet, got.handle)
	before := door(t, p)
	p.Drain()
	p.Drain() // twice is once
	if _, err := p.Open(); err == nil {
		t.Error("a door opened")
	}
	// Who came in before may finish what it does.
	before.Push(t.Context(), rawFrom("192.0.2.1:1", "a"))
	before.Close()
	p.Run(t.Context())
	if totals, _ := ledger.Snapshot(); totals.Stored != 1 || len(got.bodies) != 1 {
		t.Errorf("%d handled, totals %+v", len(got.bodies), totals)
	}
}

// TestPushDoesNotWaitForAPipelineThatEnds: nobody makes room any more.
func TestPushDoesNotWaitForAPipelineThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := NewLedger(source.Counters{}, nil)
		p := NewPipeline(Config{QueueSize: 1}, ledger, quiet, new(collected).handle)
		d := door(t, p)
		d.Push(t.Context(), rawFrom("192.0.2.1:1", "fits"))
		go func() {
			d.Push(t.Context(), rawFrom("192.0.2.1:1", "waits"))
			d.Close()
		}()
		synctest.Wait()
		p.Drain()
		synctest.Wait()
		p.Run(t.Context())
		if totals, _ := ledger.Snapshot(); totals.Stored != 1 || totals.Dropped != 1 {
			t.Errorf("totals %+v", totals)
		}
	})
}

func TestEverySenderIsCountedWhenRunEnds(t *testing.T) {
	for range 50 {
		ledger := NewLedger(source.Counters{}, nil)
		p := NewPipeline(Config{QueueSize: 4}, ledger, quiet, new(collected).handle)
		const senders, each = 8, 20
		var sending, wg sync.WaitGroup
		for i := range senders {
			sending.Add(1)
			d := door(t, p)
			wg.Go(func() {
				defer d.Close()
				for j := range each {
					if i%2 == 0 {
						d.Push(t.Context(), rawFrom("192.0.2.1:1", "a"))
					} else {
						d.Offer(rawFrom("192.0.2.1:1", "a"))
					}
					if j == each/2 {
						sending.Done()
					}
				}
			})
		}
		wg.Go(func() {
			sending.Wait()
			p.Drain()
		})
		p.Run(t.Context())
		wg.Wait()
		totals, _ := ledger.Snapshot()
		if totals.Received != senders*each || totals.Received != totals.Stored+totals.Dropped {
			t.Fatalf("%d sent, totals %+v, %d still queued", senders*each, totals, len(p.queue))
		}
	}
}

func TestPushGivesUpWhenThereIsNoRoom(t *testing.T) {
	var got collected
	ledger := NewLedger(source.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 5}, ledger, quiet, got.handle)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := door(t, p)
	for range 8 {
		d.Push(ctx, rawFrom("192.0.2.1:1", "a"))
	}
	d.Close()
	p.Drain()
	p.Run(t.Context())
	if totals, _ := ledger.Snapshot(); totals.Stored != 5 || totals.Dropped != 3 {
		t.Errorf("totals %+v, want the 5 stored for which there was room", totals)
	}
}

// TestPositionsAreHandedOnAndSettled: the handler gets the positions that are
// to be kept with their events, and each origin is told its last one, once the
// batch is stored.
func TestPositionsAreHandedOnAndSettled(t *testing.T) {
	type told struct {
		position string
		stored   bool
	}
	var settled []told
	kept := &event.Origin{Input: "a", Key: "file:a", Settled: func(position string, stored bool) { settled = append(settled, told{position, stored}) }}
	asked := &event.Origin{Input: "b", Settled: func(position string, stored bool) { settled = append(settled, told{position, stored}) }}
	at := func(o *event.Origin, position string) event.Raw {
		return event.Raw{Origin: o, Received: 1, Body: "x", Position: position}
	}
	var got []event.Position
	fails := 1
	p := NewPipeline(Config{QueueSize: 10}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		if fails > 0 {
			fails--
			return errors.New("disk full")
		}
		if len(settled) > 0 {
			t.Error("told before it is stored: ", settled)
		}
		got = append(got, b.Positions...)
		return nil
	})
	push(t, p, at(kept, "1"), at(asked, "eins"), at(kept, "2"), rawFrom("192.0.2.1:1", "none"), at(asked, "zwei"), at(kept, ""))
	p.Drain()
	p.Run(t.Context())
	if want := []event.Position{{At: 0, Key: "file:a", Text: "1"}, {At: 2, Key: "file:a", Text: "2"}}; !slices.Equal(got, want) {
		t.Errorf("positions %v, want %v", got, want)
	}
	if want := []told{{"zwei", true}, {"2", true}}; !slices.Equal(settled, want) {
		t.Errorf("settled %v, want %v", settled, want)
	}
	// What is lost is told as well.
	settled = nil
	full := NewPipeline(Config{QueueSize: 1}, NewLedger(source.Counters{}, nil), quiet, nil)
	d := door(t, full)
	d.Offer(at(asked, "fits"))
	d.Offer(at(asked, "does not"))
	if want := []told{{"does not", false}}; !slices.Equal(settled, want) {
		t.Errorf("settled %v, want %v", settled, want)
	}
}

// TestNoPositionBehindAGap: what comes after a lost message is stored, but where
// its input continues next time lies before the loss.
func TestNoPositionBehindAGap(t *testing.T) {
	var settled []string
	o := &event.Origin{Input: "a", Key: "file:a", Settled: func(position string, stored bool) { settled = append(settled, fmt.Sprint(position, " ", stored)) }}
	ctx, cancel := context.WithCancel(t.Context())
	calls, kept := 0, 0
	p := NewPipeline(Config{QueueSize: 10, BatchSize: 1}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		if calls++; calls == 2 {
			cancel() // the pipeline gives up on this batch
			return errors.New("disk full")
		}
		kept += len(b.Positions)
		return nil
	})
	push(t, p, event.Raw{Origin: o, Received: 1, Body: "x", Position: "1"}, event.Raw{Origin: o, Received: 1, Body: "x", Position: "2"}, event.Raw{Origin: o, Received: 1, Body: "x", Position: "3"})
	p.Drain()
	p.Run(ctx)
	if want := []string{"1 true", "2 false"}; !slices.Equal(settled, want) || kept != 1 || calls != 3 {
		t.Errorf("settled %q, want %q; %d positions kept in %d batches", settled, want, kept, calls)
	}
}

// TestPositionsBeforeAGapAreKept: what was queued before the loss is stored, and
// its position with it, or the next run would store it twice.
func TestPositionsBeforeAGapAreKept(t *testing.T) {
	var settled []string
	o := &event.Origin{Input: "a", Key: "file:a", Settled: func(position string, stored bool) { settled = append(settled, fmt.Sprint(position, " ", stored)) }}
	var kept []string
	p := NewPipeline(Config{QueueSize: 2, BatchSize: 1}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		for _, at := range b.Positions {
			kept = append(kept, at.Text)
		}
		return nil
	})
	d := door(t, p)
	for _, position := range []string{"1", "2", "lost"} {
		d.Offer(event.Raw{Origin: o, Received: 1, Body: "x", Position: position})
	}
	<-p.queue // there is room again
	d.Offer(event.Raw{Origin: o, Received: 1, Body: "x", Position: "behind the gap"})
	d.Close()
	p.Drain()
	p.Run(t.Context())
	if want := []string{"lost false", "2 true"}; !slices.Equal(settled, want) || !slices.Equal(kept, []string{"2"}) {
		t.Errorf("settled %q, want %q; kept %q, want 2", settled, want, kept)
	}
}

func TestADropCostsNoMoreThanTheNameOfItsSource(t *testing.T) {
	p := NewPipeline(Config{QueueSize: 1}, NewLedger(source.Counters{}, nil), quiet, new(collected).handle)
	raw, d := rawFrom("192.0.2.1:1", "a"), door(t, p)
	d.Offer(raw)
	if n := testing.AllocsPerRun(100, func() { d.Offer(raw) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkOfferDropped(b *testing.B) {
	p := NewPipeline(Config{QueueSize: 1}, NewLedger(source.Counters{}, nil), quiet, new(collected).handle)
	raw, d := rawFrom("192.0.2.1:1", "a"), door(b, p)
	d.Offer(raw)
	b.ReportAllocs()
	for b.Loop() {
		d.Offer(raw)
	}
}

func TestLedgerBoundsNames(t *testing.T) {
	ledger := NewLedger(source.Counters{}, nil)
	var ev event.Event
	ev.Received = 7
	ev.Set(event.LogSourceAddress, "192.0.2.1")
	ev.Set(event.HostName, strings.Repeat("ä", 20_000))
	ev.Set(event.ObserverVendor, strings.Repeat("v", 20_000))
	ledger.Recover(&ev)
	ev.Delete(event.LogSourceAddress) // a file's
	ledger.Recover(&ev)
	totals, sources := ledger.Snapshot()
	if totals.Stored != 2 || len(sources) != 2 || sources[0].Address != "192.0.2.1" || sources[1].Address != "import" {
		t.Fatalf("%+v %+v", totals, sources)
	}
	if s := sources[0]; len(s.Name) > maxName || len(s.Vendor) > maxName || !utf8.ValidString(s.Name) || s.LastSeen != 7 {
		t.Errorf("name of %d bytes, vendor of %d, last seen %d", len(s.Name), len(s.Vendor), s.LastSeen)
	}
}

// TestEverySecond: time is told without events and between batches, and stands
// still while they cannot be handled.
func TestEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var full atomic.Bool // the disk
		var handled, ticks atomic.Int64
		p := NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
			if full.Load() {
				return errors.New("disk full")
			}
			handled.Add(int64(len(b.Events)))
			return nil
		})
		p.EverySecond(func(context.Context) { ticks.Add(1) })
		ended := make(chan error, 1)
		go func() { ended <- p.Run(t.Context()) }()
		pass := func(d time.Duration) (ticked int64) {
			before := ticks.Load()
			time.Sleep(d)
			synctest.Wait()
			return ticks.Load() - before
		}
		if n := pass(10*time.Second + time.Millisecond); n != 10 {
			t.Errorf("%d ticks in ten quiet seconds", n)
		}
		full.Store(true)
		push(t, p, rawFrom("192.0.2.1:514", "<13>Mar  1 10:00:00 pc app: one"))
		pass(500 * time.Millisecond)
		if n := pass(time.Minute); n != 0 {
			t.Errorf("%d ticks while an event could not be stored", n)
		}
		full.Store(false)
		if n := pass(3 * time.Second); n == 0 || handled.Load() != 1 {
			t.Errorf("%d ticks, %d events after that", n, handled.Load())
		}
		p.Drain()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestAuditRecordsAcrossBatches: the records of one system call are joined
// though a batch ends between them, and wait no longer than a batch's time.
func TestAuditRecordsAcrossBatches(t *testing.T) {
	record := func(serial int, text string) event.Raw {
		kind, rest, _ := strings.Cut(text, " ")
		return rawFrom("192.0.2.1:514", fmt.Sprintf("<13>Mar  1 10:00:00 web01 audispd: type=%s msg=audit(1772359200.048:%d): %s", kind, serial, rest))
	}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		batches := 0
		p := NewPipeline(Config{QueueSize: 16, BatchSize: 3, BatchTime: time.Second}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
			batches++
			batch := b.Events
			for i := range batch {
				command, _ := batch[i].LookupName("process.command_line")
				lines = append(lines, batch[i].Get(event.EventCode)+" "+command)
			}
			return nil
		})
		go p.Run(t.Context())
		push(t, p, rawFrom("192.0.2.9:514", "<13>Mar  1 10:00:00 pc app: one"))
		push(t, p, rawFrom("192.0.2.9:514", "<13>Mar  1 10:00:00 pc app: two"))
		push(t, p, record(7, `SYSCALL arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 auid=1000 uid=1000 comm="cat" exe="/usr/bin/cat"`))
		synctest.Wait()
		if batches != 1 || len(lines) != 2 {
			t.Fatalf("%d batches, %q", batches, lines)
		}
		push(t, p, record(7, `EXECVE argc=2 a0="cat" a1="/etc/shadow"`))
		push(t, p, record(7, `CWD cwd="/home/anna"`))
		time.Sleep(3 * time.Second) // three records are a batch; nothing more comes
		synctest.Wait()
		if want := []string{" ", " ", "SYSCALL cat /etc/shadow", "EXECVE cat /etc/shadow", "CWD "}; !slices.Equal(lines, want) {
			t.Errorf("%q, want %q", lines, want)
		}
		// A record that stays alone is not kept for ever, nor behind a Flush.
		push(t, p, rawFrom("192.0.2.9:514", "<13>Mar  1 10:00:00 pc app: three"))
		push(t, p, record(8, `SYSCALL arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 comm="id" exe="/usr/bin/id"`))
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if len(lines) != 7 {
			t.Errorf("a record alone is not stored: %q", lines)
		}
		push(t, p, rawFrom("192.0.2.9:514", "<13>Mar  1 10:00:00 pc app: four"))
		push(t, p, record(9, `SYSCALL arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 comm="id" exe="/usr/bin/id"`))
		if err := p.Flush(t.Context()); err != nil || len(lines) != 9 {
			t.Errorf("after a Flush %d events are stored (%v)", len(lines), err)
		}
		push(t, p, rawFrom("192.0.2.9:514", "<13>Mar  1 10:00:00 pc app: five"))
		push(t, p, record(10, `SYSCALL arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 comm="id" exe="/usr/bin/id"`))
		p.Drain()
		synctest.Wait()
		if len(lines) != 11 {
			t.Errorf("after draining %d events are stored", len(lines))
		}
	})
}
