package unix

import "porchlight/ingest/normalize/read"

// Pppd reads the PPP daemon and the tunnels that use it: pptpd, xl2tpd,
// accel-ppp.
var Pppd = read.Daemon("pppd", []string{"pppd", "pptpd", "xl2tpd", "accel-ppp", "poptop"}, `
* authentication start logon-success success | peer from calling number {source.ip} authorized
* authentication start logon-success success | user {user.name} logged in[[ {}]]
* authentication start logon-success success | {} peer authentication succeeded for {user.name}
* authentication start logon-failed failure | {} peer authentication failed for {user.name}
* authentication start logon-failed failure | [[{}]]uthentication failed[[: {event.reason}]]
* network connection+info address-assigned success | remote IP address {client.ip}
* network connection+info address-assigned success | local  IP address {host.ip}
* network connection+start connection-started - | CTRL: Client {source.ip} control connection started
* network connection+end connection-closed - | CTRL: Client {source.ip} control connection finished
* network connection+start connection-started - | Connection established to {source.ip}, {source.port}.[[{}]]
* network connection+end connection-closed - | control_finish: Connection closed to {source.ip}, {event.reason}
* network connection+end connection-closed - | Connection terminated.
`)
