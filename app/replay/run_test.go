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
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// udpListener collects datagrams until the test ends.
func udpListener(t testing.TB) (address string, got <-chan string) {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadBuffer(4 << 20)
	ch := make(chan string, 1<<16)
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1<<16)
		for {
			n, _, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			ch <- string(buf[:n])
		}
	}()
	t.Cleanup(func() { c.Close(); <-done })
	return c.LocalAddr().String(), ch
}

// tcpListener passes on what each connection carried, when it ends.
func tcpListener(t testing.TB) (address string, got <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ch := make(chan string, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(c)
			c.Close()
			ch <- string(b)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), ch
}

// closedPort returns an address at which nothing listens.
func closedPort(t *testing.T, network string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

const sample = "<13>Nov 23 14:02:07 web-01 one: a\r\n\nno priority at all\n<13>last, no line break"

var sampleMessages = []string{"<13>Nov 23 14:02:07 web-01 one: a", "no priority at all", "<13>last, no line break"}

func TestRunUDP(t *testing.T) {
	to, got := udpListener(t)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, sample)
	z.Close()
	for name, src := range map[string]string{"plain": sample, "gzip": zipped.String()} {
		var sent, read int64
		n, err := Run(t.Context(), strings.NewReader(src), Options{To: "udp://" + to,
			Progress: func(s, r int64) { sent, read = s, r }})
		if err != nil || n != 3 {
			t.Fatalf("%s: sent %d, %v", name, n, err)
		}
		if sent != 3 || read != int64(len(src)) {
			t.Errorf("%s: last progress is %d messages, %d of %d bytes", name, sent, read, len(src))
		}
		for _, want := range sampleMessages {
			if m := <-got; m != want {
				t.Errorf("%s: got %q, want %q", name, m, want)
			}
		}
	}
}

func TestRunTCP(t *testing.T) {
	to, got := tcpListener(t)
	long := strings.Repeat("x", 200_000)
	src := sample + "\n" + long + "\n"
	for _, c := range []struct {
		framing Framing
		frame   func(string) string
	}{
		{Newline, func(m string) string { return m + "\n" }},
		{Octet, func(m string) string { return strconv.Itoa(len(m)) + " " + m }},
	} {
		n, err := Run(t.Context(), strings.NewReader(src), Options{To: "tcp://" + to, Framing: c.framing})
		if err != nil || n != 4 {
			t.Fatalf("sent %d, %v", n, err)
		}
		var want string
		for _, m := range append(slices.Clone(sampleMessages), long) {
			want += c.frame(m)
		}
		if s := <-got; s != want {
			t.Errorf("framing %d: got %d bytes %.60q, want %d bytes %.60q", c.framing, len(s), s, len(want), want)
		}
	}
}

func TestRunMany(t *testing.T) {
	to, got := tcpListener(t)
	var src bytes.Buffer
	for i := range 50_000 {
		fmt.Fprintf(&src, "<13>message %d\n", i)
	}
	want := src.String()
	if n, err := Run(t.Context(), &src, Options{To: "tcp://" + to}); n != 50_000 || err != nil {
		t.Fatalf("sent %d, %v", n, err)
	}
	if <-got != want {
		t.Error("what arrived differs from what was sent")
	}
}

func TestNobodyListens(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		to := network + "://" + closedPort(t, network)
		for _, lines := range []int{1, 100} {
			n, err := Run(t.Context(), strings.NewReader(strings.Repeat("<13>x\n", lines)), Options{To: to})
			want := "nothing listens at " + to
			if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "porchlight serve") {
				t.Errorf("%d lines to %s: %v", lines, to, err)
			}
			if n > 1 {
				t.Errorf("%d of %d lines count as sent", n, lines)
			}
		}
	}
}

func TestTooLongForUDP(t *testing.T) {
	to, got := udpListener(t)
	src := "<13>before\n" + strings.Repeat("x", 70_000) + "\n<13>after\n"
	n, err := Run(t.Context(), strings.NewReader(src), Options{To: "udp://" + to})
	if n != 2 || err == nil || !strings.Contains(err.Error(), "1 of 3 messages could not be sent") || !strings.Contains(err.Error(), "70000 bytes") {
		t.Errorf("sent %d, %v", n, err)
	}
	if a, b := <-got, <-got; a != "<13>before" || b != "<13>after" {
		t.Errorf("got %q, %q", a, b)
	}
}

