package unix

import "porchlight/ingest/normalize/read"

// Snapd reads the service for snaps.
var Snapd = read.Daemon("snapd", []string{"snapd"}, `
* package installation package-installed - | {}: Installing snap "{package.name}" revision {package.version}
* package change package-updated - | {}: Refreshing snap "{package.name}" revision {package.version}
* package deletion package-removed - | {}: Removing snap "{package.name}" revision {package.version}
* package info - failure | {}: cannot {event.reason}
`)
