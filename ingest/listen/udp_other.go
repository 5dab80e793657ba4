//go:build !linux

package listen

import (
	"net"
	"net/netip"
)

// setReceiveBuffer asks for the large buffer. Some systems refuse more than
// their limit instead of granting the limit: half as much may work.
func setReceiveBuffer(conn *net.UDPConn) {
	for size := receiveBuffer; size >= 256<<10; size /= 2 {
		if conn.SetReadBuffer(size) == nil {
			return
		}
	}
}

// batch reads one datagram at a time: these systems have no call that reads
// more.
type batch struct {
	conn   *net.UDPConn
	memory []byte
	n      int
	from   netip.AddrPort
}

func newBatch(conn *net.UDPConn) *batch { return &batch{conn: conn, memory: make([]byte, MaxMessage)} }

// read waits for a datagram and returns 1.
func (b *batch) read() (_ int, err error) {
	if b.n, b.from, err = b.conn.ReadFromUDPAddrPort(b.memory); err != nil {
		return 0, err
	}
	return 1, nil
}

// readArrived is read, which waits until the socket's deadline: there is no
// portable way to read only what has already arrived.
func (b *batch) readArrived() (int, error) { return b.read() }

// message returns a view that is valid until the next read. No datagram
// exceeds the buffer.
func (b *batch) message(int) (body []byte, from netip.AddrPort, truncated bool) {
	return b.memory[:b.n], b.from, false
}
