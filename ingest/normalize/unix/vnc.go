package unix

import "porchlight/ingest/normalize/read"

// VNC reads servers of the protocol VNC (RFC 6143): TigerVNC, RealVNC, x11vnc,
// TightVNC.
var VNC = read.Daemon("vnc", []string{"Xvnc", "vncserver", "x11vnc", "vncserver-x11", "vino-server", "Xtightvnc", "tightvncserver"}, `
* network connection+start connection-started - | Connections: accepted: {source.ip}::{source.port}
* authentication start logon-failed failure | Connections: closed: {source.ip}::{source.port} ([AuthFailure] {event.reason})
* authentication start logon-failed failure | Connections: closed: {source.ip}::{source.port} (Authentication fail{})
* network connection+end connection-closed - | Connections: closed: {source.ip}::{source.port} ({event.reason})
* network connection+denied connection-denied failure | Connections: blacklisted: {source.ip}
* authentication start logon-failed failure | SConnection: AuthFailureException: {event.reason}
* authentication start logon-failed failure | Connections: authentication failed: {source.ip}::{source.port}
* authentication start logon-failed failure | AuthFailure: {event.reason} from {source.ip}
* authentication start logon-success success | Connections: authenticated: {source.ip}::{source.port}[[ {}]]
* network connection+start connection-started - | Got connection from client {source.ip}
* network connection+start connection-started - | incoming connection from {source.ip}
* network connection+end connection-closed - | Client {source.ip} gone
* authentication start logon-failed failure | rfbAuthProcessClientMessage: authentication failed from {source.ip}
`)
