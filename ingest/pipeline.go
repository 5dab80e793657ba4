package ingest

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"porchlight/ingest/event"
)

// Pipeline takes messages from the inputs, parses them on all cores and hands
// them on in batches, in the order of arrival.
type Pipeline struct {
	queue     chan event.Raw
	draining  chan struct{}
	drainOnce sync.Once
	batchSize int
	batchTime time.Duration
	workers   int
	parser    Parser
	handle    func(ctx context.Context, batch []event.Event) error
	ledger    *Ledger
	log       *slog.Logger

	accepted atomic.Uint64 // messages that Offer and Push were called with

	mu      sync.Mutex
	failing error         // why the handler cannot take batches; nil while it can
	settled uint64        // messages whose fate is known: handled or dropped
	wake    chan struct{} // closed and replaced when settled grows
}

// batch is messages on their way; its memory is used over and over.
type batch struct {
	raws   []event.Raw
	events []event.Event
}

// NewPipeline prepares a pipeline. handle is called from one goroutine, with
// events that are only its own until it returns; while it fails it is called
// again with the same batch, so that nothing accepted is lost.
func NewPipeline(c Config, ledger *Ledger, log *slog.Logger, handle func(ctx context.Context, batch []event.Event) error) *Pipeline {
	p := &Pipeline{
		draining: make(chan struct{}), wake: make(chan struct{}),
		batchSize: c.BatchSize, batchTime: c.BatchTime, workers: c.Workers,
		parser: NewParser(c.Location), handle: handle, ledger: ledger, log: log,
	}
	if c.QueueSize == 0 {
		c.QueueSize = defaultQueueSize
	}
	if p.batchSize == 0 {
		p.batchSize = defaultBatchSize
	}
	if p.batchTime == 0 {
		p.batchTime = defaultBatchTime
	}
	if p.workers == 0 {
		p.workers = runtime.GOMAXPROCS(0)
	}
	p.queue = make(chan event.Raw, c.QueueSize)
	return p
}

// Offer takes a message if there is room in the queue; else the message is
// lost and counted for its source. It never blocks: it is for inputs whose
// senders cannot be slowed down.
func (p *Pipeline) Offer(raw event.Raw) {
	p.accepted.Add(1)
	select {
	case p.queue <- raw:
	default:
		p.drop(&raw)
	}
}

// Push takes a message, waiting for room: the sender feels back-pressure and
// loses nothing. Messages that come after Drain are counted as dropped.
func (p *Pipeline) Push(raw event.Raw) {
	p.accepted.Add(1)
	select {
	case p.queue <- raw:
	case <-p.draining:
		p.drop(&raw)
	}
}

func (p *Pipeline) drop(raw *event.Raw) {
	p.ledger.drop(raw)
	p.settle(1)
}

func (p *Pipeline) settle(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settled += uint64(n)
	close(p.wake)
	p.wake = make(chan struct{})
}

// Flush waits until every message that was offered or pushed before the call
// is stored or counted as lost.
func (p *Pipeline) Flush(ctx context.Context) error {
	target := p.accepted.Load()
	for {
		p.mu.Lock()
		settled, wake := p.settled, p.wake
		p.mu.Unlock()
		if settled >= target {
			return nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Drain tells Run to finish: it handles what is queued and returns. Call it
// when the inputs have ended.
func (p *Pipeline) Drain() { p.drainOnce.Do(func() { close(p.draining) }) }

// Failing returns why batches cannot be handled at the moment, nil when they
// can.
func (p *Pipeline) Failing() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failing
}

func (p *Pipeline) setFailing(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failing = err
}

// Run parses and hands on until Drain is called and the queue is empty. ctx
// reaches the handler; cancelling it gives up on a handler that fails.
func (p *Pipeline) Run(ctx context.Context) error {
	// Two batches: one is parsed while the other is handled.
	free := make(chan *batch, 2)
	full := make(chan *batch)
	for range cap(free) {
		free <- &batch{raws: make([]event.Raw, 0, p.batchSize), events: make([]event.Event, p.batchSize)}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for b := range full {
			p.handOver(ctx, b)
			free <- b
		}
	})
	for more := true; more; {
		b := <-free
		more = p.collect(b)
		if len(b.raws) == 0 {
			free <- b
			continue
		}
		p.parse(b)
		full <- b
	}
	close(full)
	wg.Wait()
	return nil
}

// collect fills b with what arrives until it is full or its oldest message
// has waited long enough. It returns false when draining found the queue
// empty.
func (p *Pipeline) collect(b *batch) bool {
	clear(b.raws)
	b.raws = b.raws[:0]
	select {
	case raw := <-p.queue:
		b.raws = append(b.raws, raw)
	case <-p.draining:
		return p.takeQueued(b)
	}
	timer := time.NewTimer(p.batchTime)
	defer timer.Stop()
	for len(b.raws) < p.batchSize {
		select {
		case raw := <-p.queue:
			b.raws = append(b.raws, raw)
		case <-timer.C:
			return true
		case <-p.draining:
			return p.takeQueued(b)
		}
	}
	return true
}

// takeQueued fills b without waiting and tells whether there may be more.
func (p *Pipeline) takeQueued(b *batch) bool {
	for len(b.raws) < p.batchSize {
		select {
		case raw := <-p.queue:
			b.raws = append(b.raws, raw)
		default:
			return false
		}
	}
	return true
}

// parse fills b.events from b.raws, on all workers when it is worth it.
func (p *Pipeline) parse(b *batch) {
	n := len(b.raws)
	b.events = b.events[:n]
	const worthwhile = 64 // messages per goroutine: below, starting it costs more
	parts := max(1, min(p.workers, n/worthwhile))
	var wg sync.WaitGroup
	for i := range parts {
		lo, hi := n*i/parts, n*(i+1)/parts
		parse := func() {
			for j := lo; j < hi; j++ {
				p.parser.Parse(&b.raws[j], &b.events[j])
			}
		}
		if i == parts-1 {
			parse()
		} else {
			wg.Go(parse)
		}
	}
	wg.Wait()
}

// handOver gives the batch to the handler until it takes it. The queue fills
// meanwhile: streams wait, datagrams are dropped and counted.
func (p *Pipeline) handOver(ctx context.Context, b *batch) {
	wait := 50 * time.Millisecond
	for {
		err := p.handle(ctx, b.events)
		if err == nil {
			p.setFailing(nil)
			p.ledger.store(b)
			p.settle(len(b.raws))
			return
		}
		if p.Failing() == nil {
			p.log.Error("events cannot be stored, trying again until it works", "error", err)
		}
		p.setFailing(err)
		select {
		case <-ctx.Done():
			p.log.Error("gave up on events that could not be stored", "events", len(b.raws), "error", err)
			for i := range b.raws {
				p.drop(&b.raws[i])
			}
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, 2*time.Second)
	}
}
