package normalize

import "slices"

// firewallJSONProducts is every product of the family whose JSON is known.
var firewallJSONProducts = slices.Concat(
	edgeNGFW,
)
