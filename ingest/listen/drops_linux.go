package listen

import (
	"bufio"
	"net"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// socketDrops returns the drops column of the socket's line in /proc/net/udp
// or udp6; 0 if it cannot be read.
func socketDrops(conn *net.UDPConn) uint64 {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0
	}
	var st unix.Stat_t
	var statErr error
	if err := raw.Control(func(fd uintptr) { statErr = unix.Fstat(int(fd), &st) }); err != nil || statErr != nil {
		return 0
	}
	for _, table := range [...]string{"/proc/net/udp", "/proc/net/udp6"} {
		if n, ok := dropsIn(table, st.Ino); ok {
			return n
		}
	}
	return 0
}

// dropsIn finds the socket with an inode in such a table. The columns are: sl,
// local_address, rem_address, st, tx_queue:rx_queue, tr:tm->when, retrnsmt,
// uid, timeout, inode, ref, pointer, drops.
func dropsIn(table string, inode uint64) (uint64, bool) {
	f, err := os.Open(table)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	wanted := strconv.FormatUint(inode, 10)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		columns := strings.Fields(lines.Text())
		if len(columns) >= 13 && columns[9] == wanted {
			n, err := strconv.ParseUint(columns[12], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
