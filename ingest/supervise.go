package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// Back-off between attempts to open a failed input. It starts over once an
// input has run for longer than the maximum.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// lastPush is how long an input that was told to end may wait for room in the
// queue: longer than draining what has arrived takes.
const lastPush = 3 * time.Second

// InputsConfig is what Inputs needs. Pipeline is required.
type InputsConfig struct {
	Pipeline *Pipeline
	Kinds    input.Kinds // nil means Kinds
	Log      *slog.Logger
	Now      func() time.Time // nil means time.Now

	// Position returns the last stored position of a key (event.Origin.Key); nil
	// where nothing keeps positions.
	Position func(ctx context.Context, key string) (string, error)
}

// Inputs keeps the inputs that the admin has set up running: it opens them,
// restarts them with back-off, and knows how they are doing.
type Inputs struct {
	cfg InputsConfig

	setting sync.Mutex // one Set at a time; the only lock held while inputs open and end

	mu      sync.Mutex
	ctx     context.Context // of Run; nil before
	ended   bool            // Run's context was cancelled, or Close called: nothing is opened any more
	all     []*supervised   // in the order of the settings, without those that Set is about to open
	wanted  []*supervised   // all that the settings ask for
	ending  []*supervised   // no longer wanted, but not yet ended
	retired uint64          // kernel drops of inputs that have ended
	wg      sync.WaitGroup
}

