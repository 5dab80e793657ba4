package syslog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"porchlight/ingest/event"
)

// receiveBuffer is the size asked of the operating system for datagrams that
// wait, in bytes. With the usual 208 KiB a burst overflows it at once.
const receiveBuffer = 8 << 20

// UDP receives syslog datagrams (RFC 5426), one message each.
type UDP struct {
	conn *net.UDPConn
	now  func() time.Time

	mu      sync.Mutex
	closed  bool
	dropped uint64 // the last count read from the operating system
}

// ListenUDP binds addr, "host:port" or ":port" for all addresses of both
// families; port 0 takes a free one. Datagrams wait in the operating system
// until Run reads them.
func ListenUDP(addr string) (*UDP, error) {
	if err := checkAddress("udp", addr); err != nil {
		return nil, err
	}
	a, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, bindError("udp", addr, err)
	}
	conn, err := net.ListenUDP(only("udp", a.IP), a)
	if err != nil {
		return nil, bindError("udp", addr, err)
	}
	setReceiveBuffer(conn)
	return &UDP{conn: conn, now: time.Now}, nil
}

// Name returns "syslog-udp".
func (u *UDP) Name() string { return "syslog-udp" }

// Address returns the bound address with the real port.
func (u *UDP) Address() string { return u.conn.LocalAddr().String() }

// Run calls emit for every datagram, from one goroutine, until ctx is
// cancelled, which returns nil. It closes the socket.
func (u *UDP) Run(ctx context.Context, emit func(event.Raw)) error {
	defer u.close()
	if ctx.Err() != nil {
		return nil
	}
	stop := context.AfterFunc(ctx, func() { _ = u.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	b := newBatch(u.conn)
	for failures := 0; ; {
		n, err := b.read()
		if ctx.Err() != nil && n <= 0 {
			return nil
		}
		if err != nil {
			// An ICMP error of an earlier send, a moment without memory: the
			// next read works. A socket that never does must be opened anew.
			if failures++; failures >= 100 || errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("read from udp %s: %w", u.Address(), err)
			}
			if !pause(ctx, time.Duration(failures)*time.Millisecond) {
				return nil
			}
			continue
		}
		failures = 0
		received := u.now().UnixNano()
		for i := range n {
			body, from, truncated := b.message(i)
			emit(event.Raw{Input: "syslog-udp", From: unmap(from), Received: received, Body: string(body), Truncated: truncated})
		}
	}
}

// pause waits; false when ctx ended it.
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

// KernelDropped counts the datagrams that the operating system dropped because
// the socket's buffer was full, where it tells (Linux); 0 elsewhere. It stays
// at its last value when Run has ended.
func (u *UDP) KernelDropped() uint64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.closed {
		u.dropped = max(u.dropped, socketDrops(u.conn))
	}
	return u.dropped
}

func (u *UDP) close() {
	u.KernelDropped()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	_ = u.conn.Close()
}
