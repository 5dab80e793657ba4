// Package endpoint reads the logs of what protects, manages and scans
// computers.
package endpoint

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	bitdefender, carbonBlack, cortexXDR, crowdStrike, defender, eset, huntress, jamf,
	qualys, sentinelOne, sophosCentral, symantecCloud, tanium, tenable, threatDown, trellix,
	visionOne, withSecure,
)
