package unix

import "porchlight/ingest/normalize/read"

// TFTP reads TFTP servers.
var TFTP = read.Daemon("tftp", []string{"in.tftpd", "tftpd", "atftpd", "tftpd-hpa"}, `
* file access file-downloaded - | RRQ from {source.ip} filename {file.path}
* file creation file-uploaded - | WRQ from {source.ip} filename {file.path}
* file access file-downloaded - | Serving {file.path} to {source.ip}:{source.port}
* file access file-denied failure | client {source.ip}: {event.reason}
* file access file-denied failure | denied {}from {source.ip} {}
`)
