// Package inputtest holds every kind of input to the contract of input.Input.
package inputtest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// Sender sends numbered messages to an input.
type Sender interface {
	// Send sends a message whose body is, or has in it, what Body returns for
	// the number.
	Send(n int) error
	io.Closer
}

// Suite is what the tests have to know about a kind.
type Suite struct {
	Kind    input.Kind
	Options input.Values // to open one that is free to use: port 0

	// Dial returns a sender to an open input.
	Dial func(address string) (Sender, error)

	// Body is how the message with a number arrives.
	Body func(n int) string

	// Broken returns options that Kind.Check accepts and that cannot be opened
	// until mend is called, once; nil if there are none.
	Broken func(t *testing.T) (options input.Values, mend func())

	// Resumable returns options for an input that finds messages with these
	// bodies, at least three, and then waits for more; nil for kinds that cannot
	// continue where they ended.
	Resumable func(t *testing.T) (options input.Values, bodies []string)
}

// patience is how long a test waits for what must come: a busy machine is slow.
const patience = time.Minute

// Run tests the kind.
func Run(t *testing.T, s Suite) {
	t.Run("describes itself", s.describes)
	t.Run("receives, and is healthy", s.receives)
	t.Run("what has arrived before Run is read", s.readsWhatWaits)
	t.Run("ends at once when it is cancelled", s.endsAtOnce)
	t.Run("emits nothing when it has returned", s.emitsNothingAfter)
	t.Run("waits for room", s.waitsForRoom)
	t.Run("can be opened again", s.opensAgain)
	t.Run("closes without having run", s.closes)
	t.Run("says what is wrong", s.saysWhatIsWrong)
	t.Run("memory is bounded", s.memoryIsBounded)
	if s.Resumable != nil {
		t.Run("continues where a kill left it", s.continues)
	}
}

// opened is an input that runs, or is to.
type opened struct {
	t      *testing.T
	input  input.Input
	origin event.Origin
	cancel context.CancelFunc
	ended  chan error
}

func (s Suite) open(t *testing.T) *opened {
	t.Helper()
	return s.openAt(t, map[string]string{})
}

// openAt opens an input of which these positions, by key, are stored.
func (s Suite) openAt(t *testing.T, stored map[string]string) *opened {
	t.Helper()
	if err := s.Kind.Check(s.Options); err != nil {
		t.Fatal(err)
	}
	o := &opened{t: t, origin: event.Origin{Input: "under-test", Kind: s.Kind.Name}, ended: make(chan error, 1)}
	in, err := s.Kind.Open(s.Kind.Complete(s.Options), input.Env{Origin: o.origin, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Position: func(_ context.Context, key string) (string, error) { return stored[key], nil }})
	if err != nil {
		t.Fatal(err)
	}
	o.input = in
	return o
}

func (o *opened) run(emit func(event.Raw)) {
	ctx, cancel := context.WithCancel(o.t.Context())
	o.cancel = cancel
	go func() { o.ended <- o.input.Run(ctx, emit) }()
	o.t.Cleanup(cancel)
}

// stop cancels the input and waits for its end.
func (o *opened) stop() {
	o.t.Helper()
	o.cancel()
	select {
	case err := <-o.ended:
		if err != nil {
			o.t.Errorf("cancelled, yet Run returned %v", err)
		}
	case <-time.After(patience):
		o.t.Fatal("Run does not return")
	}
}

// bodies collects what is emitted.
type bodies struct {
	mu   sync.Mutex
	got  []event.Raw
	more chan struct{}
}

func newBodies() *bodies { return &bodies{more: make(chan struct{}, 1)} }

func (b *bodies) emit(raw event.Raw) {
	b.mu.Lock()
	b.got = append(b.got, raw)
	b.mu.Unlock()
	select {
	case b.more <- struct{}{}:
	default:
	}
}

// wait returns the first n messages.
func (b *bodies) wait(t *testing.T, n int) []event.Raw {
	t.Helper()
	deadline := time.After(patience)
	for {
		b.mu.Lock()
		got := b.got
		b.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-b.more:
		case <-deadline:
			t.Fatalf("%d of %d messages have arrived", len(got), n)
		}
	}
}

func (s Suite) dial(t *testing.T, address string) Sender {
	t.Helper()
	sender, err := s.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sender.Close() })
	return sender
}

func send(t *testing.T, sender Sender, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if err := sender.Send(n); err != nil {
			t.Fatal(err)
		}
	}
}

