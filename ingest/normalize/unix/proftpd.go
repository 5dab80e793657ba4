package unix

import "porchlight/ingest/normalize/read"

// ProFTPD reads ProFTPD's log:
//
//	ftp.example.org (203.0.113.7[203.0.113.7]) - USER anna (Login failed): Incorrect password
var ProFTPD = fileService("proftpd", proFTPDTemplates)

var proFTPDTemplates = read.NewTemplates(`
* authentication start logon-success success | {}[{source.ip}]){}USER {user.name}: Login successful[[.]]
* authentication start logon-success success | {}[{source.ip}]){}ANON {user.name}: Login successful[[.]]
* authentication start logon-success success | {}USER {user.name}: Login successful[[.]]
* authentication start logon-failed failure | {}[{source.ip}]){}USER {user.name} (Login failed): {event.reason}
* authentication start logon-failed failure | {}[{source.ip}]){}USER {user.name}: no such user found from {}
* authentication start logon-failed failure | {}[{source.ip}]){}SECURITY VIOLATION: {user.name} login attempted[[.]]
* authentication start logon-failed failure | {}[{source.ip}]){}Maximum login attempts ({}) exceeded{}
* network connection+denied connection-denied failure | {}Connection from {source.domain} [{source.ip}] denied[[.]]
* network connection+denied connection-denied failure | refused connect from {source.domain} ({source.ip})
* network connection+start session-opened success | {}[{source.ip}]){}FTP session opened[[.]]
* network connection+end session-closed success | {}[{source.ip}]){}FTP session closed[[.]]
`)
