package normalize

import "slices"

// windowsJSONProducts is every product of the family whose JSON is known.
var windowsJSONProducts = slices.Concat(
	winlogbeat,
)
