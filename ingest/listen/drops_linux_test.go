package listen

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"porchlight/ingest/event"
)

func TestKernelDropsAreCounted(t *testing.T) {
	for _, host := range loopbacks(t) {
		u, err := ListenUDP(net.JoinHostPort(host, "0"), udpConfig)
		if err != nil {
			t.Fatal(err)
		}
		if d := u.Health().KernelDropped; d != 0 {
			t.Errorf("%s: %d drops before the first datagram", host, d)
		}
		// The smallest buffer overflows at once while nobody reads.
		if err := u.conn.SetReadBuffer(1); err != nil {
			t.Fatal(err)
		}
		conn := dial(t, "udp", u.Address())
		const sent = 200
		for range sent {
			send(t, conn, line3164)
		}
		dropped := u.Health().KernelDropped
		if dropped == 0 || dropped >= sent {
			t.Errorf("%s: %d of %d dropped", host, dropped, sent)
		}
		r := run(t, u)
		for range sent - dropped { // the others must arrive
			r.want(line3164)
		}
		r.stop()
		if after := u.Health().KernelDropped; after != dropped {
			t.Errorf("%s: %d drops, %d after the end", host, dropped, after)
		}
	}
}

func TestDropsTable(t *testing.T) {
	table := filepath.Join(t.TempDir(), "udp")
	text := "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n" +
		"  145: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 17190 2 0000000000000000 0\n" +
		" 3521: 00000000:158A 00000000:0000 07 00000000:00034500 00:00000000 00000000  1000        0 4711 2 0000000000000000 18446744073709551615\n" +
		"garbage\n"
	if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, ok := dropsIn(table, 4711); !ok || n != 1<<64-1 {
		t.Errorf("got %d, %v", n, ok)
	}
	if n, ok := dropsIn(table, 1); ok || n != 0 {
		t.Errorf("an inode that is not there: %d, %v", n, ok)
	}
	if n, ok := dropsIn(filepath.Join(t.TempDir(), "none"), 4711); ok || n != 0 {
		t.Errorf("no table: %d, %v", n, ok)
	}
}

func TestReceiveBufferIsLarge(t *testing.T) {
	u, err := ListenUDP("127.0.0.1:0", udpConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_ = u.Run(ctx, func(event.Raw) {})
	}()
	plain, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	size := func(c *net.UDPConn) (n int) {
		raw, err := c.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Control(func(fd uintptr) { n, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	got, usual := size(u.conn), size(plain.(*net.UDPConn))
	t.Logf("receive buffer %d KiB, usual %d KiB", got>>10, usual>>10)
	if got < usual {
		t.Errorf("receive buffer of %d bytes, the usual is %d", got, usual)
	}
}
