package listen

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"porchlight/ingest/input"
)

// bindProblem explains to the admin why an input cannot listen. network is
// "udp" or "tcp".
func bindProblem(network, addr string, err error) error {
	p := &input.Problem{What: fmt.Sprintf("listen on %s %s", network, addr), Reason: err.Error()}
	switch {
	case isErrno(err, errnoInUse):
		p.Reason, p.Remedy = "another program or input is using this port", "choose another port, or stop that one"
	case isErrno(err, errnoAccess):
		p.Reason, p.Remedy = "this port needs administrator rights", "choose one from 1024 up, such as :5514"
	case isErrno(err, errnoNoAddress):
		p.Reason, p.Remedy = "this computer does not have that address", "choose one that it has, or leave the address out to listen on all"
	}
	return p
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
func checkAddress(network, addr string) error {
	if input.CheckAddress(addr) == nil {
		return nil
	}
	return &input.Problem{
		What:   fmt.Sprintf("listen on %s %q", network, addr),
		Reason: "not an address with a port from 0 to 65535",
		Remedy: "write it as :5514, 192.0.2.1:5514 or [2001:db8::1]:5514",
	}
}

// only returns the network restricted to IPv4 if the address is IPv4: 0.0.0.0
// means all IPv4 addresses, an empty host or :: all of both families.
func only(network string, ip net.IP) string {
	if ip.To4() != nil {
		return network + "4"
	}
	return network
}
