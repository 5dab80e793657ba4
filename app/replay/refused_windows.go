package replay

import (
	"errors"

	"golang.org/x/sys/windows"
)

// refused reports whether the other side says that nothing listens there.
// Windows reports a datagram's rejection as a reset.
func refused(err error) bool {
	return errors.Is(err, windows.WSAECONNREFUSED) || errors.Is(err, windows.WSAECONNRESET)
}
