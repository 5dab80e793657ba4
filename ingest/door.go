package ingest

import (
	"context"
	"errors"

	"porchlight/ingest/event"
)

// Door is one producer's way into a pipeline: of an input while it runs, of an
// import. The pipeline ends when all doors are closed, so that no message needs
// a lock. Offer and Push may be called from several goroutines, none of them
// after Close.
type Door struct{ p *Pipeline }

var errEnding = errors.New("the pipeline is ending and takes no more messages")

// Open returns a door, which the caller must close. After Drain it is an error.
func (p *Pipeline) Open() (*Door, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draining() {
		return nil, errEnding
	}
	p.doors.Add(1)
	return &Door{p}, nil
}

// Close ends the producer. It is called once.
func (d *Door) Close() { d.p.doors.Done() }

// Offer takes a message if there is room in the queue; else the message is
// lost and counted for its source. It never blocks: it is for inputs whose
// senders cannot be slowed down.
func (d *Door) Offer(raw event.Raw) {
	d.p.place(&raw)
	select {
	case d.p.queue <- item{raw: raw}:
	default:
		d.p.lose(&raw)
	}
}

// Push takes a message, waiting for room: the sender feels back-pressure and
// loses nothing. When ctx is cancelled, or Drain was called, a message for
// which there is no room is lost and counted.
func (d *Door) Push(ctx context.Context, raw event.Raw) {
	d.p.place(&raw)
	it := item{raw: raw}
	// Where there is room, a cancelled context is no reason for a loss.
	select {
	case d.p.queue <- it:
		return
	default:
	}
	select {
	case d.p.queue <- it:
	case <-ctx.Done():
		d.p.lose(&raw)
	case <-d.p.drained:
		d.p.lose(&raw)
	}
}

// place takes its position away from a message that comes behind one that was
// lost: where an origin continues next time must not lie behind a gap. What is
// queued already lies before it.
func (p *Pipeline) place(raw *event.Raw) {
	if raw.Position == "" {
		return
	}
	if _, gap := p.gaps.Load(raw.Origin); gap {
		raw.Position = ""
	}
}

// lose counts a message that is lost and tells its origin.
func (p *Pipeline) lose(raw *event.Raw) {
	o := raw.Origin
	if raw.Position != "" {
		p.gaps.Store(o, true)
	}
	p.ledger.drop(raw)
	if raw.Position != "" && o.Settled != nil {
		o.Settled(raw.Position, false)
	}
}

// Flush waits until every message that was offered or pushed before the call,
// through any door, is stored or counted as lost. It needs a Run that is going
// on or to come. After Drain it is an error: messages may have come too late to
// be stored.
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

// ask queues the question of a Flush behind all messages.
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

// Drain tells Run to finish: when all doors are closed, it handles what is
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

// draining reports whether Drain was called.
func (p *Pipeline) draining() bool {
	select {
	case <-p.drained:
		return true
	default:
		return false
	}
}
