package unix

import "porchlight/ingest/normalize/read"

// Stunnel reads the TLS proxy stunnel: "LOG5[1]: Service [imaps] accepted ...".
var Stunnel = read.Daemon("stunnel", []string{"stunnel", "stunnel4"}, `
* network connection+start connection-started - | Service [{service.name}] accepted connection from {source.ip}:{source.port}
* network connection+start connection-started success | Service [{service.name}] connected remote server from {source.ip}:{source.port}
* network connection+end connection-closed - | Connection closed: {source.bytes} byte(s) sent to TLS, {destination.bytes} byte(s) sent to socket
* network connection+end connection-closed - | Connection reset: {source.bytes} byte(s) sent to TLS, {destination.bytes} byte(s) sent to socket
* network connection+info tls-failed failure | SSL_accept: {event.reason}
* network connection+denied connection-denied failure | Service [{service.name}] REFUSED by libwrap from {source.ip}:{source.port}
* network connection+info certificate-refused failure | CERT: {event.reason}
`)
