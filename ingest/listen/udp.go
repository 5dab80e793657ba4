package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// receiveBuffer is the size requested of the operating system for waiting
// datagrams, in bytes. A burst overflows the usual 208 KiB at once.
const receiveBuffer = 8 << 20

// UDPConfig says what datagrams are. Only Origin is required.
type UDPConfig struct {
	Origin *event.Origin    // of all messages
	Now    func() time.Time // nil means time.Now
}

// UDP receives datagrams, one message each.
type UDP struct {
	conn   *net.UDPConn
	origin *event.Origin
	now    func() time.Time

	mu      sync.Mutex
	closed  bool
	dropped uint64 // the last count read from the operating system
}

// ListenUDP binds addr, "host:port" or ":port" for all addresses of both
// families; port 0 picks a free one. Datagrams wait in the operating system
// until Run reads them.
func ListenUDP(addr string, cfg UDPConfig) (*UDP, error) {
	if err := checkAddress("udp", addr); err != nil {
		return nil, err
	}
	a, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, bindProblem("udp", addr, err)
	}
	conn, err := net.ListenUDP(only("udp", a.IP), a)
	if err != nil {
		return nil, bindProblem("udp", addr, err)
	}
	setReceiveBuffer(conn)
	u := &UDP{conn: conn, origin: cfg.Origin, now: cfg.Now}
	if u.now == nil {
		u.now = time.Now
	}
	return u, nil
}

// Address returns the bound address with the real port.
func (u *UDP) Address() string { return u.conn.LocalAddr().String() }

// udpDrainTime bounds how long datagrams that have already arrived are read at
// shutdown: a flood must not keep the socket open.
const udpDrainTime = 200 * time.Millisecond

// Run calls emit for every datagram, from one goroutine, until ctx is
// cancelled, which returns nil. On shutdown the datagrams waiting in the
// operating system are emitted, as many as udpDrainTime allows, and the socket
// is closed.
func (u *UDP) Run(ctx context.Context, emit func(event.Raw)) error {
	defer u.Close()
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_ = u.conn.SetReadDeadline(time.Unix(1, 0))
	})
	defer stop()
	b := newBatch(u.conn)
	for failures := 0; ; {
		n, err := b.read()
		switch {
		case err == nil:
			failures = 0
			u.emit(b, n, emit)
		case ctx.Err() != nil:
			if !stop() {
				<-woken // or its deadline would replace drain's
			}
			u.drain(b, emit)
			return nil
		default:
			// An ICMP error of an earlier send, or memory briefly short: the
			// next read works. A socket that keeps failing must be reopened.
			if failures++; failures >= 100 || errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("read from udp %s: %w", u.Address(), err)
			}
			pause(ctx, time.Duration(failures)*time.Millisecond)
		}
	}
}

// drain emits what has arrived.
func (u *UDP) drain(b *batch, emit func(event.Raw)) {
	_ = u.conn.SetReadDeadline(time.Now().Add(udpDrainTime))
	for {
		n, err := b.readArrived()
		if err != nil {
			return
		}
		u.emit(b, n, emit)
	}
}

// emit passes on the n datagrams that were read.
func (u *UDP) emit(b *batch, n int, emit func(event.Raw)) {
	received := u.now().UnixNano()
	for i := range n {
		body, from, truncated := b.message(i)
		emit(event.Raw{Origin: u.origin, From: unmap(from), Received: received, Body: string(body), Truncated: truncated})
	}
}

// pause waits; it returns false if ctx ended it.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// Health counts the datagrams that the operating system dropped because the
// socket's buffer was full, where that is known (Linux); 0 elsewhere. It keeps
// its last value after Run has ended.
func (u *UDP) Health() input.Health {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.readDrops()
	return input.Health{KernelDropped: u.dropped}
}

// readDrops updates the count; u.mu is held.
func (u *UDP) readDrops() {
	if !u.closed {
		u.dropped = max(u.dropped, socketDrops(u.conn))
	}
}

// Close closes the socket, if Run is never called.
func (u *UDP) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.readDrops()
	u.closed = true
	return u.conn.Close()
}
