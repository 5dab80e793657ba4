package unix

import "porchlight/ingest/normalize/read"

// WPASupplicant reads the client's side of wireless and wired authentication:
// wpa_supplicant and iwd.
var WPASupplicant = read.Daemon("wpa_supplicant", []string{"wpa_supplicant", "iwd"}, `
* network connection+start wifi-connected success | {interface.name:interface}: CTRL-EVENT-CONNECTED - Connection to {destination.mac} completed[[{}]]
* network connection+end wifi-disconnected - | {interface.name:interface}: CTRL-EVENT-DISCONNECTED bssid={destination.mac} reason={event.reason}
* authentication start logon-failed failure | {interface.name:interface}: WPA: 4-Way Handshake failed - {event.reason}
* authentication start logon-failed failure | {interface.name:interface}: CTRL-EVENT-EAP-FAILURE {event.reason}
* authentication start logon-success success | {interface.name:interface}: CTRL-EVENT-EAP-SUCCESS {event.reason}
* authentication start logon-failed failure | {interface.name:interface}: CTRL-EVENT-SSID-TEMP-DISABLED id={} ssid="{network.name}" auth_failures={}
* network connection+info wifi-associating - | {interface.name:interface}: Trying to associate with {destination.mac} (SSID='{network.name}' {}
* network connection+info wifi-associating - | {interface.name:interface}: Associated with {destination.mac}
* network connection+info wifi-message - | {interface.name:interface}: {event.reason}
`)
