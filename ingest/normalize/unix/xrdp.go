package unix

import "porchlight/ingest/normalize/read"

// XRDP reads the server for remote desktops xrdp and its session manager.
var XRDP = read.Daemon("xrdp", []string{"xrdp", "xrdp-sesman"}, `
* network connection+start connection-started - | Socket {}: {} connection received from {source.ip} port {source.port}
* network connection+start connection-started - | connection received from {source.ip} port {source.port}
* network connection+start connection-started - | A connection received from: {source.ip} port {source.port}
* authentication start logon-success success | Access permitted for user: {user.name}
* authentication start logon-failed failure | Access denied for user: {user.name}
* authentication start logon-failed failure | pam_authenticate failed: {event.reason}
* authentication start logon-failed failure | AUTHFAIL: user={user.name} ip={source.ip} time={xrdp.time:number}
* session start session-opened success | ++ created session (access granted): username {user.name}, ip {source.ip}:{source.port}[[ {}]]
* session start session-opened success | ++ reconnected session: username {user.name}, {}ip {source.ip}:{source.port}[[ {}]]
* session end session-closed - | ++ terminated session:  username {user.name}, {}
* session start session-opened success | starting xrdp session for user {user.name}[[ {}]]
`)
