package unix

import "porchlight/ingest/normalize/read"

// Xinetd reads the servers of servers xinetd and inetd, and what TCP wrappers
// refuse.
var Xinetd = read.Daemon("xinetd", []string{"xinetd", "inetd", "tcpd"}, `
* network connection+start connection-started - | START: {service.name} [[pid={process.pid} ]]from={source.ip}
* network connection+end connection-closed - | EXIT: {service.name} {}
* network connection+denied connection-denied failure | FAIL: {service.name} {event.reason} from={source.ip}
* network connection+denied connection-denied failure | refused connect from {source.ip}
* network connection+denied connection-denied failure | refused connect from {source.domain} ({source.ip})
* network connection+start connection-started - | connect from {source.ip}
`)
