// Package mail reads what mail servers and the filters in front of them send.
package mail

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	messageTrace, mimecast, proofpoint,
)
