package ingest

import (
	"context"
	"net"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

func newInputs(t *testing.T) (*Inputs, *collected, *Pipeline) {
	t.Helper()
	var got collected
	p := NewPipeline(Config{}, NewLedger(event.Counters{}, nil), quiet, got.handle)
	return NewInputs(p, quiet), &got, p
}

func TestInputsFollowTheConfiguration(t *testing.T) {
	in, got, p := newInputs(t)
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
	for {
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got.mu.Lock()
		n := len(got.bodies)
		got.mu.Unlock()
		if n == 1 {
			break
		}
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
	in, _, _ := newInputs(t)
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
