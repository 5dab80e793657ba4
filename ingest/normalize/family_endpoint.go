package normalize

import "slices"

// endpointJSONProducts is every product of the family whose JSON is known.
var endpointJSONProducts = slices.Concat(
	bitdefender, carbonBlack, cortexXDR, crowdStrike, defender, eset, huntress, jamf,
	qualys, sentinelOne, sophosCentral, symantecCloud, tanium, tenable, threatDown, trellix,
	visionOne, withSecure,
)
