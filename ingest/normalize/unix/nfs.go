package unix

import "porchlight/ingest/normalize/read"

// NFS reads the mount daemon of the Linux NFS server.
var NFS = read.Daemon("nfs", []string{"rpc.mountd", "mountd"}, `
* network connection+allowed share-mounted success | authenticated mount request from {source.ip}:{source.port} for {file.path} ({})
* network connection+denied mount-refused failure | refused mount request from {source.ip} for {file.path} ({}): {event.reason}
* network connection+denied mount-refused failure | refused mount request from {source.ip}:{source.port} for {file.path} ({}): {event.reason}
* network connection+end share-unmounted success | authenticated unmount request from {source.ip}:{source.port} for {file.path} ({})
`)
