package unix

import "porchlight/ingest/normalize/read"

// Zabbix reads Zabbix' agents and servers.
var Zabbix = read.Daemon("zabbix", []string{"zabbix_agentd", "zabbix_agent2", "zabbix_server", "zabbix_proxy"}, `
* network connection+denied connection-denied failure | [[{}]]failed to accept an incoming connection: connection from "{source.ip}" rejected, allowed hosts: "{}"
* network connection+denied connection-denied failure | [[{}]]connection from "{source.ip}" rejected[[{}]]
* authentication start logon-failed failure | [[{}]]login failed "{user.name}" from "{source.ip}"
`)
