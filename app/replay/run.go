// Package replay sends log lines to a syslog listener: those of a file at a
// chosen rate, or those of a demo script that plays an office.
package replay

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Framing is how messages are separated on TCP (RFC 6587, section 3.4).
type Framing int

// The framings.
const (
	Newline Framing = iota // each message ends with a line break
	Octet                  // each message is preceded by its length in bytes and a space
)

// Options of Run.
type Options struct {
	To      string  // udp://host:port or tcp://host:port
	Rate    float64 // messages per second; 0 sends as fast as the network allows
	Framing Framing // TCP only

	// Progress, if set, is called about every 100 ms with how many messages
	// were sent and how many bytes of src (compressed, if it is) were read for
	// them.
	Progress func(sent, read int64)
}

// Errors for options that cannot work; those of Validate and ParseTarget wrap
// one of these.
var (
	ErrTarget = errors.New("expected udp://host:port or tcp://host:port")
	ErrRate   = errors.New("expected a number of messages per second, 0 or more")
)

// Validate reports, before anything is opened or sent, which option cannot
// work; the error wraps ErrTarget or ErrRate.
func (o Options) Validate() error {
	if !(o.Rate >= 0) || math.IsInf(o.Rate, 0) { // nor NaN
		return fmt.Errorf("replay at rate %v: %w", o.Rate, ErrRate)
	}
	_, err := ParseTarget(o.To)
	return err
}

const (
	maxMessage    = 1 << 20 // bytes; a longer line is sent in pieces
	progressEvery = 100 * time.Millisecond
)

// Run sends each line of src, plain or gzip, as one message, unchanged: a line
// without PRI gets none. Empty lines are skipped. It returns how many messages
// the operating system took; over UDP that is no proof that anyone received
// them, though an error says if nothing listens at all.
//
// A message that cannot be sent, such as one longer than a datagram, is
// skipped, and the error at the end says how many were. Options that cannot
// work are errors of Validate. Cancelled before the end, it returns ctx.Err().
// A read from src that blocks is not interrupted.
func Run(ctx context.Context, src io.Reader, opt Options) (sent int64, err error) {
	if err := opt.Validate(); err != nil {
		return 0, err
	}
	network, address, err := splitURL(opt.To)
	if err != nil {
		return 0, err
	}
	read := &counter{r: src}
	in, err := unpack(read)
	if err != nil {
		return 0, fmt.Errorf("replay: %w", err)
	}
	out, err := dial(ctx, network, address, nil)
	if err != nil {
		return 0, cancelled(ctx, err)
	}
	defer out.close()

	pace := pacer{rate: opt.Rate, start: time.Now()}
	told := pace.start
	tell := func(now time.Time) {
		if opt.Progress != nil {
			opt.Progress(out.sent, read.n)
		}
		told = now
	}
	for n := 0; ; n++ {
		if in.Buffered() == 0 {
			if err := out.flush(); err != nil { // the next line may be a long time coming
				return out.sent, cancelled(ctx, err)
			}
		}
		line, err := in.ReadSlice('\n')
		if msg := bytes.TrimRight(line, "\r\n"); len(msg) > 0 {
			if !pace.allows() {
				if err := out.flush(); err != nil {
					return out.sent, cancelled(ctx, err)
				}
				if !pace.wait(ctx) {
					return out.sent, ctx.Err()
				}
			}
			if err := out.send(msg, opt.Framing); err != nil {
				return out.sent, cancelled(ctx, err)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			_ = out.flush()
			return out.sent, fmt.Errorf("replay: read: %w", err)
		}
		if n%256 == 0 || opt.Rate > 0 && opt.Rate < 2560 {
			if ctx.Err() != nil {
				_ = out.flush()
				return out.sent, ctx.Err()
			}
			if now := time.Now(); now.Sub(told) >= progressEvery {
				tell(now)
			}
		}
	}
	err = out.finish()
	tell(time.Now())
	return out.sent, cancelled(ctx, err)
}

// cancelled returns ctx.Err() for an error that is only the consequence of a
// cancellation.
func cancelled(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// counter counts the bytes read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// unpack decompresses gzip (RFC 1952, section 2.3.1: magic 1f 8b).
func unpack(src io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(src, maxMessage)
	magic, err := in.Peek(2)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read: %w", err)
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return in, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("read gzip: %w", err)
	}
	return bufio.NewReaderSize(z, maxMessage), nil
}

// pacer spreads messages evenly over time. At high rates it releases them in
// bursts of a millisecond: sleeping for less is neither exact nor cheap.
type pacer struct {
	rate    float64 // messages per second; 0: no limit
	start   time.Time
	n       int64 // messages allowed so far
	granted int64 // may go before the clock is read again
}

const (
	minSleep = time.Millisecond
	maxDebt  = time.Second // how much of a stall is made up for; more would be a flood
)

// allows counts one message if it may go without reading the clock.
func (p *pacer) allows() bool {
	if p.rate == 0 {
		return true
	}
	if p.n >= p.granted {
		return false
	}
	p.n++
	return true
}

// due reads the clock: it counts a message and returns 0 if it may go now,
// otherwise how long to sleep.
func (p *pacer) due(now time.Time) time.Duration {
	at := p.start.Add(time.Duration(float64(p.n) / p.rate * float64(time.Second)))
	if wait := at.Sub(now); wait > 0 {
		return max(wait, minSleep)
	}
	if late := now.Sub(at); late > maxDebt {
		p.start = p.start.Add(late - maxDebt)
	}
	p.granted = int64(now.Sub(p.start).Seconds()*p.rate) + 1
	p.n++
	return 0
}

// wait sleeps until a message may go and counts it; false means cancelled.
func (p *pacer) wait(ctx context.Context) bool {
	for {
		d := p.due(time.Now())
		if d == 0 {
			return true
		}
		if !sleep(ctx, d) {
			return false
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
