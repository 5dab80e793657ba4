//go:build !windows

package store

import (
	"errors"
	"syscall"
)

// diskFull reports whether a file operation failed for lack of space or quota.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// unwritable reports whether the medium as a whole refuses writing.
func unwritable(err error) bool { return errors.Is(err, syscall.EROFS) }
