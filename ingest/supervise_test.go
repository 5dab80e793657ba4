package ingest

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
	"porchlight/ingest/source"
)

func newInputs(p *Pipeline, kinds ...input.Kind) *Inputs {
	if p == nil {
		p = NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, new(collected).handle)
	}
	return NewInputs(InputsConfig{Pipeline: p, Kinds: kinds, Log: quiet})
}

// listenOn is the setting of an enabled input.
func listenOn(kind, address string) input.Setting {
	return input.Setting{Kind: kind, On: true, Options: input.Values{"address": address}}
}

const free = "127.0.0.1:0"

func TestInputsFollowTheSettings(t *testing.T) {
	handled := make(chan string, 10)
	p := NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		for i := range b.Events {
			handled <- b.Events[i].Get(event.EventOriginal)
		}
		return nil
	})
	in := newInputs(p)
	ctx, cancel := context.WithCancel(t.Context())
	udp, tcp := listenOn("syslog-udp", free), listenOn("syslog-tcp", free)
	if errs := in.Set([]input.Setting{udp}); errs != nil {
		t.Fatal(errs)
	}
	ended := make(chan error, 2)
	go func() { ended <- in.Run(ctx) }()
	go func() { ended <- p.Run(t.Context()) }()
	first := in.States()
	if len(first) != 1 || first[0].ID != "syslog-udp" || strings.HasSuffix(first[0].Address, ":0") || first[0].Phase != input.Waiting {
		t.Fatalf("states %+v", first)
	}
	udp.Name = "Firewalls" // another name is not another input
	off := input.Setting{ID: "second", Kind: "syslog-udp"}
	if errs := in.Set([]input.Setting{udp, off, tcp}); errs != nil {
		t.Fatal(errs)
	}
	all := in.States()
	if len(all) != 3 || all[0].Address != first[0].Address || all[0].Title != "Firewalls" || all[2].Title != "Syslog over TCP" {
		t.Errorf("the unchanged input was not left alone: %+v, before %+v", all, first)
	}
	if all[1].Phase != input.Off || all[1].Address != ":5514" {
		t.Errorf("an input that is off: %+v", all[1])
	}
	conn, err := net.Dial("tcp", all[2].Address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if body := <-handled; body != "hello" {
		t.Errorf("got %q", body)
	}
	if err := p.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if s := in.States()[2]; s.Phase != input.Receiving || s.Received != 1 || s.Rate == 0 || s.Last.IsZero() || s.Dropped != 0 {
		t.Errorf("after a message: %+v", s)
	}
	// A changed option reopens that input and no other.
	tcp.Options = input.Values{"address": free, "max_connections": "7"}
	if errs := in.Set([]input.Setting{udp, tcp}); errs != nil {
		t.Fatal(errs)
	}
	changed := in.States()
	if changed[0].Address != first[0].Address || changed[1].Address == all[2].Address {
		t.Errorf("after a changed option: %+v, before %+v", changed, all)
	}
	in.Set(nil)
	if l := in.States(); len(l) != 0 {
		t.Errorf("still listening: %+v", l)
	}
	if _, err := net.Dial("tcp", changed[1].Address); err == nil {
		t.Error("the TCP listener is still open")
	}
	cancel()
	p.Drain()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// A default is the same whether somebody has written it down or not: senders
// must not lose their connections over it.
func TestAWrittenDefaultChangesNothing(t *testing.T) {
	in := newInputs(nil)
	defer in.Close()
	tcp := listenOn("syslog-tcp", free)
	in.Set([]input.Setting{tcp})
	before := in.States()[0].Address
	tcp.Options = input.Values{"address": free, "max_connections": "512"}
	in.Set([]input.Setting{tcp})
	if after := in.States()[0].Address; after != before {
		t.Errorf("opened anew: %s, before %s", after, before)
	}
}

// Inputs can change places: what one leaves another can take at once, also
// with senders still connected, and one kind the port of another.
func TestInputsTakePortsOver(t *testing.T) {
	p := NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, new(collected).handle)
	in := newInputs(p)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- in.Run(ctx) }()
	go func() { ended <- p.Run(t.Context()) }()
	a, b := listenOn("syslog-tcp", free), listenOn("json-tcp", free)
	if errs := in.Set([]input.Setting{a, b}); errs != nil {
		t.Fatal(errs)
	}
	s := in.States()
	for _, address := range []string{s[0].Address, s[1].Address} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write([]byte("hello\n")); err != nil {
			t.Fatal(err)
		}
	}
	a.Options, b.Options = input.Values{"address": s[1].Address}, input.Values{"address": s[0].Address}
	udp := listenOn("syslog-udp", s[0].Address)
	if errs := in.Set([]input.Setting{b, udp, a}); errs != nil {
		t.Error(errs)
	}
	for _, st := range in.States() {
		if !st.Phase.Open() {
			t.Errorf("%+v", st)
		}
	}
	cancel()
	p.Drain()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// Whose port it is may be the admin's own other input.
