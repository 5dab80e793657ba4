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
)

func newInputs(t *testing.T) *Inputs {
	t.Helper()
	return NewInputs(NewPipeline(Config{}, NewLedger(event.Counters{}, nil), quiet, new(collected).handle), quiet)
}

func TestInputsFollowTheConfiguration(t *testing.T) {
	handled := make(chan string, 10)
	p := NewPipeline(Config{}, NewLedger(event.Counters{}, nil), quiet, func(_ context.Context, batch []event.Event) error {
		for i := range batch {
			handled <- batch[i].Get(event.EventOriginal)
		}
		return nil
	})
	in := NewInputs(p, quiet)
	ctx, cancel := context.WithCancel(t.Context())
	if errs := in.Set(ctx, Config{SyslogUDP: "127.0.0.1:0"}); errs != nil {
		t.Fatal(errs)
	}
	ended := make(chan error, 2)
	go func() { ended <- in.Run(ctx) }()
	go func() { ended <- p.Run(t.Context()) }()
	first := in.Listeners()
	if len(first) != 1 || first[0].Input != "syslog-udp" || strings.HasSuffix(first[0].Address, ":0") {
		t.Fatalf("listeners %+v", first)
	}
	if errs := in.Set(ctx, Config{SyslogUDP: "127.0.0.1:0", SyslogTCP: "127.0.0.1:0"}); errs != nil {
		t.Fatal(errs)
	}
	both := in.Listeners()
	if len(both) != 2 || both[0] != first[0] {
		t.Errorf("the unchanged input was not left alone: %+v, before %+v", both, first)
	}
	conn, err := net.Dial("tcp", both[1].Address)
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
	in.Set(ctx, Config{})
	if l := in.Listeners(); len(l) != 0 {
		t.Errorf("still listening: %+v", l)
	}
	if _, err := net.Dial("tcp", both[1].Address); err == nil {
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

func TestBusyPortIsVisibleAndRecovers(t *testing.T) {
	in := newInputs(t)
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	errs := in.Set(t.Context(), Config{SyslogTCP: busy.Addr().String()})
	if len(errs) != 1 {
		t.Fatalf("errors %v", errs)
	}
	if l := in.Listeners(); len(l) != 1 || l[0].Err == "" || l[0].Address != busy.Addr().String() {
		t.Errorf("listeners %+v", l)
	}
	busy.Close()
	// The same wish again tries again at once.
	if errs := in.Set(t.Context(), Config{SyslogTCP: busy.Addr().String()}); errs != nil {
		t.Errorf("after the port became free: %v", errs)
	}
	if l := in.Listeners(); len(l) != 1 || l[0].Err != "" {
		t.Errorf("listeners %+v", l)
	}
	in.Set(t.Context(), Config{})
	again, err := net.Listen("tcp", busy.Addr().String())
	if err != nil {
		t.Error("an input that never ran was not released: ", err)
	} else {
		again.Close()
	}
}

// fakeInput is an input that does what a test says.
type fakeInput struct {
	run   func(ctx context.Context, emit func(event.Raw)) error
	drops atomic.Uint64
}

func (f *fakeInput) Name() string                                        { return "fake" }
func (f *fakeInput) Address() string                                     { return "fake:1" }
func (f *fakeInput) KernelDropped() uint64                               { return f.drops.Load() }
func (f *fakeInput) Run(ctx context.Context, emit func(event.Raw)) error { return f.run(ctx, emit) }

// supervise puts an input that opens as these, one after the other, under
// supervision.
func supervise(t *testing.T, in *Inputs, lossy bool, inputs ...Input) {
	t.Helper()
	s := &supervised{spec: spec{name: "fake", address: "fake:1", lossy: lossy, open: func() (Input, error) {
		next := inputs[0]
		inputs = inputs[1:]
		return next, nil
	}}}
	if err := s.tryOpen(); err != nil {
		t.Fatal(err)
	}
	in.running = append(in.running, s)
}

// soon fails the test when f does not return.
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
	ledger := NewLedger(event.Counters{}, nil)
	p := NewPipeline(Config{QueueSize: 1}, ledger, quiet, new(collected).handle)
	in := NewInputs(p, quiet)
	full := make(chan struct{})
	supervise(t, in, false, &fakeInput{run: func(ctx context.Context, emit func(event.Raw)) error {
		emit(rawFrom("192.0.2.1:1", "fits"))
		close(full)
		emit(rawFrom("192.0.2.1:1", "waits for room"))
		<-ctx.Done()
		return nil
	}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go in.Run(ctx)
	<-full
	soon(t, "Set", func() { in.Set(ctx, Config{}) })
	if totals, _ := ledger.Snapshot(); totals.Dropped != 1 || len(p.queue) != 1 {
		t.Errorf("totals %+v, %d queued", totals, len(p.queue))
	}
}

func TestStateIsToldWhileAnInputEnds(t *testing.T) {
	in := newInputs(t)
	ending, end := make(chan struct{}), make(chan struct{})
	slow := &fakeInput{run: func(ctx context.Context, _ func(event.Raw)) error {
		<-ctx.Done()
		close(ending)
		<-end
		return nil
	}}
	slow.drops.Store(7)
	supervise(t, in, true, slow)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go in.Run(ctx)
	set := make(chan []error, 1)
	go func() { set <- in.Set(ctx, Config{}) }()
	<-ending
	soon(t, "Listeners", func() {
		if l := in.Listeners(); len(l) != 0 {
			t.Errorf("listeners %+v", l)
		}
	})
	soon(t, "KernelDropped", func() {
		if d := in.KernelDropped(); d != 7 {
			t.Errorf("%d kernel drops while the input ends, want 7", d)
		}
	})
	slow.drops.Store(9) // more, up to the moment the socket closes
	close(end)
	if errs := <-set; errs != nil {
		t.Error(errs)
	}
	if d := in.KernelDropped(); d != 9 {
		t.Errorf("%d kernel drops after the end, want 9", d)
	}
}

func TestKernelDropsOfAFailedSocketStayCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newInputs(t)
		failed := &fakeInput{run: func(context.Context, func(event.Raw)) error { return errors.New("network is down") }}
		failed.drops.Store(3)
		again := &fakeInput{run: func(ctx context.Context, _ func(event.Raw)) error { <-ctx.Done(); return nil }}
		again.drops.Store(4)
		supervise(t, in, true, failed, again)
		ctx, cancel := context.WithCancel(t.Context())
		go in.Run(ctx)
		synctest.Wait()
		if d := in.KernelDropped(); d != 3 {
			t.Errorf("%d kernel drops after the socket failed, want 3", d)
		}
		time.Sleep(firstRetry)
		synctest.Wait()
		if d := in.KernelDropped(); d != 7 {
			t.Errorf("%d kernel drops after it was opened again, want 7", d)
		}
		cancel()
		synctest.Wait()
		if d := in.KernelDropped(); d != 7 {
			t.Errorf("%d kernel drops after the end, want 7", d)
		}
	})
}

func TestRunWithCancelledContextReleasesWhatWasBound(t *testing.T) {
	in := newInputs(t)
	c := Config{SyslogUDP: "127.0.0.1:0", SyslogTCP: "127.0.0.1:0"}
	if errs := in.Set(t.Context(), c); errs != nil {
		t.Fatal(errs)
	}
	bound := in.Listeners()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := in.Run(ctx); err != nil {
		t.Error(err)
	}
	if errs := in.Set(t.Context(), Config{SyslogTCP: bound[1].Address}); errs != nil {
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
