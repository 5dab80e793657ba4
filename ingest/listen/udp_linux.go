package listen

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// setReceiveBuffer asks for the large buffer, beyond net.core.rmem_max if this
// process is allowed to. A smaller one works too.
func setReceiveBuffer(conn *net.UDPConn) {
	if raw, err := conn.SyscallConn(); err == nil {
		var forced error
		if raw.Control(func(fd uintptr) {
			forced = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer)
		}) == nil && forced == nil {
			return
		}
	}
	_ = conn.SetReadBuffer(receiveBuffer)
}

// batch reads several datagrams with one recvmmsg(2).
type batch struct {
	conn     *ipv4.PacketConn // reads from sockets of both families
	messages []ipv4.Message
}

func newBatch(conn *net.UDPConn) *batch {
	const size = 64
	b := &batch{ipv4.NewPacketConn(conn), make([]ipv4.Message, size)}
	memory := make([]byte, size*MaxMessage)
	for i := range b.messages {
		b.messages[i].Buffers = [][]byte{memory[i*MaxMessage : (i+1)*MaxMessage]}
	}
	return b
}

// read waits for at least one datagram and returns how many there are.
func (b *batch) read() (int, error) { return b.conn.ReadBatch(b.messages, 0) }

// readArrived is read without waiting: it returns an error if there is none.
func (b *batch) readArrived() (int, error) {
	return b.conn.ReadBatch(b.messages, unix.MSG_DONTWAIT)
}

// message returns a view that is valid until the next read.
func (b *batch) message(i int) (body []byte, from netip.AddrPort, truncated bool) {
	m := &b.messages[i]
	if a, ok := m.Addr.(*net.UDPAddr); ok {
		from = a.AddrPort()
	}
	return m.Buffers[0][:m.N], from, m.Flags&unix.MSG_TRUNC != 0
}
