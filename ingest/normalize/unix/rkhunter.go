package unix

import "porchlight/ingest/normalize/read"

// Rkhunter reads Rootkit Hunter and chkrootkit.
var Rkhunter = read.Daemon("rkhunter", []string{"rkhunter", "chkrootkit"}, `
* intrusion_detection info rootkit-suspected failure | Please inspect this machine, because it may be infected.
* host info check-passed success | [[{} ]]not INFECTED[[ {}]]
* host info check-passed success | 0 INFECTED[[ {}]]
* intrusion_detection info rootkit-suspected failure | [[{} ]]INFECTED[[ {}]]
* host info check-warning failure | Warning: {event.reason}
* host info scan-finished success | Rootkit hunter check completed[[ {}]]
* host info scan-started - | Rootkit hunter check started[[ {}]]
`)