func TestUsage(t *testing.T) {
	for _, to := range []string{"", "127.0.0.1:5514", "ftp://x:1", "udp://", "udp://localhost", "tcp://:", "foo", "udp://x:0", "udp://x:65536", "tcp://x:5514/", "tcp://::1:5514"} {
		if n, err := Run(t.Context(), strings.NewReader("x"), Options{To: to}); !errors.Is(err, ErrTarget) || n != 0 {
			t.Errorf("to %q: sent %d, %v", to, n, err)
		}
		if got, err := ParseTarget(to); !errors.Is(err, ErrTarget) || got != (Targets{}) || !strings.Contains(err.Error(), strconv.Quote(to)) {
			t.Errorf("target %q: %+v, %v", to, got, err)
		}
	}
	for to, want := range map[string]Targets{
		"udp://127.0.0.1:5514": {UDP: "127.0.0.1:5514"},
		"tcp://[::1]:601":      {TCP: "[::1]:601"},
		"tcp://:5514":          {TCP: ":5514"},
	} {
		if got, err := ParseTarget(to); err != nil || got != want {
			t.Errorf("target %q: %+v, %v", to, got, err)
		}
	}
	for _, rate := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		opt := Options{To: "udp://127.0.0.1:9", Rate: rate}
		if n, err := Run(t.Context(), strings.NewReader("x"), opt); !errors.Is(err, ErrRate) || n != 0 {
			t.Errorf("rate %v: sent %d, %v", rate, n, err)
		}
		if err := opt.Validate(); !errors.Is(err, ErrRate) || errors.Is(err, ErrTarget) {
			t.Errorf("rate %v: %v", rate, err)
		}
	}
	if _, err := Run(t.Context(), strings.NewReader("\x1f\x8bnot gzip"), Options{To: "udp://127.0.0.1:9"}); err == nil {
		t.Error("broken gzip is accepted")
	}
}

// TestCancelWhileStuck cancels a sender whose receiver reads nothing.
func TestCancelWhileStuck(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // accepts nothing: the kernel's buffers fill
	ctx, cancel := context.WithCancel(t.Context())
	stuck := &stuckReader{cancel: cancel}
	if _, err := Run(ctx, stuck, Options{To: "tcp://" + l.Addr().String()}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestCancelIsNoSuccess cancels at every point where Run may notice.
func TestCancelIsNoSuccess(t *testing.T) {
	to, _ := tcpListener(t)
	lines := strings.Repeat("<13>x\n", 1000)
	for name, opt := range map[string]Options{
		"as fast as it goes": {},
		"waiting its turn":   {Rate: 0.001},
		"paced":              {Rate: 1000},
	} {
		for _, when := range []string{"before", "while reading"} {
			ctx, cancel := context.WithCancel(t.Context())
			var src io.Reader = strings.NewReader(lines)
			if when == "before" {
				cancel()
			} else {
				src = io.MultiReader(strings.NewReader(lines), cancelReader(cancel), strings.NewReader(lines))
			}
			if opt.Rate > 0 && opt.Rate < 1 && when != "before" {
				src = io.MultiReader(strings.NewReader("<13>x\n"), cancelReader(cancel), strings.NewReader("<13>y\n"))
			}
			opt.To = "tcp://" + to
			if n, err := Run(ctx, src, opt); err != context.Canceled || n >= 2000 {
				t.Errorf("%s, cancelled %s: sent %d, %v", name, when, n, err)
			}
			cancel()
		}
	}
}

// cancelReader cancels when it is read, and is empty.
type cancelReader context.CancelFunc

func (c cancelReader) Read([]byte) (int, error) {
	c()
	return 0, io.EOF
}

// stuckReader has endless lines. It cancels when nobody has asked for more for
// a while: the sender is stuck then.
type stuckReader struct {
	cancel context.CancelFunc
	timer  *time.Timer
}

func (r *stuckReader) Read(p []byte) (int, error) {
	if r.timer == nil {
		r.timer = time.AfterFunc(200*time.Millisecond, r.cancel)
	}
	r.timer.Reset(200 * time.Millisecond)
	n := min(len(p), 1<<16)
	for i := range p[:n] {
		p[i] = 'x'
	}
	p[n-1] = '\n'
	return n, nil
}

// TestConnectionLost has the receiver hang up in the middle.
func TestConnectionLost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = bufio.NewReader(c).ReadString('\n')
			c.Close()
		}
	}()
	endless := &stuckReader{cancel: func() {}}
	_, err = Run(t.Context(), endless, Options{To: "tcp://" + l.Addr().String()})
	if err == nil || !strings.Contains(err.Error(), "ended the connection") {
		t.Errorf("connection lost: %v", err)
	}
}

