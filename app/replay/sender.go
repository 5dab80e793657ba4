package replay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	tcpBuffer   = 64 << 10
	dialTimeout = 5 * time.Second
	maxFailures = 1000 // messages in a row that could not be sent: give up

	// lastWord is how long to wait after the end for word from the other side:
	// that nothing listens (UDP), or that everything was read (TCP).
	lastWord = 100 * time.Millisecond
)

// sender sends messages to one listener.
type sender struct {
	url  string // for errors
	conn net.Conn
	udp  bool
	stop func() bool // of the watch on the context

	sent   int64
	failed int64 // skipped
	row    int64 // skipped since the last success
	first  error // of those

	buf    []byte // TCP: not written yet
	queued int64  // messages in buf
}

func splitURL(url string) (network, address string, err error) {
	network, address, ok := strings.Cut(url, "://")
	if !ok || network != "udp" && network != "tcp" {
		return "", "", fmt.Errorf("replay to %q: %w", url, ErrTarget)
	}
	return network, address, checkAddress(network, address)
}

// checkAddress reports an address that cannot be dialled: one without a port,
// or with one that does not exist. An empty host is this computer.
func checkAddress(network, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		var n int
		if n, err = net.LookupPort(network, port); err == nil && n > 0 {
			return nil
		}
	}
	return fmt.Errorf("replay to %q: %w", network+"://"+address, ErrTarget)
}

// dial connects; from, if not nil, is the address to send from.
func dial(ctx context.Context, network, address string, from net.IP) (*sender, error) {
	if err := checkAddress(network, address); err != nil {
		return nil, err
	}
	url := network + "://" + address
	d := net.Dialer{Timeout: dialTimeout}
	if from != nil {
		if network == "udp" {
			d.LocalAddr = &net.UDPAddr{IP: from}
		} else {
			d.LocalAddr = &net.TCPAddr{IP: from}
		}
	}
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		if refused(err) {
			return nil, nobody(url)
		}
		return nil, fmt.Errorf("replay: %w", err)
	}
	s := &sender{url: url, conn: conn, udp: network == "udp"}
	s.stop = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends a blocked write
	return s, nil
}

func nobody(url string) error {
	return fmt.Errorf("nothing listens at %s: start `porchlight serve` or the app first", url)
}

// send sends a message, or on TCP buffers it. An error means that there is no
// point in going on.
func (s *sender) send(msg []byte, f Framing) error {
	if s.udp {
		_, err := s.conn.Write(msg)
		return s.count(1, err, len(msg))
	}
	if f == Octet {
		s.buf = strconv.AppendInt(s.buf, int64(len(msg)), 10)
		s.buf = append(s.buf, ' ')
		s.buf = append(s.buf, msg...)
	} else {
		s.buf = append(s.buf, msg...)
		s.buf = append(s.buf, '\n')
	}
	s.queued++
	if len(s.buf) >= tcpBuffer {
		return s.flush()
	}
	return nil
}

func (s *sender) count(n int64, err error, size int) error {
	switch {
	case err == nil:
		s.sent += n
		s.row = 0
		return nil
	case refused(err):
		return nobody(s.url)
	case errors.Is(err, os.ErrDeadlineExceeded): // cancelled
		return err
	case !s.udp:
		return fmt.Errorf("replay: the listener ended the connection: %w", err)
	}
	if s.first == nil {
		s.first = fmt.Errorf("the first of %d bytes: %w", size, err)
	}
	s.failed++
	if s.row++; s.row >= maxFailures {
		return s.losses()
	}
	return nil
}

func (s *sender) losses() error {
	if s.failed == 0 {
		return nil
	}
	return fmt.Errorf("replay: %d of %d messages could not be sent over UDP (%w); tcp:// takes long ones", s.failed, s.failed+s.sent, s.first)
}

// flush writes what is buffered.
func (s *sender) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	_, err := s.conn.Write(s.buf)
	n := s.queued
	s.buf, s.queued = s.buf[:0], 0
	return s.count(n, err, 0)
}

// finish sends what is left and waits for the other side's last word.
func (s *sender) finish() error {
	if err := s.flush(); err != nil {
		return err
	}
	if t, ok := s.conn.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
	_ = s.conn.SetReadDeadline(time.Now().Add(lastWord))
	var b [1]byte
	if _, err := s.conn.Read(b[:]); s.udp && refused(err) {
		return nobody(s.url)
	}
	return s.losses()
}

func (s *sender) close() {
	s.stop()
	s.conn.Close()
}