func TestTwoInputsOnOnePort(t *testing.T) {
	in := newInputs(nil)
	defer in.Close()
	first := listenOn("syslog-tcp", free)
	in.Set([]input.Setting{first})
	if errs := in.Set([]input.Setting{first, listenOn("json-tcp", in.States()[0].Address)}); len(errs) != 1 {
		t.Fatalf("errors %v", errs)
	}
	s := in.States()
	if s[0].Phase != input.Waiting || s[1].Phase != input.Trouble || !strings.Contains(s[1].Problem.Reason, "or input is using this port") {
		t.Errorf("states %+v", s)
	}
}

func TestSeveralInputsOfOneKind(t *testing.T) {
	in := newInputs(nil)
	defer in.Close()
	a, b := listenOn("syslog-tcp", free), listenOn("syslog-tcp", free)
	b.ID = "lab"
	if errs := in.Set([]input.Setting{a, b}); errs != nil {
		t.Fatal(errs)
	}
	s := in.States()
	if len(s) != 2 || s[0].ID != "syslog-tcp" || s[1].ID != "lab" || s[0].Address == s[1].Address {
		t.Errorf("states %+v", s)
	}
}

func TestBusyPortIsVisibleAndRecovers(t *testing.T) {
	in := newInputs(nil)
	busy, err := net.Listen("tcp", free)
	if err != nil {
		t.Fatal(err)
	}
	wanted := []input.Setting{listenOn("syslog-tcp", busy.Addr().String())}
	errs := in.Set(wanted)
	if len(errs) != 1 {
		t.Fatalf("errors %v", errs)
	}
	if l := in.States(); len(l) != 1 || l[0].Phase != input.Trouble || !strings.Contains(l[0].Problem.Reason, "another program") || l[0].Problem.Remedy == "" || l[0].Address != busy.Addr().String() {
		t.Errorf("states %+v", l)
	}
	busy.Close()
	// Setting the same again retries at once.
	if errs := in.Set(wanted); errs != nil {
		t.Errorf("after the port became free: %v", errs)
	}
	if l := in.States(); len(l) != 1 || l[0].Phase != input.Waiting {
		t.Errorf("states %+v", l)
	}
	in.Set(nil)
	again, err := net.Listen("tcp", busy.Addr().String())
	if err != nil {
		t.Error("an input that never ran was not released: ", err)
	} else {
		again.Close()
	}
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	in := newInputs(nil)
	errs := in.Set([]input.Setting{{Kind: "carrier-pigeon", On: true},
		{Kind: "syslog-udp", On: true, Options: input.Values{"address": free, "colour": "blue"}}, listenOn("syslog-tcp", "nonsense")})
	if len(errs) != 3 {
		t.Fatalf("errors %v", errs)
	}
	for i, want := range []string{`no kind "carrier-pigeon"`, `option "colour"`, "nonsense"} {
		if s := in.States()[i]; s.Phase != input.Trouble || !strings.Contains(s.Problem.Error(), want) {
			t.Errorf("state %+v, want %q", s, want)
		}
	}
}

