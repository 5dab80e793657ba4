package store

import (
	"errors"
	"syscall"
)

// System error codes (winerror.h).
const (
	errorWriteProtect   = syscall.Errno(19)
	errorHandleDiskFull = syscall.Errno(39)
	errorDiskFull       = syscall.Errno(112)
)

// diskFull reports whether a file operation failed for lack of space or quota.
func diskFull(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}

// unwritable reports whether the medium as a whole refuses writing.
func unwritable(err error) bool { return errors.Is(err, errorWriteProtect) }
