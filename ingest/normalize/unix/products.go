// Package unix reads what Unix systems send: kernel, logins, packages, and the
// services that come with them.
package unix

import "slices"

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = slices.Concat(
	journal, macOS, osquery,
)
