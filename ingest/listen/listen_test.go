package listen

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

var udpConfig = UDPConfig{Origin: &event.Origin{Input: "syslog-udp", Kind: "syslog-udp"}}

func tcpConfig() TCPConfig {
	return TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true}
}

const line3164 = "<86>Nov 23 10:00:00 nas-01 sshd[4711]: Accepted publickey for backup from 192.168.1.7 port 51234 ssh2: ED25519 SHA256:abcdef"

// running is an input whose messages are sent to a channel.
type running struct {
	t      *testing.T
	raws   chan event.Raw
	cancel context.CancelFunc
	ended  chan error
}

func run(t *testing.T, in input.Input) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{t, make(chan event.Raw, 1024), cancel, make(chan error, 1)}
	go func() {
		err := in.Run(ctx, func(raw event.Raw) { r.raws <- raw })
		close(r.raws)
		r.ended <- err
	}()
	t.Cleanup(func() { r.stop() })
	return r
}

// stop ends the input and returns what it still emits.
func (r *running) stop() (rest []event.Raw) {
	r.t.Helper()
	r.cancel()
	for raw := range r.raws {
		rest = append(rest, raw)
	}
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Error("cancelled, yet Run returned ", err)
		}
	default:
	}
	return rest
}

// want waits for a message.
func (r *running) want(body string) event.Raw {
	r.t.Helper()
	raw := r.next(body)
	if raw.Body != body {
		r.t.Errorf("got a message of %d bytes %.80q, want %d bytes %.80q", len(raw.Body), raw.Body, len(body), body)
	}
	return raw
}

// next waits for any message; what names it if none comes.
func (r *running) next(what string) event.Raw {
	r.t.Helper()
	select {
	case raw := <-r.raws:
		return raw
	case <-time.After(2 * time.Minute): // a busy machine is slow
		r.t.Fatalf("waited in vain for %.80q", what)
	}
	return event.Raw{}
}

// loopbacks are the addresses to test with.
func loopbacks(t *testing.T) []string {
	t.Helper()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Log("IPv4 only, this machine has no IPv6: ", err)
		return []string{"127.0.0.1"}
	}
	l.Close()
	return []string{"127.0.0.1", "::1"}
}

func dial(t *testing.T, network, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func send(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
}

func checkFrom(t *testing.T, raw event.Raw, conn net.Conn) {
	t.Helper()
	local := netip.MustParseAddrPort(conn.LocalAddr().String())
	if raw.From != netip.AddrPortFrom(local.Addr().Unmap(), local.Port()) {
		t.Errorf("from %v, sent from %v", raw.From, local)
	}
}

func TestUDP(t *testing.T) {
	for _, host := range loopbacks(t) {
		t.Run(host, func(t *testing.T) {
			before := time.Now().UnixNano()
			u, err := ListenUDP(net.JoinHostPort(host, "0"), udpConfig)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(u.Address(), ":0") {
				t.Errorf("address %q", u.Address())
			}
			conn := dial(t, "udp", u.Address())
			send(t, conn, "before Run")
			r := run(t, u)
			raw := r.want("before Run")
			checkFrom(t, raw, conn)
			if raw.Origin != udpConfig.Origin || raw.Received < before || raw.Received > time.Now().UnixNano() || raw.Truncated {
				t.Errorf("got %+v", raw)
			}
			biggest := strings.Repeat("x", 65507) // 65,535 minus the IPv4 and UDP headers
			for _, body := range []string{"<13>one\n", "", "line\nbreak", biggest, "\x00\xff"} {
				send(t, conn, body)
				r.want(body)
			}
			for i := range 300 { // more than a batch
				send(t, conn, fmt.Sprint("n", i))
			}
			for i := range 300 {
				r.want(fmt.Sprint("n", i))
			}
			r.stop()
			if again, err := net.ListenPacket("udp", u.Address()); err != nil {
				t.Error("the socket is still open: ", err)
			} else {
				again.Close()
			}
		})
	}
}

func TestUDPBothFamilies(t *testing.T) {
	u, err := ListenUDP(":0", udpConfig)
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, u)
	_, port, err := net.SplitHostPort(u.Address())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range loopbacks(t) {
		conn := dial(t, "udp", net.JoinHostPort(host, port))
		send(t, conn, "to "+host)
		checkFrom(t, r.want("to "+host), conn)
	}
}

