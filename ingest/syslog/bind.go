package syslog

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// bindError explains to the admin why an input cannot listen. network is
// "udp" or "tcp".
func bindError(network, addr string, err error) error {
	flag := "--syslog-" + network
	switch {
	case isErrno(err, errnoInUse):
		return fmt.Errorf("listen on %s %s: another program uses this port; choose another with %s or stop it", network, addr, flag)
	case isErrno(err, errnoAccess):
		return fmt.Errorf("listen on %s %s: this port needs administrator rights; choose one from 1024 up with %s, such as :5514", network, addr, flag)
	case isErrno(err, errnoNoAddress):
		return fmt.Errorf("listen on %s %s: this computer has no such address; choose one it has with %s, or leave the address out to listen on all", network, addr, flag)
	}
	return fmt.Errorf("listen on %s %s: %w; set it with %s", network, addr, err, flag)
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
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		if _, err = strconv.ParseUint(port, 10, 16); err == nil {
			return nil
		}
	}
	return fmt.Errorf("listen on %s %q: not an address with a port from 0 to 65535; write --syslog-%s as :5514, 192.0.2.1:5514 or [2001:db8::1]:5514", network, addr, network)
}

// only returns the network restricted to IPv4 if that is what the address
// names: 0.0.0.0 means all IPv4 addresses, an empty host or :: all of both.
func only(network string, ip net.IP) string {
	if ip.To4() != nil {
		return network + "4"
	}
	return network
}
