// Package mail reads what mail servers and the filters before them send.
package mail

import "slices"

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = slices.Concat(
	messageTrace, mimecast, proofpoint,
)
