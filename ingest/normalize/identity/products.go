// Package identity reads what identity providers, password managers and
// privileged access vaults send.
package identity

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	auth0, authentik, beyondInsight, bitwarden, cisco, cyberArk, dashlane, delinea,
	forgeRock, jumpcloud, keeper, lastPass, okta, onePassword, pingOne, vault,
)
