package normalize

import "slices"

// unixJSONProducts is every product of the family whose JSON is known.
var unixJSONProducts = slices.Concat(
	journal, macOS, osquery,
)
