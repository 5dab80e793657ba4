package unix

import "porchlight/ingest/normalize/read"

// Snmpd reads Net-SNMP's agent and trap receiver.
var Snmpd = read.Daemon("snmpd", []string{"snmpd", "snmptrapd"}, `
* network connection+denied connection-denied failure | Connection from UDP: [{source.ip}]:{source.port}->[{destination.ip}]:{destination.port} REFUSED
* network connection+start connection-started - | Connection from UDP: [{source.ip}]:{source.port}->[{destination.ip}]:{destination.port}
* network connection+start connection-started - | Connection from UDP: [{source.ip}]:{source.port}
* network connection+start connection-started - | Received SNMP packet(s) from UDP: [{source.ip}]:{source.port}->[{destination.ip}]:{destination.port}
* network connection+denied connection-denied failure | Connection from UDP: [{source.ip}]:{source.port} REFUSED
* authentication start logon-failed failure | Authentication failed for {user.name}
* authentication start logon-failed failure | {source.ip}: Authentication Failure Trap {}
`)