func TestTCPBothFamilies(t *testing.T) {
	l, err := ListenTCP(":0", tcpConfig())
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, l)
	_, port, err := net.SplitHostPort(l.Address())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range loopbacks(t) {
		conn := dial(t, "tcp", net.JoinHostPort(host, port))
		send(t, conn, "to "+host+"\n")
		checkFrom(t, r.want("to "+host), conn)
	}
}

func TestOnlyIPv4IsOnlyIPv4(t *testing.T) {
	u, err := ListenUDP("0.0.0.0:0", udpConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer run(t, u).stop()
	if !strings.HasPrefix(u.Address(), "0.0.0.0:") {
		t.Errorf("bound to %s", u.Address())
	}
}

func TestCloseReleasesTheSocket(t *testing.T) {
	u, err := ListenUDP("127.0.0.1:0", udpConfig)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ListenTCP("127.0.0.1:0", tcpConfig())
	if err != nil {
		t.Fatal(err)
	}
	for network, in := range map[string]input.Input{"udp": u, "tcp": l} {
		send(t, dial(t, network, in.Address()), "nobody reads this\n")
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, open := range []func() (input.Input, error){
		func() (input.Input, error) { return ListenUDP(u.Address(), udpConfig) },
		func() (input.Input, error) { return ListenTCP(l.Address(), tcpConfig()) },
	} {
		in, err := open()
		if err != nil {
			t.Error("not released: ", err)
			continue
		}
		_ = in.Close()
	}
}

func TestTCP(t *testing.T) {
	for _, host := range loopbacks(t) {
		t.Run(host, func(t *testing.T) {
			l, err := ListenTCP(net.JoinHostPort(host, "0"), tcpConfig())
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(l.Address(), ":0") {
				t.Errorf("address %q", l.Address())
			}
			r := run(t, l)
			conn := dial(t, "tcp", l.Address())
			send(t, conn, "<1>a\n5 <2>bb<3>c\r\n<4>par")
			raw := r.want("<1>a")
			checkFrom(t, raw, conn)
			if raw.Origin.Input != "syslog-tcp" || raw.Received == 0 || raw.Truncated {
				t.Errorf("got %+v", raw)
			}
			r.want("<2>bb")
			r.want("<3>c")
			other := dial(t, "tcp", l.Address())
			send(t, other, "<5>between\n")
			checkFrom(t, r.want("<5>between"), other)
			send(t, conn, "t\n"+strings.Repeat("x", MaxMessage+10)+"\n<6>after\n<7>unterminated")
			r.want("<4>part")
			if raw := r.want(strings.Repeat("x", MaxMessage)); !raw.Truncated {
				t.Error("not flagged as truncated")
			}
			r.want("<6>after")
			conn.Close()
			if raw := r.want("<7>unterminated"); raw.Truncated {
				t.Error("the last message of a stream counts as truncated")
			}
			if rest := r.stop(); rest != nil {
				t.Errorf("more messages: %+v", rest)
			}
			if _, err := other.Read(make([]byte, 1)); err == nil {
				t.Error("the connection is still open")
			}
			if l.Connections() != 0 {
				t.Errorf("%d connections left", l.Connections())
			}
		})
	}
}

func TestTCPEmitsWhatWasReadBeforeTheEnd(t *testing.T) {
	l, err := ListenTCP("127.0.0.1:0", tcpConfig())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	conn := dial(t, "tcp", l.Address())
	send(t, conn, "one\ntwo\nthree\n")
	var got []string
	err = l.Run(ctx, func(raw event.Raw) {
		cancel() // in the middle of the first message
		got = append(got, raw.Body)
	})
	if err != nil || len(got) != 3 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTCPRefusesTooManyConnections(t *testing.T) {
	l, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, l)
	first := dial(t, "tcp", l.Address())
	send(t, first, "first\n")
	r.want("first")
	second := dial(t, "tcp", l.Address())
	if _, err := second.Read(make([]byte, 1)); err == nil {
		t.Error("the second connection was not refused")
	}
	if l.Health().Refused != 1 || l.Connections() != 1 {
		t.Errorf("refused %d, connected %d", l.Health().Refused, l.Connections())
	}
	send(t, first, "still there\n")
	r.want("still there")
}

func TestTCPIdleTimeout(t *testing.T) {
	l, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, IdleTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	l.now = func() time.Time { return time.Now().Add(-time.Minute) } // every deadline has passed
	run(t, l)
	conn := dial(t, "tcp", l.Address())
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("a silent connection was not closed")
	}
}

func TestListenErrors(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	listen := map[string]func(string) error{
		"udp": func(addr string) error { _, err := ListenUDP(addr, udpConfig); return err },
		"tcp": func(addr string) error { _, err := ListenTCP(addr, tcpConfig()); return err },
	}
	for _, c := range []struct{ network, addr, want string }{
		{"udp", udp.LocalAddr().String(), "listen on udp " + udp.LocalAddr().String() + ": another program or input is using this port; choose another port, or stop that one"},
		{"tcp", tcp.Addr().String(), "listen on tcp " + tcp.Addr().String() + ": another program or input is using this port; choose another port, or stop that one"},
		{"udp", "192.0.2.1:0", "this computer does not have that address"},
		{"tcp", "192.0.2.1:0", "this computer does not have that address"},
		{"udp", "5514", `listen on udp "5514": not an address with a port`},
		{"tcp", "", `listen on tcp "": not an address with a port`},
		{"tcp", "localhost:99999", "not an address with a port from 0 to 65535"},
		{"udp", "::1:5514", "write it as :5514"},
		{"udp", "no such host:5514", "listen on udp no such host:5514: "},
	} {
		if err := listen[c.network](c.addr); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.network, c.addr, err, c.want)
		}
	}
	denied := bindProblem("udp", ":514", &net.OpError{Op: "listen", Err: syscall.Errno(errnoAccess[0])})
	if want := "listen on udp :514: this port needs administrator rights; choose one from 1024 up, such as :5514"; denied.Error() != want {
		t.Errorf("got %q", denied)
	}
	if _, err := ListenTCP(":0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, MaxConnections: -1}); err == nil {
		t.Error("a negative limit was accepted")
	}
	if _, err := ListenTCP(":0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, IdleTimeout: -1}); err == nil {
		t.Error("a negative timeout was accepted")
	}
}

