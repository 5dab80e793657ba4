package unix

import "porchlight/ingest/normalize/read"

// NetworkManager reads NetworkManager and ModemManager:
//
//	<info>  [1772366400.1234] dhcp4 (enp3s0): state changed new lease, address=192.168.1.43
var NetworkManager = read.Daemon("networkmanager", []string{"NetworkManager", "ModemManager", "nm-dispatcher"}, `
* network info address-assigned success | dhcp4 ({interface.name:interface}): state changed {} lease, address={host.ip}[[, {}]]
* network info address-assigned success | dhcp6 ({interface.name:interface}): state changed {} lease, address={host.ip}[[, {}]]
* network info address-assigned success | dhcp4 ({interface.name:interface}): [[{} ]]address {host.ip}
* network connection+start network-connected success | device ({interface.name:interface}): Activation: successful, device activated.
* network connection+info network-failed failure | device ({interface.name:interface}): Activation: failed for connection '{network.name}'
* network connection+info network-failed failure | device ({interface.name:interface}): state change: {} -> failed (reason '{event.reason}'[[, {}]])
* network connection+end network-disconnected - | device ({interface.name:interface}): state change: {} -> disconnected (reason '{event.reason}'[[, {}]])
* network connection+info interface-changed - | device ({interface.name:interface}): state change: {} (reason '{event.reason}'[[, {}]])
* network connection+info interface-changed - | device ({interface.name:interface}): {event.reason}
* network connection+info hostname-changed - | hostname: hostname changed from "{}" to "{host.hostname}"
* network connection+info connectivity-changed - | manager: NetworkManager state is now {event.reason}
* configuration change connection-changed success | audit: op="connection-{event.code}" uuid="{}" name="{network.name}"{} result="success"[[ {}]]
* configuration change connection-changed failure | audit: op="connection-{event.code}"{} result="fail" reason="{event.reason}"
* configuration change connection-changed - | audit: op="{event.code}"[[{}]]
`)
