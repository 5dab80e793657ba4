package syslog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"porchlight/ingest/event"
)

// TCPConfig limits what senders may take. The zero value is ready to use.
type TCPConfig struct {
	MaxConnections int           // connections at a time; 0 means 512. More are refused and counted
	IdleTimeout    time.Duration // closes a connection that is silent so long; 0 means never
}

const defaultMaxConnections = 512

// keepAlive finds out about senders that vanished without a word.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: 15 * time.Second, Count: 4}

// Validate reports the first value that cannot work.
func (c TCPConfig) Validate() error {
	switch {
	case c.MaxConnections < 0:
		return fmt.Errorf("syslog tcp: max connections %d: must not be negative", c.MaxConnections)
	case c.IdleTimeout < 0:
		return fmt.Errorf("syslog tcp: idle timeout %v: must not be negative", c.IdleTimeout)
	}
	return nil
}

// TCP receives syslog streams (RFC 6587).
type TCP struct {
	listener *net.TCPListener
	config   TCPConfig
	now      func() time.Time

	refused atomic.Uint64

	mu    sync.Mutex
	conns map[*net.TCPConn]struct{}
}

// ListenTCP binds addr, "host:port" or ":port" for all addresses of both
// families; port 0 takes a free one. Connections wait until Run accepts them.
func ListenTCP(addr string, cfg TCPConfig) (*TCP, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.MaxConnections == 0 {
		cfg.MaxConnections = defaultMaxConnections
	}
	if err := checkAddress("tcp", addr); err != nil {
		return nil, err
	}
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, bindError("tcp", addr, err)
	}
	l, err := net.ListenTCP(only("tcp", a.IP), a)
	if err != nil {
		return nil, bindError("tcp", addr, err)
	}
	return &TCP{listener: l, config: cfg, now: time.Now, conns: map[*net.TCPConn]struct{}{}}, nil
}

// Name returns "syslog-tcp".
func (t *TCP) Name() string { return "syslog-tcp" }

// Address returns the bound address with the real port.
func (t *TCP) Address() string { return t.listener.Addr().String() }

// Connections returns how many senders are connected.
func (t *TCP) Connections() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.conns)
}

// Refused counts the connections that were closed at once because there were
// too many.
func (t *TCP) Refused() uint64 { return t.refused.Load() }

// Run calls emit for every message until ctx is cancelled, which returns nil.
// emit is called from one goroutine per connection; while it blocks, that
// sender has to wait. On the way out what was read completely is emitted, and
// all sockets are closed.
func (t *TCP) Run(ctx context.Context, emit func(event.Raw)) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		<-ctx.Done()
		_ = t.listener.Close()
		t.mu.Lock()
		defer t.mu.Unlock()
		for c := range t.conns {
			_ = c.SetReadDeadline(time.Unix(1, 0))
		}
	})
	for failures := 0; ; {
		conn, err := t.listener.AcceptTCP()
		if ctx.Err() != nil {
			if err == nil {
				_ = conn.Close()
			}
			return nil
		}
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("accept on tcp %s: %w", t.Address(), err)
			}
			// Out of descriptors, or the sender gave up: it passes.
			failures++
			if !pause(ctx, min(time.Duration(failures)*5*time.Millisecond, time.Second)) {
				return nil
			}
			continue
		}
		failures = 0
		if !t.register(conn) {
			t.refused.Add(1)
			_ = conn.Close()
			continue
		}
		wg.Go(func() {
			defer t.unregister(conn)
			t.serve(ctx, conn, emit)
		})
	}
}

func (t *TCP) register(conn *net.TCPConn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.conns) >= t.config.MaxConnections {
		return false
	}
	t.conns[conn] = struct{}{}
	return true
}

func (t *TCP) unregister(conn *net.TCPConn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.conns, conn)
	_ = conn.Close()
}

// serve reads from one connection until it ends or ctx is cancelled.
func (t *TCP) serve(ctx context.Context, conn *net.TCPConn, emit func(event.Raw)) {
	_ = conn.SetKeepAliveConfig(keepAlive)
	var from netip.AddrPort
	if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		from = unmap(a.AddrPort())
	}
	f := newFramer(conn)
	for {
		if t.config.IdleTimeout > 0 {
			_ = conn.SetReadDeadline(t.now().Add(t.config.IdleTimeout))
		}
		if ctx.Err() != nil {
			// Registered or given a new deadline after Run had set the last one.
			_ = conn.SetReadDeadline(time.Unix(1, 0))
		}
		if f.fill() != nil {
			return
		}
		received := t.now().UnixNano()
		for {
			m, ok := f.next()
			if !ok {
				break
			}
			emit(event.Raw{Input: "syslog-tcp", From: from, Received: received, Body: m.body, Truncated: m.truncated})
		}
	}
}
