package listen

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// MaxConnections is the option of TCPConfig's member, for kinds of inputs.
var MaxConnections = input.Option{Name: "max_connections", Type: input.Int, Default: strconv.Itoa(defaultMaxConnections), Min: 1, Max: 65_535, Unit: "connections",
	Help: "How many senders can be connected at once; beyond that, the longest idle one is disconnected."}

// TCPConfig limits the resources senders can take. Only Origin is required.
type TCPConfig struct {
	// MaxConnections at once; 0 means 512. MaxPerAddress is how many of them
	// may come from one IP address, including loopback; 0 means 64. At a
	// limit, a new connection replaces the one that has been idle longest, for
	// at least 30 s without a complete message (of the same address, if that
	// limit was reached); if there is none, the new one is refused.
	MaxConnections int
	MaxPerAddress  int

	IdleTimeout time.Duration // closes a connection that has been silent this long; 0 means never

	// OctetCounting allows messages to be preceded by their length (RFC 6587,
	// section 3.4.1) instead of followed by a line end.
	OctetCounting bool

	Origin *event.Origin    // of all messages
	Now    func() time.Time // nil means time.Now

	// Log gets refused and evicted connections and those that the operating system
	// does not hand out, each at most once a minute, and senders cut off at
	// shutdown; nil means no logging.
	Log *slog.Logger
}

const (
	defaultMaxConnections = 512
	defaultMaxPerAddress  = 64

	evictAfter = 30 * time.Second // without a complete message
	logEvery   = time.Minute

	// On cancel, what has already arrived is still read: until two reads in a
	// row have waited tcpDrainWait in vain (two, because a goroutine that was
	// not scheduled for that long finds its deadline expired and reads
	// nothing), but for at most tcpDrainTime.
	tcpDrainWait = 50 * time.Millisecond
	tcpDrainTime = 2 * time.Second
)

// keepAlive detects senders that vanished silently.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: 15 * time.Second, Count: 4}

// Validate reports the first value that cannot work.
func (c TCPConfig) Validate() error {
	switch {
	case c.MaxConnections < 0:
		return fmt.Errorf("max connections %d: must not be negative", c.MaxConnections)
	case c.MaxPerAddress < 0:
		return fmt.Errorf("max connections per address %d: must not be negative", c.MaxPerAddress)
	case c.IdleTimeout < 0:
		return fmt.Errorf("idle timeout %v: must not be negative", c.IdleTimeout)
	}
	return nil
}

// TCP receives streams of messages.
type TCP struct {
	listener *net.TCPListener
	config   TCPConfig
	now      func() time.Time // config.Now; tests change it

	refused atomic.Uint64

	// For the log; used only by the accepting goroutine.
	logged       time.Time
	unlogged     int       // closed since
	failedLogged time.Time // that none could be accepted

	mu    sync.Mutex
	conns map[*stream]struct{}
}

// ListenTCP binds addr, "host:port" or ":port" for all addresses of both
// families; port 0 picks a free one. Connections wait until Run accepts them.
func ListenTCP(addr string, cfg TCPConfig) (*TCP, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.MaxConnections == 0 {
		cfg.MaxConnections = defaultMaxConnections
	}
	if cfg.MaxPerAddress == 0 {
		cfg.MaxPerAddress = defaultMaxPerAddress
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := checkAddress("tcp", addr); err != nil {
		return nil, err
	}
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, bindProblem("tcp", addr, err)
	}
	l, err := net.ListenTCP(only("tcp", a.IP), a)
	if err != nil {
		return nil, bindProblem("tcp", addr, err)
	}
	return &TCP{listener: l, config: cfg, now: cfg.Now, conns: map[*stream]struct{}{}}, nil
}

// Address returns the bound address with the real port.
func (t *TCP) Address() string { return t.listener.Addr().String() }

// Connections returns how many senders are connected.
func (t *TCP) Connections() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.conns)
}

// Health counts the connections closed because there were too many: new ones
// that were refused and idle ones that made room.
func (t *TCP) Health() input.Health { return input.Health{Refused: t.refused.Load()} }

// Close stops listening, if Run is never called.
func (t *TCP) Close() error { return t.listener.Close() }

// Run calls emit for every message until ctx is cancelled, which returns nil.
// emit is called from one goroutine per connection; while it blocks, that
// sender has to wait. On shutdown, what has already arrived is read and
// emitted for at most 2 s, including on connections not yet accepted; then all
// sockets are closed.
func (t *TCP) Run(ctx context.Context, emit func(event.Raw)) error {
	ctx, cancel := context.WithCancel(ctx)
	end := sync.OnceValue(func() time.Time { return time.Now().Add(tcpDrainTime) })
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	defer t.listener.Close()
	wg.Go(func() {
		<-ctx.Done()
		end()
		soon := time.Now().Add(tcpDrainWait)
		_ = t.listener.SetDeadline(soon)
		t.mu.Lock()
		defer t.mu.Unlock()
		for s := range t.conns {
			_ = s.conn.SetReadDeadline(soon)
		}
	})
	for failures, waits := 0, 0; ; {
		draining := ctx.Err() != nil
		if draining {
			now := time.Now()
			if !now.Before(end()) {
				return nil
			}
			_ = t.listener.SetDeadline(now.Add(tcpDrainWait))
		}
		conn, err := t.listener.AcceptTCP()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			if draining {
				waits++
			}
			if waits == 2 {
				return nil
			}
			continue
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accept on tcp %s: %w", t.Address(), err)
		case err != nil:
			// Out of descriptors, or the sender gave up: this passes.
			t.reportFailure(err)
			failures++
			wait := min(time.Duration(failures)*5*time.Millisecond, time.Second)
			if draining {
				time.Sleep(min(wait, tcpDrainWait))
			} else {
				pause(ctx, wait)
			}
			continue
		}
		failures, waits = 0, 0
		s := &stream{conn: conn, from: remote(conn), idle: t.config.IdleTimeout, now: t.now, done: ctx.Done(), end: end}
		if !t.register(s) {
			_ = conn.Close()
			continue
		}
		wg.Go(func() {
			defer t.unregister(s)
			t.serve(s, emit)
		})
	}
}