func (s Suite) describes(t *testing.T) {
	k := &s.Kind
	if k.Name == "" || strings.ToLower(k.Name) != k.Name || strings.ContainsAny(k.Name, " _=") {
		t.Errorf("name %q: expected a word for flags and the ready line, such as syslog-udp", k.Name)
	}
	const longest = 100 // what a line of the settings form holds
	if k.Title == "" || !strings.HasSuffix(k.About, ".") || len(k.About) > longest {
		t.Errorf("title %q, about %q: people read them, in one line of at most %d characters", k.Title, k.About, longest)
	}
	if len(k.Options) == 0 {
		t.Fatal("no option: the first one is what the flag sets")
	}
	for i := range k.Options {
		o := &k.Options[i]
		if o.Name == "" || !strings.HasSuffix(o.Help, ".") || len(o.Help) > longest {
			t.Errorf("option %q, help %q: people read them, in one line of at most %d characters", o.Name, o.Help, longest)
		}
		if err := o.Validate(o.Default); err != nil && !(o.Must && o.Default == "") {
			t.Errorf("option %s: the default cannot be used: %v", o.Name, err)
		}
	}
}

func (s Suite) receives(t *testing.T) {
	o, b := s.open(t), newBodies()
	before := time.Now()
	o.run(b.emit)
	sender := s.dial(t, o.input.Address())
	send(t, sender, 1, 2, 3)
	for i, raw := range b.wait(t, 3) {
		if raw.Body != s.Body(i+1) || raw.Truncated {
			t.Errorf("message %d is %q", i+1, raw.Body)
		}
		if raw.Origin == nil || raw.Origin.Input != o.origin.Input || raw.Origin.Kind != o.origin.Kind {
			t.Errorf("origin %+v", raw.Origin)
		}
		if raw.Origin != b.got[0].Origin {
			t.Error("messages of one sender have several origins: each costs as much as a message")
		}
		if at := time.Unix(0, raw.Received); at.Before(before) || at.After(time.Now()) {
			t.Errorf("received at %v", at)
		}
		if !raw.From.IsValid() && raw.Origin.Sender == "" {
			t.Error("neither an address nor a name of who sent")
		}
	}
	if h := o.input.Health(); h != (input.Health{}) {
		t.Errorf("health %+v", h)
	}
	if o.input.Address() == "" || strings.HasSuffix(o.input.Address(), ":0") {
		t.Errorf("address %q", o.input.Address())
	}
	o.stop()
	_ = o.input.Health() // may still be asked
}

func (s Suite) readsWhatWaits(t *testing.T) {
	o, b := s.open(t), newBodies()
	send(t, s.dial(t, o.input.Address()), 1)
	o.run(b.emit)
	b.wait(t, 1)
	o.stop()
}

func (s Suite) endsAtOnce(t *testing.T) {
	o := s.open(t)
	var once sync.Once
	first := make(chan struct{})
	o.run(func(event.Raw) { once.Do(func() { close(first) }) })
	sender := s.dial(t, o.input.Address()) // stays connected, and silent
	send(t, sender, 1)
	<-first
	o.stop()
	o = s.open(t)
	o.run(func(event.Raw) {}) // nobody is connected
	o.stop()
}

