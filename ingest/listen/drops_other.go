//go:build !linux

package listen

import "net"

// socketDrops returns 0: at best these systems count drops over all sockets.
func socketDrops(*net.UDPConn) uint64 { return 0 }
