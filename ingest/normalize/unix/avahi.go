package unix

import "porchlight/ingest/normalize/read"

// Avahi reads the service discovery of Avahi.
var Avahi = read.Daemon("avahi", []string{"avahi-daemon"}, `
* network info interface-joined - | Joining mDNS multicast group on interface {interface.name:interface} with address {host.ip}.
* network info interface-left - | Leaving mDNS multicast group on interface {interface.name:interface} with address {host.ip}.
* network info address-registered - | Registering new address record for {host.ip} on {interface.name:interface}.
* network info address-withdrawn - | Withdrawing address record for {host.ip} on {interface.name:interface}.
* network info name-conflict failure | Host name conflict, retrying with {event.reason}
`)