// fakeInput is an input that does what a test says.
type fakeInput struct {
	run    func(ctx context.Context, emit func(event.Raw)) error
	drops  atomic.Uint64
	closed atomic.Bool
}

func (f *fakeInput) Address() string                                     { return "fake:1" }
func (f *fakeInput) Health() input.Health                                { return input.Health{KernelDropped: f.drops.Load()} }
func (f *fakeInput) Run(ctx context.Context, emit func(event.Raw)) error { return f.run(ctx, emit) }
func (f *fakeInput) Close() error                                        { f.closed.Store(true); return nil }

// fakes is a kind that opens these inputs, one after the other.
func fakes(lossy bool, inputs ...input.Input) input.Kind {
	return input.Kind{Name: "fake", Lossy: lossy, Open: func(input.Values, input.Env) (input.Input, error) {
		next := inputs[0]
		inputs = inputs[1:]
		return next, nil
	}}
}

// onlyFake asks for a fake input.
var onlyFake = []input.Setting{{Kind: "fake", On: true}}

// soon fails the test if f does not return.
func soon(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(2 * time.Minute): // a busy machine is slow
		t.Fatalf("%s hangs", what)
	}
}

func TestInputEndsWhileTheQueueIsFull(t *testing.T) {
	synctest.Test(t, testInputEndsWhileTheQueueIsFull)
}

func testInputEndsWhileTheQueueIsFull(t *testing.T) {
	ledger := NewLedger(source.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 1}, ledger, quiet, new(collected).handle)
	full := make(chan struct{})
	in := newInputs(p, fakes(false, &fakeInput{run: func(ctx context.Context, emit func(event.Raw)) error {
		emit(rawFrom("192.0.2.1:1", "fits"))
		close(full)
		emit(rawFrom("192.0.2.1:1", "waits for room"))
		<-ctx.Done()
		return nil
	}}))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in.Set(onlyFake)
	go in.Run(ctx)
	<-full
	soon(t, "Set", func() { in.Set(nil) })
	if totals, _ := ledger.Snapshot(); totals.Dropped != 1 || len(p.queue) != 1 {
		t.Errorf("totals %+v, %d queued", totals, len(p.queue))
	}
}

func TestStateIsToldWhileAnInputEnds(t *testing.T) {
	ending, end := make(chan struct{}), make(chan struct{})
	slow := &fakeInput{run: func(ctx context.Context, _ func(event.Raw)) error {
		<-ctx.Done()
		close(ending)
		<-end
		return nil
	}}
	slow.drops.Store(7)
	next := &fakeInput{run: func(ctx context.Context, _ func(event.Raw)) error { <-ctx.Done(); return nil }}
	in := newInputs(nil, fakes(true, slow, next))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in.Set(onlyFake)
	go in.Run(ctx)
	set := make(chan []error, 1)
	for in.started() == 0 {
		time.Sleep(time.Millisecond)
	}
	go func() { set <- in.Set([]input.Setting{{ID: "next", Kind: "fake", On: true}}) }()
	<-ending
	soon(t, "States", func() {
		if l := in.States(); len(l) != 1 || l[0].ID != "next" || l[0].Phase != input.Opening {
			t.Errorf("states %+v", l)
		}
	})
	soon(t, "KernelDropped", func() {
		if d := in.KernelDropped(); d != 7 {
			t.Errorf("%d kernel drops while the input ends, want 7", d)
		}
	})
	slow.drops.Store(9) // more, until the socket closes
	close(end)
	if errs := <-set; errs != nil {
		t.Error(errs)
	}
	if d := in.KernelDropped(); d != 9 {
		t.Errorf("%d kernel drops after the end, want 9", d)
	}
	if l := in.States(); len(l) != 1 || l[0].Phase != input.Waiting {
		t.Errorf("states %+v", l)
	}
}

// started counts the inputs that run.
func (in *Inputs) started() (n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, s := range in.all {
		if s.cancel != nil {
			n++
		}
	}
	return n
}

func TestKernelDropsOfAFailedSocketStayCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := &fakeInput{run: func(context.Context, func(event.Raw)) error { return errors.New("network is down") }}
		failed.drops.Store(3)
		again := &fakeInput{run: func(ctx context.Context, _ func(event.Raw)) error { <-ctx.Done(); return nil }}
		again.drops.Store(4)
		in := newInputs(nil, fakes(true, failed, again))
		ctx, cancel := context.WithCancel(t.Context())
		in.Set(onlyFake)
		go in.Run(ctx)
		synctest.Wait()
		if d := in.KernelDropped(); d != 3 {
			t.Errorf("%d kernel drops after the socket failed, want 3", d)
		}
		if s := in.States()[0]; s.Phase != input.Trouble || s.Problem.Reason != "network is down" {
			t.Errorf("state %+v", s)
		}
		time.Sleep(firstRetry)
		synctest.Wait()
		if d := in.KernelDropped(); d != 7 {
			t.Errorf("%d kernel drops after it was opened again, want 7", d)
		}
		if s := in.States()[0]; s.Phase != input.Waiting || s.Address != "fake:1" {
			t.Errorf("state %+v", s)
		}
		cancel()
		synctest.Wait()
		if d := in.KernelDropped(); d != 7 {
			t.Errorf("%d kernel drops after the end, want 7", d)
		}
	})
}

// TestAnInputThatFailsAtOnceIsTriedLessAndLess: even one that opens
// successfully.
func TestAnInputThatFailsAtOnceIsTriedLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := 0
		in := newInputs(nil, input.Kind{Name: "fake", Open: func(input.Values, input.Env) (input.Input, error) {
			opened++
			return &fakeInput{run: func(context.Context, func(event.Raw)) error { return errors.New("broken") }}, nil
		}})
		ctx, cancel := context.WithCancel(t.Context())
		in.Set(onlyFake)
		go in.Run(ctx)
		time.Sleep(10 * time.Minute)
		cancel()
		synctest.Wait()
		if opened < 20 || opened > 30 {
			t.Errorf("opened %d times in ten minutes", opened)
		}
	})
}

// One failure after a long time is no reason to wait for long.
func TestBackOffBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened []time.Time
		in := newInputs(nil, input.Kind{Name: "fake", Open: func(input.Values, input.Env) (input.Input, error) {
			opened = append(opened, time.Now())
			n := len(opened)
			return &fakeInput{run: func(ctx context.Context, _ func(event.Raw)) error {
				if n == 10 {
					time.Sleep(time.Hour)
				}
				if n == 11 {
					<-ctx.Done()
					return nil
				}
				return nil // without an error, and yet it has ended
			}}, nil
		}})
		ctx, cancel := context.WithCancel(t.Context())
		in.Set(onlyFake)
		go in.Run(ctx)
		time.Sleep(10 * time.Second)
		if s := in.States()[0]; s.Phase != input.Trouble || s.Problem.Reason == "" {
			t.Errorf("an input that has ended: %+v", s)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if len(opened) != 11 || opened[10].Sub(opened[9]) != time.Hour+firstRetry {
			t.Errorf("opened %d times, at last %v", len(opened), opened[len(opened)-2:])
		}
		cancel()
		synctest.Wait()
	})
}

func TestCloseReleasesWhatNeverRan(t *testing.T) {
	in := newInputs(nil)
	if errs := in.Set([]input.Setting{listenOn("syslog-udp", free), listenOn("syslog-tcp", free)}); errs != nil {
		t.Fatal(errs)
	}
	bound := in.States()
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if errs := in.Set([]input.Setting{listenOn("syslog-tcp", bound[1].Address)}); errs != nil {
		t.Error("Set after the end opens nothing, yet it returned ", errs)
	}
	if udp, err := net.ListenPacket("udp", bound[0].Address); err != nil {
		t.Error("not released: ", err)
	} else {
		udp.Close()
	}
	if tcp, err := net.Listen("tcp", bound[1].Address); err != nil {
		t.Error("not released: ", err)
	} else {
		tcp.Close()
	}
}
