package unix

import "porchlight/ingest/normalize/read"

// Keepalived reads Keepalived (VRRP, RFC 5798) and other programs that let
// routers stand in for each other: carp, ucarp.
var Keepalived = read.Daemon("keepalived", []string{"keepalived", "Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers", "ucarp"}, `
* network info failover - | ({service.name}) Entering {event.reason} STATE[[ {}]]
* network info failover - | VRRP_Instance({service.name}) Entering {event.reason} STATE
* network info failover - | ({service.name}) {}elected new master[[{}]]
* network info server-down failure | TCP connection to [{destination.ip}]:{destination.port} failed[[ {}]]
* network info server-up success | TCP connection to [{destination.ip}]:{destination.port} success.
* network info failover failure | ({service.name}) Receive advertisement timeout
`)
