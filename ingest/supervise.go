package ingest

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"porchlight/ingest/event"
)

// Back-off between attempts to open an input that failed.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// Inputs keeps the configured inputs running: it opens them, restarts them
// with back-off, and knows their health.
type Inputs struct {
	pipeline *Pipeline
	log      *slog.Logger

	mu      sync.Mutex
	ctx     context.Context // of Run; nil before
	running []*supervised
	wg      sync.WaitGroup
	retired uint64 // kernel drops of inputs that were closed
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

	mu    sync.Mutex
	input Input // nil while not open
	err   error // why it is not open
}

// Set makes exactly the inputs of c run: it stops those that are no longer
// wanted, leaves the unchanged alone and opens the new ones, each once before
// it returns. An input that cannot be opened is retried in the background;
// the errors of the first attempts are returned and stay visible in Listeners.
// Before Run is called, inputs are bound but nothing is read.
func (in *Inputs) Set(ctx context.Context, c Config) []error {
	in.mu.Lock()
	defer in.mu.Unlock()
	wanted := map[string]spec{}
	for _, s := range specs(c) {
		if s.address != "" {
			wanted[s.name] = s
		}
	}
	var keep []*supervised
	for _, s := range in.running {
		if w, ok := wanted[s.name]; ok && w.address == s.address && s.state() == nil {
			delete(wanted, s.name)
			keep = append(keep, s)
			continue
		}
		in.stop(ctx, s)
	}
	in.running = keep
	var errs []error
	for _, spec := range specs(c) {
		w, ok := wanted[spec.name]
		if !ok {
			continue
		}
		s := &supervised{spec: w}
		if err := s.tryOpen(); err != nil {
			errs = append(errs, err)
		}
		in.running = append(in.running, s)
		if in.ctx != nil {
			in.start(s)
		}
	}
	return errs
}

// Run reads from the inputs until ctx is cancelled and all of them have
// ended.
func (in *Inputs) Run(ctx context.Context) error {
	in.mu.Lock()
	in.ctx = ctx
	for _, s := range in.running {
		in.start(s)
	}
	in.mu.Unlock()
	<-ctx.Done()
	in.wg.Wait()
	return nil
}

// Listeners tells the state of every wanted input.
func (in *Inputs) Listeners() []event.Listener {
	in.mu.Lock()
	defer in.mu.Unlock()
	var out []event.Listener
	for _, s := range in.running {
		l := event.Listener{Input: s.name, Address: s.address}
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
	return total
}

func (in *Inputs) start(s *supervised) {
	ctx, cancel := context.WithCancel(in.ctx)
	s.cancel, s.done = cancel, make(chan struct{})
	emit := in.pipeline.Offer
	if !s.lossy {
		emit = in.pipeline.Push
	}
	in.wg.Go(func() {
		defer close(s.done)
		s.run(ctx, emit, in.log)
	})
}

func (in *Inputs) stop(ctx context.Context, s *supervised) {
	in.retired += s.kernelDropped()
	if s.cancel != nil {
		s.cancel()
		<-s.done
		return
	}
	// Bound but never run: running it with a cancelled context releases it.
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

func (s *supervised) kernelDropped() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, ok := s.input.(interface{ KernelDropped() uint64 }); ok {
		return d.KernelDropped()
	}
	return 0
}
