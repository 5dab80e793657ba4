//go:build !windows

package listen

import "syscall"

var (
	errnoInUse     = []syscall.Errno{syscall.EADDRINUSE}
	errnoAccess    = []syscall.Errno{syscall.EACCES, syscall.EPERM}
	errnoNoAddress = []syscall.Errno{syscall.EADDRNOTAVAIL}
)
