//go:build !linux

package listen

import "net"

// socketDrops returns 0: these systems count drops for all sockets together
// at best.
func socketDrops(*net.UDPConn) uint64 { return 0 }
