package listen

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"porchlight/ingest/input"
)

// bindProblem explains to the admin why an input cannot listen. network is
// "udp" or "tcp", kind that of the input.
func bindProblem(network, kind, addr string, err error) error {
	reason, remedy, flag := err.Error(), "set it with --"+kind, "--"+kind
	switch {
	case isErrno(err, errnoInUse):
		reason, remedy = "another program or input uses this port", "choose another with "+flag+" or stop it"
	case isErrno(err, errnoAccess):
		reason, remedy = "this port needs administrator rights", "choose one from 1024 up with "+flag+", such as :5514"
	case isErrno(err, errnoNoAddress):
		reason, remedy = "this computer has no such address", "choose one it has with "+flag+", or leave the address out to listen on all"
	}
	return &input.Problem{Reason: fmt.Sprintf("listen on %s %s: %s", network, addr, reason), Remedy: remedy}
}

func isErrno(err error, wanted []syscall.Errno) bool {
	for _, e := range wanted {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// checkAddress reports an address that can never be bound.
func checkAddress(network, kind, addr string) error {
	if input.CheckAddress(addr) == nil {
		return nil
	}
	return &input.Problem{
		Reason: fmt.Sprintf("listen on %s %q: not an address with a port from 0 to 65535", network, addr),
		Remedy: "write --" + kind + " as :5514, 192.0.2.1:5514 or [2001:db8::1]:5514",
	}
}

// only returns the network restricted to IPv4 if that is what the address
// names: 0.0.0.0 means all IPv4 addresses, an empty host or :: all of both.
func only(network string, ip net.IP) string {
	if ip.To4() != nil {
		return network + "4"
	}
	return network
}
