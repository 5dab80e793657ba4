package unix

import "porchlight/ingest/normalize/read"

// DNF reads the package managers of Red Hat's and SUSE's distributions.
var DNF = read.Daemon("dnf", []string{"yum", "dnf", "dnf-automatic", "packagekitd", "PackageKit", "zypper", "rpm"}, `
* package installation package-installed success | Installed: {package.name}
* package change package-updated success | Updated: {package.name}
* package change package-updated success | Upgraded: {package.name}
* package change package-updated success | Upgrade: {package.name}
* package deletion package-removed success | Erased: {package.name}
* package deletion package-removed success | Removed: {package.name}
* package info dependency-missing failure | Error: {event.reason}
`)
