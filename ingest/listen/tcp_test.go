package listen

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestTCPOneAddressCannotTakeAll(t *testing.T) {
	var log bytes.Buffer
	l, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, MaxConnections: 4, MaxPerAddress: 2, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, l)
	for i := range 2 {
		c := dial(t, "tcp", l.Address())
		send(t, c, fmt.Sprint(i, "\n"))
		r.want(fmt.Sprint(i))
	}
	for range 3 {
		if _, err := dial(t, "tcp", l.Address()).Read(make([]byte, 1)); err == nil {
			t.Error("the third connection of an address was not refused")
		}
	}
	other, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).Dial("tcp", l.Address())
	if err != nil {
		t.Log("no second address to send from: ", err)
	} else {
		defer other.Close()
		send(t, other, "another address\n")
		r.want("another address")
	}
	r.stop()
	if l.Health().Refused != 3 {
		t.Errorf("refused %d, want 3", l.Health().Refused)
	}
	if s := log.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "refused") || !strings.Contains(s, "address=127.0.0.1") {
		t.Errorf("three refusals within a minute, want one line with the address: %s", s)
	}
}

func TestTCPDefaultLimits(t *testing.T) {
	l, err := ListenTCP("127.0.0.1:0", tcpConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer l.listener.Close()
	if l.config.MaxConnections != 512 || l.config.MaxPerAddress != 64 || l.config.Log == nil {
		t.Errorf("defaults %+v", l.config)
	}
	if _, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, MaxPerAddress: -1}); err == nil {
		t.Error("a negative limit was accepted")
	}
}

func TestTCPEvictsTheLongestIdle(t *testing.T) {
	var log bytes.Buffer
	l, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, MaxConnections: 3, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	var clock atomic.Int64
	clock.Store(time.Now().UnixNano())
	l.now = func() time.Time { return time.Unix(0, clock.Load()) }
	r := run(t, l)
	var conns []net.Conn
	connect := func(first string) net.Conn {
		c := dial(t, "tcp", l.Address())
		send(t, c, first+"\n")
		return c
	}
	for i := range 3 {
		conns = append(conns, connect(fmt.Sprint("from ", i)))
		r.want(fmt.Sprint("from ", i))
		clock.Add(int64(time.Second))
	}
	clock.Add(int64(evictAfter) - int64(4*time.Second)) // conns[0] is idle for 29 s
	if _, err := dial(t, "tcp", l.Address()).Read(make([]byte, 1)); err == nil {
		t.Error("no one was idle for long, yet a fourth was admitted")
	}
	clock.Add(int64(time.Second))
	send(t, conns[0], "alive\n") // now conns[1] is the oldest
	r.want("alive")
	send(t, conns[1], "half a mess") // not a complete message
	clock.Add(int64(2 * time.Second))
	connect("new")
	got := map[string]bool{}
	for range 2 {
		raw := r.next("the last words of the evicted one and the first of the new one")
		got[raw.Body] = raw.Truncated
	}
	if truncated, ok := got["half a mess"]; !ok || !truncated {
		t.Errorf("the evicted one's last words: %v", got)
	}
	if truncated, ok := got["new"]; !ok || truncated {
		t.Errorf("the new one's message: %v", got)
	}
	if _, err := conns[1].Read(make([]byte, 1)); err == nil {
		t.Error("the longest idle connection was not closed")
	}
	for _, i := range []int{0, 2} {
		send(t, conns[i], "still here\n")
		r.want("still here")
	}
	if l.Connections() != 3 || l.Health().Refused != 2 {
		t.Errorf("%d connections, %d refused", l.Connections(), l.Health().Refused)
	}
	clock.Add(int64(logEvery))
	connect("later")
	r.want("later")
	r.stop()
	if s := log.String(); strings.Count(s, "\n") != 2 || !strings.Contains(s, "make room") || !strings.Contains(s, "since_last_report=2 total=3") {
		t.Errorf("want one line a minute: %s", s)
	}
}

// TestTCPEvictedIsReadOut evicts a connection whose goroutine has not yet read
// what the kernel holds.
func TestTCPEvictedIsReadOut(t *testing.T) {
	l, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, MaxConnections: 1, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.listener.Close()
	accept := func() (net.Conn, *stream) {
		c := dial(t, "tcp", l.Address())
		conn, err := l.listener.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		return c, &stream{conn: conn, from: remote(conn), now: time.Now, done: make(chan struct{})}
	}
	c, first := accept()
	if !l.register(first) {
		t.Fatal("not admitted")
	}
	send(t, c, "whole\nhalf a mess")
	first.active.Store(0)
	_, second := accept()
	defer second.conn.Close()
	if !l.register(second) {
		t.Fatal("no room was made")
	}
	var got []string
	l.serve(first, func(raw event.Raw) { got = append(got, fmt.Sprint(raw.Body, raw.Truncated)) })
	if !slices.Equal(got, []string{"wholefalse", "half a messtrue"}) {
		t.Errorf("got %q", got)
	}
	l.unregister(first)
	if l.Connections() != 1 {
		t.Errorf("%d connections", l.Connections())
	}
}

// TestTCPDrainsWhatHasArrived cancels while the kernel still holds messages of
// connections being read and of some not yet accepted.
func TestTCPDrainsWhatHasArrived(t *testing.T) {
	const waiting, lines = 8, 2500
	text := strings.Repeat(line3164+"\n", lines)
	for _, when := range []string{"with the first connection", "with the first message"} {
		t.Run(when, func(t *testing.T) {
			l, err := ListenTCP("127.0.0.1:0", tcpConfig())
			if err != nil {
				t.Fatal(err)
			}
			for range waiting {
				c := dial(t, "tcp", l.Address())
				_ = c.(*net.TCPConn).SetWriteBuffer(4 << 20)
				done := make(chan struct{})
				go func() {
					defer close(done)
					_, _ = io.WriteString(c, text)
					c.Close()
				}()
				defer func() { <-done }()
			}
			ctx, cancel := context.WithCancel(t.Context())
			if when == "with the first connection" {
				l.now = func() time.Time { // called first when a connection is accepted: the others wait
					cancel()
					return time.Now()
				}
			}
			var n atomic.Int64
			if err := l.Run(ctx, func(raw event.Raw) {
				cancel()
				if raw.Body != line3164 || raw.Truncated {
					t.Errorf("got %q, truncated: %v", raw.Body, raw.Truncated)
				}
				n.Add(1)
			}); err != nil {
				t.Error(err)
			}
			if n.Load() != waiting*lines {
				t.Errorf("%d messages of %d", n.Load(), waiting*lines)
			}
			if c, err := net.Dial("tcp", l.Address()); err == nil {
				c.Close()
				t.Error("the listener is still open")
			}
		})
	}
}

// TestTCPDrainEnds checks that a sender that never stops does not keep Run
// from ending, and that this is logged.
func TestTCPDrainEnds(t *testing.T) {
	var log bytes.Buffer
	l, err := ListenTCP("127.0.0.1:0", TCPConfig{Origin: &event.Origin{Input: "syslog-tcp", Kind: "syslog-tcp"}, OctetCounting: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, "tcp", l.Address())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		text := strings.Repeat(line3164+"\n", 100)
		for {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	if err := l.Run(ctx, func(event.Raw) { cancel() }); err != nil {
		t.Error(err)
	}
	<-ended
	if !strings.Contains(log.String(), "still sending") {
		t.Errorf("the log says %q", log.String())
	}
}
