//go:build !windows

package replay

import (
	"errors"
	"syscall"
)

// refused reports whether the other side says that nothing listens there.
func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
