package unix

import "porchlight/ingest/normalize/read"

// NRPE reads the agents of Nagios and Icinga.
var NRPE = read.Daemon("nrpe", []string{"nrpe", "ncpa", "icinga2-agent"}, `
* network connection+denied connection-denied failure | Host {source.ip} is not allowed to talk to us!
* network connection+start connection-started - | Connection from {source.ip} port {source.port}
* network connection+denied connection-denied failure | Request contained command arguments, {event.reason}
* network connection+info tls-failed failure | Could not complete SSL handshake with {source.ip}: {event.reason}
* network connection+info tls-failed failure | (!log_opts) Could not complete SSL handshake with {source.ip}: {event.reason}
`)
