package unix

import "porchlight/ingest/normalize/read"

// Rsync reads the rsync daemon.
var Rsync = read.Daemon("rsync", []string{"rsyncd", "rsync"}, `
* network connection+start connection-started - | connect from {source.domain} ({source.ip})
* authentication start logon-failed failure | auth failed on module {rsync.module} from {source.domain} ({source.ip})[[ for {user.name}]]: {event.reason}
* network connection+denied connection-denied failure | rsync denied on module {rsync.module} from {source.domain} ({source.ip})
* network connection+denied connection-denied failure | rsync: connection refused from {source.domain} ({source.ip})
* file access files-read success | rsync on {file.path} from {user.name}@{source.domain} ({source.ip})
* file access files-read success | rsync on {file.path} from {source.domain} ({source.ip})
* file change files-written success | rsync to {file.path} from {user.name}@{source.domain} ({source.ip})
* file change files-written success | rsync to {file.path} from {source.domain} ({source.ip})
* network info transfer-finished success | sent {source.bytes} bytes  received {destination.bytes} bytes  total size {}
`)