// NewInputs prepares inputs. Nothing is opened before Set.
func NewInputs(c InputsConfig) *Inputs {
	if c.Kinds == nil {
		c.Kinds = Kinds
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Position == nil {
		c.Position = func(context.Context, string) (string, error) { return "", nil }
	}
	return &Inputs{cfg: c}
}

// supervised is one input under supervision.
type supervised struct {
	setting input.Setting
	kind    *input.Kind // nil: there is none of that name
	env     input.Env
	cancel  context.CancelFunc // nil before it runs
	done    chan struct{}

	mu      sync.Mutex
	input   input.Input // nil while not open
	err     error       // why it is not open
	retired input.Health
}

// Set makes exactly the inputs of these settings run: it ends those that are no
// longer wanted as they were, leaves the unchanged alone and opens the new ones,
// each once before it returns. An input that cannot be opened is tried again in
// the background; the errors of the first attempts are returned and stay
// visible in States. Before Run is called inputs are open but nothing is read;
// after it has ended nothing is opened.
func (in *Inputs) Set(settings []input.Setting) []error {
	in.setting.Lock()
	defer in.setting.Unlock()
	all, added := in.arrange(input.Named(settings))
	var errs []error
	for _, s := range added {
		if err := s.tryOpen(); err != nil {
			errs = append(errs, err)
		}
	}
	in.mu.Lock()
	ended := in.ended
	if !ended {
		in.all = all
		if in.ctx != nil {
			for _, s := range added {
				in.start(s)
			}
		}
	}
	in.mu.Unlock()
	if ended {
		for _, s := range added {
			s.release()
		}
	}
	return errs
}

// arrange ends the inputs that are no longer wanted as they are. It returns all
// that are, in the order of the settings, and those of them that are new. It
// waits for the end without the lock: an input may take a while.
func (in *Inputs) arrange(settings []input.Setting) (all, added []*supervised) {
	in.mu.Lock()
	if in.ended {
		in.mu.Unlock()
		return nil, nil
	}
	keep := map[*supervised]bool{}
	for _, w := range settings {
		i := slices.IndexFunc(in.all, func(s *supervised) bool { return s.is(w) && s.problem() == nil })
		if i >= 0 && !keep[in.all[i]] {
			s := in.all[i]
			keep[s] = true
			s.setting.Name = w.Name
			all = append(all, s)
			continue
		}
		s := in.supervise(w)
		all = append(all, s)
		if w.On {
			added = append(added, s)
		}
	}
	var rest []*supervised
	for _, s := range in.all {
		if keep[s] {
			rest = append(rest, s)
			continue
		}
		in.ending = append(in.ending, s)
		if s.cancel != nil {
			s.cancel()
		}
	}
	in.all, in.wanted = rest, all
	ending := in.ending // changed by Set alone
	in.mu.Unlock()

	for _, s := range ending {
		s.end()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, s := range in.ending {
		in.retired += s.health().KernelDropped // now it is final
	}
	in.ending = nil
	return all, added
}

// supervise prepares the supervision of an input.
func (in *Inputs) supervise(w input.Setting) *supervised {
	return &supervised{setting: w, kind: in.cfg.Kinds.Find(w.Kind), env: input.Env{
		Origin: event.Origin{Input: w.ID, Kind: w.Kind},
		Log:    in.cfg.Log.With("input", w.ID), Now: in.cfg.Now, Position: in.cfg.Position,
	}}
}

// is reports whether a setting asks for this very input. A default is the same
// whether it is written down or not.
func (s *supervised) is(w input.Setting) bool {
	have := s.setting
	if s.kind != nil {
		have.Options, w.Options = s.kind.Complete(have.Options), s.kind.Complete(w.Options)
	}
	return have.Equal(w)
}

// Run reads from the inputs until ctx is cancelled and all of them have ended.
func (in *Inputs) Run(ctx context.Context) error {
	in.mu.Lock()
	in.ctx = ctx
	for _, s := range in.all {
		if s.setting.On {
			in.start(s)
		}
	}
	in.mu.Unlock()
	<-ctx.Done()
	in.mu.Lock()
	in.ended = true
	in.mu.Unlock()
	in.wg.Wait()
	return nil
}

// Close releases what Set has opened, if Run is never called.
func (in *Inputs) Close() error {
	in.mu.Lock()
	in.ended = true
	all := in.all
	in.mu.Unlock()
	for _, s := range all {
		s.release()
	}
	return nil
}

// start runs s; in.mu is held.
func (in *Inputs) start(s *supervised) {
	ctx, cancel := context.WithCancel(in.ctx)
	s.cancel, s.done = cancel, make(chan struct{})
	in.wg.Go(func() {
		defer close(s.done)
		defer cancel()
		s.run(ctx, in.cfg.Pipeline)
	})
}

// run reads from the input until ctx is cancelled, reopening it when it fails.
func (s *supervised) run(ctx context.Context, p *Pipeline) {
	door, err := p.Open()
	if err != nil { // the pipeline has ended before its inputs
		s.release()
		return
	}
	defer door.Close()
	emit := door.Offer
	if s.kind == nil || !s.kind.Lossy {
		// An input that should end drains what has arrived, but must not wait
		// forever for a failing store.
		push, giveUp := context.WithCancel(context.WithoutCancel(ctx))
		defer giveUp()
		defer context.AfterFunc(ctx, func() { time.AfterFunc(lastPush, giveUp) })()
		emit = func(raw event.Raw) { door.Push(push, raw) }
	}
	wait := firstRetry
	for {
		if in := s.open(); in != nil {
			began := time.Now()
			err := in.Run(ctx, emit)
			s.closed(in, err)
			if ctx.Err() != nil {
				return
			}
			if time.Since(began) > lastRetry {
				wait = firstRetry
			}
			s.env.Log.Warn("input stopped, reopening it", "error", err, "in", wait)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, lastRetry)
		if s.tryOpen() == nil {
			s.env.Log.Info("input open", "address", s.open().Address())
		}
	}
}

// tryOpen opens the input; the error is kept for States.
func (s *supervised) tryOpen() error {
	in, err := s.make()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err = err; err == nil {
		s.input = in
	}
	return err
}

func (s *supervised) make() (input.Input, error) {
	if s.kind == nil {
		return nil, &input.Problem{What: "open input " + s.setting.ID, Reason: fmt.Sprintf("there is no kind %q", s.setting.Kind), Remedy: "remove it, or update Porchlight"}
	}
	if err := s.kind.Check(s.setting.Options); err != nil {
		return nil, &input.Problem{What: "open input " + s.setting.ID, Reason: err.Error(), Remedy: "correct it in the settings"}
	}
	return s.kind.Open(s.kind.Complete(s.setting.Options), s.env)
}

// open returns the open input, nil when it is not.
func (s *supervised) open() input.Input {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.input
}

// closed notes that the input has ended, and why.
func (s *supervised) closed(in input.Input, err error) {
	h := in.Health()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retired.KernelDropped += h.KernelDropped
	s.retired.Refused += h.Refused
	if s.input, s.err = nil, err; err == nil {
		s.err = errors.New("it ended by itself")
	}
}

// end waits for the end of an input that was cancelled, or releases one that
// never ran.
func (s *supervised) end() {
	if s.done != nil {
		<-s.done
		return
	}
	s.release()
}

// release closes what was opened but never run.
func (s *supervised) release() {
	s.mu.Lock()
	in := s.input
	s.input = nil
	s.mu.Unlock()
	if in != nil {
		if err := in.Close(); err != nil {
			s.env.Log.Warn("input not closed", "error", err)
		}
	}
}

// problem returns why the input is not open although it should be.
func (s *supervised) problem() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// health counts over all sockets the input has had.
func (s *supervised) health() input.Health {
	s.mu.Lock()
	h, in := s.retired, s.input
	s.mu.Unlock()
	if in != nil {
		now := in.Health()
		h.KernelDropped += now.KernelDropped
		h.Refused += now.Refused
	}
	return h
}

// States returns how every input is doing, in the order of the settings.
func (in *Inputs) States() []input.State {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := make([]input.State, len(in.wanted))
	for i, s := range in.wanted {
		out[i] = in.state(s)
	}
	return out
}

// state returns how s is doing; in.mu is held.
func (in *Inputs) state(s *supervised) input.State {
	st := input.State{ID: s.setting.ID, Kind: s.setting.Kind, Title: cmp.Or(s.setting.Name, s.setting.Kind), Health: s.health()}
	if s.kind != nil {
		st.Title = cmp.Or(s.setting.Name, s.kind.Title)
		if len(s.kind.Options) > 0 {
			st.Address = s.kind.Complete(s.setting.Options)[s.kind.Options[0].Name]
		}
	}
	c := in.cfg.Pipeline.ledger.Input(s.setting.ID)
	st.Received, st.Dropped, st.Last, st.Rate, st.Lag = c.Received, c.Dropped, c.Last, c.Rate, c.Lag
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.setting.On:
		st.Phase = input.Off
	case s.input != nil:
		st.Address, st.Phase = s.input.Address(), input.Waiting
		if st.Received > 0 {
			st.Phase = input.Receiving
		}
	case s.err == nil:
		st.Phase = input.Opening
	default:
		st.Phase = input.Trouble
		var p *input.Problem
		if errors.As(s.err, &p) {
			st.Problem = *p
		} else {
			st.Problem.Reason = s.err.Error()
		}
	}
	return st
}

// KernelDropped counts the messages that the operating system dropped on all
// inputs since the start.
func (in *Inputs) KernelDropped() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	total := in.retired
	for _, s := range slices.Concat(in.all, in.ending) {
		total += s.health().KernelDropped
	}
	return total
}
