package unix

import "porchlight/ingest/normalize/read"

// NTPD reads the time services ntpd (NTP Project, OpenNTPD, NTPsec) and
// systemd-timesyncd.
var NTPD = read.Daemon("ntpd", []string{"ntpd", "openntpd", "ntpdate", "sntp", "systemd-timesyncd"}, `
* host change time-source-selected success | synchronized to {destination.ip}, stratum {}
* host change time-source-selected success | Initial [[clock ]]synchronization to time server {destination.ip}:{destination.port} ({destination.domain}).
* host change time-source-selected success | Contacted time server {destination.ip}:{destination.port} ({destination.domain}).
* host change time-source-selected success | Initial clock synchronization to {}.
* host change time-source-lost failure | Timed out waiting for reply from {destination.ip}:{destination.port} ({destination.domain}).
* host change time-source-lost failure | no server suitable for synchronization found
* host change time-changed - | time reset {event.reason}
* host change time-changed - | step time server {destination.ip} offset {event.reason}
* host change time-changed - | adjust time server {destination.ip} offset {event.reason}
* host change time-changed - | adjusting local clock by {event.reason}
* host change time-source-lost failure | peer {destination.ip} now invalid
* host change time-source-selected success | peer {destination.ip} now valid
* host change time-wrong failure | time correction of {event.reason} seconds exceeds sanity limit ({}); set clock manually to the correct UTC time.
`)
