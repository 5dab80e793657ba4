package unix

import "porchlight/ingest/normalize/read"

// Chrony reads the time service chronyd
// (https://chrony-project.org/documentation.html).
var Chrony = read.Daemon("chrony", []string{"chronyd"}, `
* host change time-source-selected success | Selected source {destination.ip}[[ ({destination.domain})]]
* host change time-source-lost failure | Can't synchronise: {event.reason}
* host change time-source-lost failure | Source {destination.ip}[[ ({destination.domain})]] offline
* host change time-source-selected - | Source {destination.ip}[[ ({destination.domain})]] online
* host change time-wrong failure | System clock wrong by {event.reason} seconds[[, {}]]
* host change time-changed - | System clock was stepped by {event.reason} seconds
* host change time-source-lost failure | Could not synchronise {event.reason}
`)
