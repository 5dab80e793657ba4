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

// Pipeline takes messages from the inputs, parses them on all cores and passes
// them on in batches, in order of arrival.
type Pipeline struct {
	packs    atomic.Pointer[read.Packs]      // the admin's own parsers
	enricher atomic.Pointer[enrich.Enricher] // nil: works out directions only

	queue     chan item
	drained   chan struct{}  // closed by Drain: no new doors
	doors     sync.WaitGroup // the open ones
	closed    chan struct{}  // closed when, after Drain, all doors are
	gaps      sync.Map       // *event.Origin with positions of which a message was refused
	batchSize int
	batchTime time.Duration
	workers   int
	parser    Parser
	handle    func(ctx context.Context, b Batch) error
	tick      func(ctx context.Context) // see EverySecond; nil calls nobody
	ledger    *Ledger
	log       *slog.Logger

	mu      sync.Mutex // guards failing and the opening of doors
	failing error      // why the handler is failing; nil while it is not

	// held are the last messages of a batch that wait for the next one,
	// because what belongs to them is still on its way (steps). Only Run uses
	// it.
	held []event.Raw

	// givenUp are the origins with positions of which a batch was given up, so
	// that no later position is kept. Only settle has it.
	givenUp map[*event.Origin]bool
}

// item is an entry in the queue: a message, or a Flush's question.
type item struct {
	raw     event.Raw
	flushed chan<- struct{} // nil for a message; closed once all before it are settled
}

// Batch is what the handler gets: events in order of arrival, and the
// positions reached by the inputs that keep them.
type Batch struct {
	Events    []event.Event
	Positions []event.Position // in the order of the events
}

// batch is a batch in the making; its memory is reused.
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

// EverySecond has tick called about once a second, on the handler's goroutine
// and between its calls. So ticks are in order with the events, and stop while
// these cannot be handled: for anything that waits for an arrival, time stands
// still as long as events are held up. Call it before Run.
func (p *Pipeline) EverySecond(tick func(ctx context.Context)) { p.tick = tick }

// Failing returns why batches cannot be handled at the moment, nil if they
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

// Run parses messages and passes them on until Drain is called and the queue
// is empty. ctx is passed to the handler; cancelling it gives up on a failing
// handler.
func (p *Pipeline) Run(ctx context.Context) error {
	// Two batches: one is parsed while the other is being handled.
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
// waited long enough or a Flush waits for it. It returns false once draining
// has found the queue empty.
func (p *Pipeline) collect(b *batch) bool {
	clear(b.raws)
	b.raws = append(b.raws[:0], p.held...)
	clear(p.held)
	p.held = p.held[:0]
	b.flushed = nil
	var oldest <-chan time.Time // when the batch is due; never while it is empty
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

// takeQueued fills b without waiting and reports whether there may be more.
// All doors are closed, so nobody adds to the queue.
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

// parse fills b.events from b.raws, on all workers if that is worthwhile.
func (p *Pipeline) parse(b *batch) {
	n := len(b.raws)
	b.events = b.events[:n]
	const worthwhile = 64 // messages per goroutine: below this, starting one costs more
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

// hold takes the last messages out of a batch if a step needs what follows
// them.
func (p *Pipeline) hold(b *batch) {
	keep := len(b.events)
	for _, s := range steps {
		keep = min(keep, len(b.events)-s.waiting(b.events))
	}
	if keep == len(b.events) || keep == 0 { // alone in the batch, they have waited already
		return
	}
	p.held = append(p.held, b.raws[keep:]...)
	clear(b.raws[keep:])
	b.raws, b.events = b.raws[:keep], b.events[:keep]
}

// settle hands over one batch after another, and ticks in between.
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

// handOver settles the batch: it retries the handler until that succeeds.
// Meanwhile the queue fills: streams wait, datagrams are dropped and counted.
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
			p.giveUp(b)
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, 2*time.Second)
	}
}

// giveUp loses a batch.
func (p *Pipeline) giveUp(b *batch) {
	for i := range b.raws {
		raw := &b.raws[i]
		if raw.Origin.KeepsPositions() {
			if p.givenUp == nil {
				p.givenUp = map[*event.Origin]bool{}
			}
			p.givenUp[raw.Origin] = true
		}
		p.lose(raw)
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

// acknowledge tells the inputs what is now durable: the last position of each
// origin.
func (p *Pipeline) acknowledge(b *batch) {
	var told []*event.Origin // usually none, otherwise few
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