func BenchmarkUDP(b *testing.B) {
	u, err := ListenUDP("127.0.0.1:0", udpConfig)
	if err != nil {
		b.Fatal(err)
	}
	arrived := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	const burst = 256
	n := 0
	go func() {
		ended <- u.Run(ctx, func(event.Raw) {
			if n++; n%burst == 0 {
				arrived <- struct{}{}
			}
		})
	}()
	conn, err := net.Dial("udp", u.Address())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	message := []byte(line3164)
	b.ReportAllocs()
	b.ResetTimer()
	for sent := 0; sent < b.N; sent += burst { // sending is timed too
		for range burst {
			if _, err := conn.Write(message); err != nil {
				b.Fatal(err)
			}
		}
		<-arrived
	}
	b.StopTimer()
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
	if d := u.Health().KernelDropped; d != 0 {
		b.Errorf("%d dropped", d)
	}
}

func BenchmarkTCP(b *testing.B) {
	for _, c := range []struct{ name, message string }{{"newline", line3164 + "\n"}, {"counted", fmt.Sprintf("%d %s", len(line3164), line3164)}} {
		b.Run(c.name, func(b *testing.B) {
			l, err := ListenTCP("127.0.0.1:0", tcpConfig())
			if err != nil {
				b.Fatal(err)
			}
			const burst = 1024
			arrived := make(chan struct{}, 1)
			ctx, cancel := context.WithCancel(b.Context())
			ended := make(chan error, 1)
			n := 0
			go func() {
				ended <- l.Run(ctx, func(event.Raw) {
					if n++; n%burst == 0 {
						arrived <- struct{}{}
					}
				})
			}()
			conn, err := net.Dial("tcp", l.Address())
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			messages := []byte(strings.Repeat(c.message, burst))
			b.ReportAllocs()
			b.ResetTimer()
			for sent := 0; sent < b.N; sent += burst {
				if _, err := conn.Write(messages); err != nil {
					b.Fatal(err)
				}
				<-arrived
			}
			b.StopTimer()
			cancel()
			if err := <-ended; err != nil {
				b.Error(err)
			}
		})
	}
}
