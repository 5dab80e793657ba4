package ingest

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// Back-off between attempts to open an input that failed.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// lastPush is how long an input that was told to end may wait for room in the
// queue: longer than its last look at what has arrived takes.
const lastPush = 3 * time.Second

// Inputs keeps the configured inputs running: it opens them, restarts them
// with back-off, and knows their health.
type Inputs struct {
	pipeline *Pipeline
	log      *slog.Logger

	setting sync.Mutex // one Set at a time; the only lock held while inputs open and end

	mu      sync.Mutex
	ctx     context.Context // of Run; nil before
	ended   bool            // Run's context was cancelled: nothing is opened any more
	running []*supervised
	ending  []*supervised // no longer wanted, but not ended yet
	retired uint64        // kernel drops of inputs that have ended
	wg      sync.WaitGroup
}

// NewInputs prepares inputs that feed p. Nothing is opened before Set.
func NewInputs(p *Pipeline, log *slog.Logger) *Inputs {
	return &Inputs{pipeline: p, log: log}
}

// supervised is one input under supervision.
type supervised struct {
	spec
	cancel context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	input   Input  // nil while not open
	err     error  // why it is not open
	retired uint64 // kernel drops of sockets that failed
}

// Set makes exactly the inputs of c run: it stops those that are no longer
// wanted, leaves the unchanged alone and opens the new ones, each once before
// it returns. An input that cannot be opened is retried in the background;
// the errors of the first attempts are returned and stay visible in Listeners.
// Before Run is called, inputs are bound but nothing is read; when Run's
// context was cancelled, nothing is opened.
func (in *Inputs) Set(ctx context.Context, c Config) []error {
	in.setting.Lock()
	defer in.setting.Unlock()
	wanted := in.detach(ctx, c)
	var errs []error
	for _, w := range wanted {
		s := &supervised{spec: w}
		if err := s.tryOpen(); err != nil {
			errs = append(errs, err)
		}
		if !in.attach(s) {
			s.release(ctx)
		}
	}
	return errs
}

// detach ends the inputs that c does not want as they are and returns those
// to open. It waits for the end without the lock: an input may take a while.
func (in *Inputs) detach(ctx context.Context, c Config) (wanted []spec) {
	in.mu.Lock()
	if in.ended {
		in.mu.Unlock()
		return nil
	}
	for _, w := range specs(c, in.log) {
		if w.address != "" {
			wanted = append(wanted, w)
		}
	}
	var keep []*supervised
	for _, s := range in.running {
		same := func(w spec) bool { return w.name == s.name && w.address == s.address }
		if i := slices.IndexFunc(wanted, same); i >= 0 && s.state() == nil {
			wanted = slices.Delete(wanted, i, i+1)
			keep = append(keep, s)
			continue
		}
		in.ending = append(in.ending, s)
		if s.cancel != nil {
			s.cancel()
		}
	}
	in.running = keep
	ending := in.ending // changed by Set alone
	in.mu.Unlock()

	for _, s := range ending {
		if s.done != nil {
			<-s.done
		} else {
			s.release(ctx)
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, s := range in.ending {
		in.retired += s.kernelDropped() // now it is final
	}
	in.ending = nil
	return wanted
}

// attach puts s under supervision; false when Run has ended meanwhile.
func (in *Inputs) attach(s *supervised) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.ended {
		return false
	}
	in.running = append(in.running, s)
	if in.ctx != nil {
		in.start(s)
	}
	return true
}

// Run reads from the inputs until ctx is cancelled and all of them have
// ended. Called with a cancelled context it reads nothing and only releases
// what Set has bound: that is the way to close inputs that shall never run.
func (in *Inputs) Run(ctx context.Context) error {
	in.mu.Lock()
	in.ctx = ctx
	for _, s := range in.running {
		in.start(s)
	}
	in.mu.Unlock()
	<-ctx.Done()
	in.mu.Lock()
	in.ended = true
	in.mu.Unlock()
	in.wg.Wait()
	return nil
}

// Listeners tells the state of every wanted input.
func (in *Inputs) Listeners() []input.Listener {
	in.mu.Lock()
	defer in.mu.Unlock()
	var out []input.Listener
	for _, s := range in.running {
		l := input.Listener{Input: s.name, Address: s.address}
		s.mu.Lock()
		if s.input != nil {
			l.Address = s.input.Address()
		} else if s.err != nil {
			l.Err = s.err.Error()
		}
		s.mu.Unlock()
		out = append(out, l)
	}
	return out
}

// KernelDropped counts the datagrams the operating system dropped on all
// inputs since the start.
func (in *Inputs) KernelDropped() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	total := in.retired
	for _, s := range in.running {
		total += s.kernelDropped()
	}
	for _, s := range in.ending {
		total += s.kernelDropped()
	}
	return total
}

// start runs s; in.mu is held.
func (in *Inputs) start(s *supervised) {
	ctx, cancel := context.WithCancel(in.ctx)
	s.cancel, s.done = cancel, make(chan struct{})
	emit := in.pipeline.Offer
	if !s.lossy {
		// An input that shall end reads out what has arrived, but must not
		// wait for ever for a store that fails.
		push, giveUp := context.WithCancel(context.WithoutCancel(ctx))
		context.AfterFunc(ctx, func() { time.AfterFunc(lastPush, giveUp) })
		emit = func(raw event.Raw) { in.pipeline.PushContext(push, raw) }
	}
	in.wg.Go(func() {
		defer close(s.done)
		defer cancel()
		s.run(ctx, emit, in.log)
	})
}

// release closes what was bound but never run.
func (s *supervised) release(ctx context.Context) {
	if s.input != nil {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		_ = s.input.Run(ctx, func(event.Raw) {})
	}
}

func (s *supervised) run(ctx context.Context, emit func(event.Raw), log *slog.Logger) {
	wait := firstRetry
	for {
		s.mu.Lock()
		input := s.input
		s.mu.Unlock()
		if input != nil {
			wait = firstRetry
			err := input.Run(ctx, emit)
			if ctx.Err() != nil {
				return
			}
			log.Warn("input stopped, opening it again", "input", s.name, "error", err)
			s.mu.Lock()
			s.retired += kernelDropped(input)
			s.input, s.err = nil, err
			s.mu.Unlock()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, lastRetry)
		if s.tryOpen() == nil {
			log.Info("listening", "input", s.name, "address", s.input.Address())
		}
	}
}

func (s *supervised) tryOpen() error {
	input, err := s.open()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err = err; err == nil {
		s.input = input
	}
	return err
}

func (s *supervised) state() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// kernelDropped counts over all sockets the input has had; inputs tell their
// last count when they have ended, too.
func (s *supervised) kernelDropped() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.retired + kernelDropped(s.input)
}

func kernelDropped(input Input) uint64 {
	if d, ok := input.(interface{ KernelDropped() uint64 }); ok {
		return d.KernelDropped()
	}
	return 0
}
