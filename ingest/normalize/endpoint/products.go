// Package endpoint reads what protects, manages and scans computers.
package endpoint

import "slices"

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = slices.Concat(
	bitdefender, carbonBlack, cortexXDR, crowdStrike, defender, eset, huntress, jamf,
	qualys, sentinelOne, sophosCentral, symantecCloud, tanium, tenable, threatDown, trellix,
	visionOne, withSecure,
)
