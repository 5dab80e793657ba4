// Package network reads what moves packets, hands out names and addresses, or
// watches the wire: routers, switches, access points, load balancers, DNS, DHCP
// and RADIUS servers, private networks, sensors.
package network

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	adGuard, darktrace, extraHop, openCanary, snortJSON, suricata, tailscale, teleport,
	twingate, vectra, zeek,
)
