// Package unix reads what Unix systems send: the kernel, logins, packages, and
// the services that come with them.
package unix

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	journal, macOS, osquery,
)