// TestPacer runs the pacer on a clock of its own.
func TestPacer(t *testing.T) {
	for _, rate := range []float64{0.5, 10, 999, 20_000, 100_000} {
		start := time.Unix(1_800_000_000, 0)
		now := start
		p := pacer{rate: rate, start: start}
		total := int64(rate*10) + 1
		sleeps := 0
		for p.n < total {
			if p.allows() {
				continue
			}
			d := p.due(now)
			if d == 0 {
				continue
			}
			if d < minSleep {
				t.Fatalf("rate %v: sleeps only %v", rate, d)
			}
			sleeps++
			now = now.Add(d + 70*time.Microsecond) // timers are late
		}
		if took := now.Sub(start); took < 9990*time.Millisecond || took > 10_010*time.Millisecond {
			t.Errorf("rate %v: %d messages took %v, want 10 s", rate, total, took)
		}
		if sleeps > 10_000 {
			t.Errorf("rate %v: %d sleeps in 10 s", rate, sleeps)
		}
	}
}

// TestPacerStall checks that a long stall is not made up for with a flood.
func TestPacerStall(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	p := pacer{rate: 100, start: start}
	if d := p.due(start); d != 0 {
		t.Fatalf("the first message waits %v", d)
	}
	now := start.Add(time.Hour)
	if d := p.due(now); d != 0 {
		t.Fatalf("after the stall the next waits %v", d)
	}
	burst := 1
	for p.allows() {
		burst++
	}
	if burst < 90 || burst > 110 {
		t.Errorf("after a stall %d messages go at once, want a second's worth", burst)
	}
	if d := p.due(now); d <= 0 {
		t.Errorf("and the debt is paid: %v", d)
	}
}

func BenchmarkRun(b *testing.B) {
	line := "<134>1 2026-11-23T14:02:07.000001+01:00 fw-01 filterlog 41511 - - 4,,,1000000103,igb0,match,block,in,4,0x0,,241,4711,0,none,6,tcp,44,203.0.113.66,198.51.100.10,40001,23,0,S,1,,1024,,mss\n"
	for _, network := range []string{"udp", "tcp"} {
		b.Run(network, func(b *testing.B) {
			var to string
			if network == "udp" { // a full socket costs the sender the same
				c, err := net.ListenPacket("udp", "127.0.0.1:0")
				if err != nil {
					b.Fatal(err)
				}
				defer c.Close()
				to = c.LocalAddr().String()
			} else {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					b.Fatal(err)
				}
				defer l.Close()
				go func() {
					for {
						c, err := l.Accept()
						if err != nil {
							return
						}
						_, _ = io.Copy(io.Discard, c)
						c.Close()
					}
				}()
				to = l.Addr().String()
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			n, err := Run(b.Context(), io.LimitReader(&repeat{line: line}, int64(b.N)*int64(len(line))), Options{To: network + "://" + to})
			if err != nil || n != int64(b.N) {
				b.Fatalf("sent %d of %d: %v", n, b.N, err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

// repeat reads as one line over and over.
type repeat struct {
	line string
	at   int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) {
		k := copy(p[n:], r.line[r.at:])
		n += k
		r.at = (r.at + k) % len(r.line)
	}
	return n, nil
}