func (s Suite) emitsNothingAfter(t *testing.T) {
	o := s.open(t)
	var returned, late atomic.Bool
	first := make(chan struct{})
	var once sync.Once
	o.run(func(event.Raw) {
		if returned.Load() {
			late.Store(true)
		}
		once.Do(func() { close(first) })
	})
	senders := []Sender{s.dial(t, o.input.Address()), s.dial(t, o.input.Address())}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for _, sender := range senders {
		wg.Go(func() {
			for n := 1; ; n++ {
				select {
				case <-stop:
					return
				default:
					_ = sender.Send(n) // fails once the input is closed
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	<-first
	o.stop()
	returned.Store(true)
	time.Sleep(50 * time.Millisecond)
	close(stop)
	wg.Wait()
	if late.Load() {
		t.Error("a message came after Run had returned")
	}
}

// waitsForRoom: while emit blocks, an input that is not lossy loses nothing.
func (s Suite) waitsForRoom(t *testing.T) {
	if s.Kind.Lossy {
		return // its emit never waits
	}
	o, b := s.open(t), newBodies()
	room := make(chan struct{})
	o.run(func(raw event.Raw) { <-room; b.emit(raw) })
	sender := s.dial(t, o.input.Address())
	const n = 500
	sent := make(chan error, 1)
	go func() {
		for i := range n {
			if err := sender.Send(i + 1); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	time.Sleep(20 * time.Millisecond)
	close(room)
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	for i, raw := range b.wait(t, n) {
		if raw.Body != s.Body(i+1) {
			t.Fatalf("message %d is %q", i+1, raw.Body)
		}
	}
	o.stop()
}

func (s Suite) opensAgain(t *testing.T) {
	o := s.open(t)
	o.run(func(event.Raw) {})
	address := o.input.Address()
	o.stop()
	again := s
	again.Options = input.Values{}
	for name, v := range s.Options {
		again.Options[name] = v
	}
	again.Options[s.Kind.Options[0].Name] = address
	o, b := again.open(t), newBodies()
	o.run(b.emit)
	send(t, s.dial(t, o.input.Address()), 1)
	b.wait(t, 1)
	o.stop()
}

func (s Suite) closes(t *testing.T) {
	o := s.open(t)
	if err := o.input.Close(); err != nil {
		t.Error(err)
	}
	again := s
	again.Options = input.Values{s.Kind.Options[0].Name: o.input.Address()}
	if err := again.open(t).input.Close(); err != nil {
		t.Error(err)
	}
}

func (s Suite) saysWhatIsWrong(t *testing.T) {
	if err := s.Kind.Check(input.Values{"no such option": "x"}); err == nil {
		t.Error("an option that there is not is accepted")
	}
	for i := range s.Kind.Options {
		if o := &s.Kind.Options[i]; o.Must {
			if err := s.Kind.Check(input.Values{o.Name: ""}); err == nil || !strings.Contains(err.Error(), o.Name) {
				t.Errorf("option %s may not be empty: %v", o.Name, err)
			}
		}
	}
	if s.Broken == nil {
		return
	}
	broken, mend := s.Broken(t)
	defer mend()
	in, err := s.Kind.Open(s.Kind.Complete(broken), input.Env{Origin: event.Origin{Input: "under-test", Kind: s.Kind.Name}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err == nil {
		in.Close()
		t.Fatal("what cannot be opened was opened")
	}
	if p, ok := err.(*input.Problem); !ok || p.Reason == "" || p.Remedy == "" {
		t.Errorf("%#v: expected an *input.Problem with the reason and the way out", err)
	}
}

// continues: with the position stored behind any message, as a kill may leave
// it, exactly what follows that message comes, nothing of it twice.
func (s Suite) continues(t *testing.T) {
	var want []string
	s.Options, want = s.Resumable(t)
	read := func(stored map[string]string, n int) []event.Raw {
		t.Helper()
		o, b := s.openAt(t, stored), newBodies()
		o.run(b.emit)
		got := b.wait(t, n)
		o.stop()
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.got) != n {
			t.Errorf("with %v stored %d messages came, want %d", stored, len(b.got), n)
		}
		return got
	}
	all := read(nil, len(want))
	for i, raw := range all {
		if raw.Body != want[i] || raw.Position == "" || raw.Origin.Key == "" {
			t.Fatalf("message %d is %q at position %q of key %q", i+1, raw.Body, raw.Position, raw.Origin.Key)
		}
	}
	for i, raw := range all[:len(all)-1] {
		for n, rest := range read(map[string]string{raw.Origin.Key: raw.Position}, len(all)-i-1) {
			if rest.Body != want[i+1+n] {
				t.Errorf("behind message %d came %q, want %q", i+1, rest.Body, want[i+1+n])
			}
		}
	}
}

// memoryIsBounded: what is received and given away is not kept.
func (s Suite) memoryIsBounded(t *testing.T) {
	o := s.open(t)
	var got atomic.Int64
	o.run(func(event.Raw) { got.Add(1) })
	sender := s.dial(t, o.input.Address())
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	burst := func() {
		for i := range 5_000 {
			if err := sender.Send(i); err != nil {
				t.Fatal(err)
			}
			if s.Kind.Lossy && i%50 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}
	burst()
	before := heap()
	for range 4 {
		burst()
	}
	if after := heap(); after > before+8<<20 {
		t.Errorf("20,000 messages later there are %s more in use", fmt.Sprintf("%.1f MB", float64(after-before)/1e6))
	}
	if got.Load() == 0 {
		t.Error("nothing arrived")
	}
	o.stop()
}
