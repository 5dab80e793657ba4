package ingest

import (
	"context"
	"log/slog"
	"runtime"
	"slices"
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
	drained   chan struct{}  // closed by Drain: no new doors
	doors     sync.WaitGroup // the open ones
	closed    chan struct{}  // closed when, after Drain, all doors are
	gaps      sync.Map       // *event.Origin of which a message with a position was lost
	batchSize int
	batchTime time.Duration
	workers   int
	parser    Parser
	handle    func(ctx context.Context, b Batch) error
	tick      func(ctx context.Context) // see EverySecond; nil calls nobody
	ledger    *Ledger
	log       *slog.Logger

	mu      sync.Mutex // guards failing and the opening of doors
	failing error      // why the handler cannot take batches; nil while it can

	// held are the last messages of a batch that wait for the next one, since
	// what belongs to them is still on its way (steps). Only Run has it.
	held []event.Raw

	// givenUp are the origins with positions of which a batch was given up: what
	// was queued behind it gets none either. Only settle has it.
	givenUp map[*event.Origin]bool
}

// item is a place in the queue: a message, or the question of a Flush.
type item struct {
	raw     event.Raw
	flushed chan<- struct{} // nil for a message; closed when all before it are settled
}

// Batch is what the handler gets: events in the order of arrival, and how far
// the inputs that keep positions have come with them.
type Batch struct {
	Events    []event.Event
	Positions []event.Position // in the order of the events
}

// batch is messages on their way; its memory is used over and over.
type batch struct {
	raws      []event.Raw
	events    []event.Event
	positions []event.Position
	flushed   []chan<- struct{} // to close when the batch is settled
}

// add takes one item from the queue.
func (b *batch) add(it *item) {
	if it.flushed != nil {
		b.flushed = append(b.flushed, it.flushed)
		return
	}
	b.raws = append(b.raws, it.raw)
}

// NewPipeline prepares a pipeline. handle is called from one goroutine and owns
// the batch until it returns; while it fails it is called again with the same
// batch, so that nothing accepted is lost.
func NewPipeline(c Config, ledger *Ledger, log *slog.Logger, handle func(ctx context.Context, b Batch) error) *Pipeline {
	p := &Pipeline{
		drained: make(chan struct{}), closed: make(chan struct{}), givenUp: map[*event.Origin]bool{},
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

// EverySecond has tick called about once a second, by the goroutine that calls
// the handler and between its calls. So it comes in order with the events, and
// not at all while these cannot be handled: for those who wait for something
// to arrive, time stands still as long as events are held up. Call it before
// Run.
func (p *Pipeline) EverySecond(tick func(ctx context.Context)) { p.tick = tick }

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
	wg.Go(func() { p.settle(ctx, full, free) })
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
		for _, s := range steps {
			s.complete(b.events)
		}
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
		case <-p.closed:
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

// takeQueued fills b without waiting and reports whether there may be more. All
// doors are closed: nobody adds to the queue.
func (p *Pipeline) takeQueued(b *batch) bool {
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
				known.inform(&b.raws[j], &b.events[j])
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

// hold takes the last messages out of a batch when a step needs what follows
// them.
func (p *Pipeline) hold(b *batch) {
	keep := len(b.events)
	for _, s := range steps {
		keep = min(keep, len(b.events)-s.waiting(b.events))
	}
	if keep == len(b.events) || keep == 0 { // alone they have waited already
		return
	}
	p.held = append(p.held, b.raws[keep:]...)
	clear(b.raws[keep:])
	b.raws, b.events = b.raws[:keep], b.events[:keep]
}

// settle hands over one batch after the other, and ticks in between.
func (p *Pipeline) settle(ctx context.Context, full <-chan *batch, free chan<- *batch) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case b, more := <-full:
			if !more {
				return
			}
			p.handOver(ctx, b)
			free <- b
		case <-second.C:
			if p.tick != nil {
				p.tick(ctx)
			}
		}
	}
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
	p.locate(b)
	wait := 50 * time.Millisecond
	for {
		err := p.handle(ctx, Batch{b.events, b.positions})
		if err == nil {
			p.setFailing(nil)
			p.ledger.store(b)
			p.acknowledge(b)
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
				raw := &b.raws[i]
				if raw.Position != "" {
					p.givenUp[raw.Origin] = true
				}
				p.lose(raw)
			}
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, 2*time.Second)
	}
}

// locate lists the positions that the store is to keep.
func (p *Pipeline) locate(b *batch) {
	clear(b.positions)
	b.positions = b.positions[:0]
	for i := range b.raws {
		if raw := &b.raws[i]; raw.Position != "" && raw.Origin.Key != "" && !p.givenUp[raw.Origin] {
			b.positions = append(b.positions, event.Position{At: i, Key: raw.Origin.Key, Text: raw.Position})
		}
	}
}

// acknowledge tells the inputs what is durable now: of each origin the last
// position.
func (p *Pipeline) acknowledge(b *batch) {
	var told []*event.Origin // usually none, else few
	for i := len(b.raws) - 1; i >= 0; i-- {
		raw := &b.raws[i]
		if raw.Position == "" || raw.Origin.Settled == nil || slices.Contains(told, raw.Origin) {
			continue
		}
		told = append(told, raw.Origin)
		if !p.givenUp[raw.Origin] {
			raw.Origin.Settled(raw.Position, true)
		}
	}
}
