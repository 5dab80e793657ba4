package listen

import (
	"syscall"

	"golang.org/x/sys/windows"
)

var (
	errnoInUse     = []syscall.Errno{windows.WSAEADDRINUSE}
	errnoAccess    = []syscall.Errno{windows.WSAEACCES}
	errnoNoAddress = []syscall.Errno{windows.WSAEADDRNOTAVAIL}
)