func remote(conn *net.TCPConn) netip.AddrPort {
	if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return unmap(a.AddrPort())
	}
	return netip.AddrPort{}
}

// register admits a connection, if necessary in place of an idle one.
func (t *TCP) register(s *stream) bool {
	now := t.now()
	s.active.Store(now.UnixNano())
	evicted, ok := t.admit(s, now.Add(-evictAfter).UnixNano())
	switch {
	case !ok:
		t.report(now, "a connection to "+t.config.Origin.Input+" was refused: there are too many", s.from)
	case evicted != nil:
		evicted.leave() // its goroutine emits what has arrived, then ends
		t.report(now, "an idle connection to "+t.config.Origin.Input+" was closed to make room for another", evicted.from)
	}
	return ok
}

// admit registers s if there is room, or a connection inactive since before
// (Unix nanoseconds), which it evicts.
func (t *TCP) admit(s *stream, before int64) (evicted *stream, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	same := 0
	for c := range t.conns {
		if c.from.Addr() == s.from.Addr() {
			same++
		}
	}
	if full := same >= t.config.MaxPerAddress; full || len(t.conns) >= t.config.MaxConnections {
		oldest := before
		for c := range t.conns {
			if a := c.active.Load(); a <= oldest && (!full || c.from.Addr() == s.from.Addr()) {
				evicted, oldest = c, a
			}
		}
		if evicted == nil {
			return nil, false
		}
		delete(t.conns, evicted)
	}
	t.conns[s] = struct{}{}
	return evicted, true
}

func (t *TCP) report(now time.Time, what string, from netip.AddrPort) {
	total := t.refused.Add(1)
	t.unlogged++
	if !t.logged.IsZero() && now.Sub(t.logged) < logEvery {
		return
	}
	t.config.Log.Warn(what, "address", from.Addr().String(), "since_last_report", t.unlogged, "total", total,
		"max", t.config.MaxConnections, "max_per_address", t.config.MaxPerAddress)
	t.logged, t.unlogged = now, 0
}

// reportFailure says why no connection can be accepted: senders wait meanwhile.
func (t *TCP) reportFailure(err error) {
	if now := t.now(); t.failedLogged.IsZero() || now.Sub(t.failedLogged) >= logEvery {
		t.config.Log.Warn("connections to "+t.config.Origin.Input+" cannot be accepted, trying again", "error", err)
		t.failedLogged = now
	}
}

func (t *TCP) unregister(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.conns, s)
	_ = s.conn.Close()
}

// serve reads from one connection until it ends or is drained.
func (t *TCP) serve(s *stream, emit func(event.Raw)) {
	_ = s.conn.SetKeepAliveConfig(keepAlive)
	f := newFramer(s, t.config.OctetCounting)
	for f.fill() == nil {
		received := t.now().UnixNano()
		some := false
		for {
			m, ok := f.next()
			if !ok {
				break
			}
			if !some {
				s.active.Store(math.MaxInt64) // waiting in emit is not idling
				some = true
			}
			emit(event.Raw{Origin: t.config.Origin, From: s.from, Received: received, Body: m.body, Truncated: m.truncated})
		}
		if some {
			s.active.Store(t.now().UnixNano())
		}
	}
	if s.cut {
		t.config.Log.Warn("a sender to "+t.config.Origin.Input+" was still sending at shutdown: the last of it was not read", "address", s.from.Addr().String())
	}
}

// stream is one connection as a reader. Once done is closed, or after leave,
// it yields what has already arrived and then fails.
type stream struct {
	conn *net.TCPConn
	from netip.AddrPort
	idle time.Duration // 0: no limit
	now  func() time.Time
	done <-chan struct{}
	end  func() time.Time // of draining

	active atomic.Int64 // when the last complete message was read, Unix nanoseconds
	until  atomic.Int64 // set by leave: when to stop draining, Unix nanoseconds
	cut    bool         // the time for draining was too short
}

// leave ends this stream while the others continue. Closing it would discard
// what the kernel still holds.
func (s *stream) leave() {
	now := time.Now()
	s.until.Store(now.Add(tcpDrainTime).UnixNano())
	_ = s.conn.SetReadDeadline(now.Add(tcpDrainWait))
}

func (s *stream) Read(p []byte) (int, error) {
	for waits := 0; ; {
		if s.idle > 0 {
			_ = s.conn.SetReadDeadline(s.now().Add(s.idle))
		}
		// After the deadline above, which may have replaced the one set by Run
		// or leave.
		draining := s.draining()
		if draining {
			now := time.Now()
			if s.overdue(now) {
				s.cut = true
				return 0, os.ErrDeadlineExceeded
			}
			_ = s.conn.SetReadDeadline(now.Add(tcpDrainWait))
		}
		n, err := s.conn.Read(p)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !s.draining() {
			return n, err
		}
		if draining {
			waits++
		}
		if waits == 2 {
			return 0, err
		}
	}
}

func (s *stream) draining() bool {
	select {
	case <-s.done:
		return true
	default:
		return s.until.Load() != 0
	}
}

// overdue reports whether draining has lasted long enough.
func (s *stream) overdue(now time.Time) bool {
	if until := s.until.Load(); until != 0 {
		return now.UnixNano() >= until
	}
	return !now.Before(s.end())
}
