package ingest

import (
	"context"
	"errors"

	"porchlight/ingest/event"
)

// Door is one producer's way into a pipeline: a running input's, or an
// import's. The pipeline ends when all doors are closed, so that no message
// needs a lock. Offer and Push are safe for concurrent use, but not after
// Close.
type Door struct{ p *Pipeline }

var errEnding = errors.New("the pipeline is shutting down and takes no more messages")

// Open returns a door, which the caller must close. It fails after Drain.
func (p *Pipeline) Open() (*Door, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draining() {
		return nil, errEnding
	}
	p.doors.Add(1)
	return &Door{p}, nil
}

// Close ends the producer. It must be called once.
func (d *Door) Close() { d.p.doors.Done() }

// Offer takes a message if there is room in the queue; otherwise the message
// is lost and counted for its source. It never blocks: it is for inputs whose
// senders cannot be slowed down.
func (d *Door) Offer(raw event.Raw) {
	d.p.dropPosition(&raw)
	select {
	case d.p.queue <- item{raw: raw}:
	default:
		d.p.refuse(&raw)
	}
}

// Push takes a message, waiting for room: the sender feels back-pressure and
// loses nothing. If ctx is cancelled or Drain has been called, a message for
// which there is no room is lost and counted.
func (d *Door) Push(ctx context.Context, raw event.Raw) {
	d.p.dropPosition(&raw)
	it := item{raw: raw}
	// If there is room, a cancelled context is no reason to lose the message.
	select {
	case d.p.queue <- it:
		return
	default:
	}
	select {
	case d.p.queue <- it:
	case <-ctx.Done():
		d.p.refuse(&raw)
	case <-d.p.drained:
		d.p.refuse(&raw)
	}
}

// refuse loses a message at the door.
func (p *Pipeline) refuse(raw *event.Raw) {
	if raw.Origin.KeepsPositions() {
		p.gaps.Store(raw.Origin, true)
	}
	p.lose(raw)
}

// dropPosition takes the position off a message that follows a refused one of its
// origin: where its input continues next time must not lie behind the gap. What
// is queued already came before the gap and keeps its position.
func (p *Pipeline) dropPosition(raw *event.Raw) {
	if raw.Position == "" {
		return
	}
	if _, gap := p.gaps.Load(raw.Origin); gap {
		raw.Position = ""
	}
}

// lose counts a message that is lost and tells its origin.
func (p *Pipeline) lose(raw *event.Raw) {
	p.ledger.drop(raw)
	if o := raw.Origin; raw.Position != "" && o.Settled != nil {
		o.Settled(raw.Position, false)
	}
}

// Flush waits until every message offered or pushed before the call, through
// any door, is stored or counted as lost. It needs Run to be running or about
// to. It fails after Drain: messages may have come too late to be stored.
func (p *Pipeline) Flush(ctx context.Context) error {
	d, err := p.Open()
	if err != nil {
		return err
	}
	flushed := make(chan struct{})
	err = d.ask(ctx, flushed)
	d.Close()
	if err != nil {
		return err
	}
	select {
	case <-flushed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask queues a Flush's question behind all messages.
func (d *Door) ask(ctx context.Context, flushed chan<- struct{}) error {
	select {
	case d.p.queue <- item{flushed: flushed}:
		return nil
	case <-d.p.drained:
		return errEnding
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Drain tells Run to finish: once all doors are closed, it handles what is
// queued and returns.
func (p *Pipeline) Drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draining() {
		return
	}
	close(p.drained)
	go func() {
		p.doors.Wait()
		close(p.closed)
	}()
}

// draining reports whether Drain has been called.
func (p *Pipeline) draining() bool {
	select {
	case <-p.drained:
		return true
	default:
		return false
	}
}
