package normalize

import "slices"

// mailJSONProducts is every product of the family whose JSON is known.
var mailJSONProducts = slices.Concat(
	messageTrace, mimecast, proofpoint,
)
