package ingest

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"porchlight/ingest/enrich"
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Pipeline takes messages from the inputs, parses them on all cores and hands
// them on in batches, in the order of arrival.
type Pipeline struct {
	packs    atomic.Pointer[read.Packs]      // the admin's own parsers
	enricher atomic.Pointer[enrich.Enricher] // nil: tells directions only

	queue     chan item
	draining  chan struct{}
	drainOnce sync.Once
	batchSize int
	batchTime time.Duration
	workers   int
	parser    Parser
	handle    func(ctx context.Context, batch []event.Event) error
	ledger    *Ledger
	log       *slog.Logger

	// senders is held for reading by whoever puts items into the queue. Run
	// holds it for writing while it looks for the last ones: after draining is
	// closed nobody adds to what such a look finds.
	senders sync.RWMutex

	mu      sync.Mutex
	failing error // why the handler cannot take batches; nil while it can

	// held are the last messages of a batch that wait for the next one, since
	// what belongs to them is still on its way. Only Run has it.
	held []event.Raw
}

// item is a place in the queue: a message, or the question of a Flush.
type item struct {
	raw     event.Raw
	flushed chan<- struct{} // nil for a message; closed when all before it are settled
}

// batch is messages on their way; its memory is used over and over.
type batch struct {
	raws    []event.Raw
	events  []event.Event
	flushed []chan<- struct{} // to close when the batch is settled
}

// add takes one item from the queue.
func (b *batch) add(it *item) {
	if it.flushed != nil {
		b.flushed = append(b.flushed, it.flushed)
		return
	}
	b.raws = append(b.raws, it.raw)
}

// NewPipeline prepares a pipeline. handle is called from one goroutine, with
// events that are only its own until it returns; while it fails it is called
// again with the same batch, so that nothing accepted is lost.
func NewPipeline(c Config, ledger *Ledger, log *slog.Logger, handle func(ctx context.Context, batch []event.Event) error) *Pipeline {
	p := &Pipeline{
		draining:  make(chan struct{}),
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
	p.queue = make(chan item, c.QueueSize)
	return p
}

// Offer takes a message if there is room in the queue; else the message is
// lost and counted for its source, as it is after Drain. It never blocks: it
// is for inputs whose senders cannot be slowed down.
func (p *Pipeline) Offer(raw event.Raw) {
	p.senders.RLock()
	defer p.senders.RUnlock()
	if p.ending() || !p.enqueue(item{raw: raw}) {
		p.ledger.drop(&raw)
	}
}

// Push takes a message, waiting for room: the sender feels back-pressure and
// loses nothing. Messages that come after Drain are counted as dropped.
func (p *Pipeline) Push(raw event.Raw) { p.PushContext(context.Background(), raw) }

// PushContext is Push that waits no longer than until ctx is cancelled: then
// a message for which there is no room is counted as dropped.
func (p *Pipeline) PushContext(ctx context.Context, raw event.Raw) {
	p.senders.RLock()
	defer p.senders.RUnlock()
	if !p.ending() {
		// Where there is room, a cancelled context is no reason for a loss.
		if p.enqueue(item{raw: raw}) {
			return
		}
		select {
		case p.queue <- item{raw: raw}:
			return
		case <-ctx.Done():
		case <-p.draining:
		}
	}
	p.ledger.drop(&raw)
}

// enqueue takes an item if there is room.
func (p *Pipeline) enqueue(it item) bool {
	select {
	case p.queue <- it:
		return true
	default:
		return false
	}
}

func (p *Pipeline) ending() bool {
	select {
	case <-p.draining:
		return true
	default:
		return false
	}
}

var errEnding = errors.New("the pipeline is ending and takes no more messages")

// Flush waits until every message that was offered or pushed before the call
// is stored or counted as lost. It needs a Run that is going on or to come.
// After Drain it is an error: messages may have come too late to be stored.
func (p *Pipeline) Flush(ctx context.Context) error {
	flushed := make(chan struct{})
	if err := p.ask(ctx, flushed); err != nil {
		return err
	}
	select {
	case <-flushed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask queues the question of a Flush behind all messages.
func (p *Pipeline) ask(ctx context.Context, flushed chan<- struct{}) error {
	p.senders.RLock()
	defer p.senders.RUnlock()
	if p.ending() {
		return errEnding
	}
	select {
	case p.queue <- item{flushed: flushed}:
		return nil
	case <-p.draining:
		return errEnding
	case <-ctx.Done():
		return ctx.Err()
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
		if len(b.raws)+len(b.flushed) == 0 {
			free <- b
			continue
		}
		p.parse(b)
		if more && b.flushed == nil {
			p.hold(b)
		}
		joinAudit(b.events)
		full <- b
	}
	close(full)
	wg.Wait()
	return nil
}

// collect fills b with what arrives until it is full, its oldest message has
// waited long enough or a Flush waits for it. It returns false when draining
// found the queue empty.
func (p *Pipeline) collect(b *batch) bool {
	clear(b.raws)
	b.raws = append(b.raws[:0], p.held...)
	clear(p.held)
	p.held = p.held[:0]
	b.flushed = nil
	var oldest <-chan time.Time // when the batch must go; never while it is empty
	if len(b.raws) > 0 {
		timer := time.NewTimer(p.batchTime)
		defer timer.Stop()
		oldest = timer.C
	}
	for len(b.raws) < p.batchSize && b.flushed == nil {
		select {
		case it := <-p.queue:
			b.add(&it)
		case <-oldest:
			return true
		case <-p.draining:
			return p.takeQueued(b)
		}
		if oldest == nil {
			timer := time.NewTimer(p.batchTime)
			defer timer.Stop()
			oldest = timer.C
		}
	}
	return true
}

// takeQueued fills b without waiting and tells whether there may be more.
// Draining has begun: once it holds senders, nobody adds to the queue.
func (p *Pipeline) takeQueued(b *batch) bool {
	p.senders.Lock()
	defer p.senders.Unlock()
	for len(b.raws) < p.batchSize {
		select {
		case it := <-p.queue:
			b.add(&it)
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
	known, parser := *p.ledger.senders.Load(), p.Parser()
	for i := range parts {
		lo, hi := n*i/parts, n*(i+1)/parts
		parse := func() {
			for j := lo; j < hi; j++ {
				parser.Parse(&b.raws[j], &b.events[j])
				known.complete(&b.raws[j], &b.events[j])
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

// hold takes the last messages out of a batch when they are records of an
// event whose other records are still on their way.
func (p *Pipeline) hold(b *batch) {
	keep := len(b.events) - openAudit(b.events)
	if keep == len(b.events) || keep == 0 { // alone they have waited already
		return
	}
	p.held = append(p.held, b.raws[keep:]...)
	clear(b.raws[keep:])
	b.raws, b.events = b.raws[:keep], b.events[:keep]
}

// handOver settles the batch: it gives it to the handler until that takes it.
// The queue fills meanwhile: streams wait, datagrams are dropped and counted.
func (p *Pipeline) handOver(ctx context.Context, b *batch) {
	defer func() {
		for _, flushed := range b.flushed {
			close(flushed)
		}
	}()
	if len(b.raws) == 0 {
		return
	}
	wait := 50 * time.Millisecond
	for {
		err := p.handle(ctx, b.events)
		if err == nil {
			p.setFailing(nil)
			p.ledger.store(b)
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
				p.ledger.drop(&b.raws[i])
			}
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, 2*time.Second)
	}
}
