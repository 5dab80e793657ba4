// Package identity reads what identity providers, password managers and vaults
// of privileged accounts send.
package identity

import "slices"

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = slices.Concat(
	auth0, authentik, beyondInsight, bitwarden, cisco, cyberArk, dashlane, delinea,
	forgeRock, jumpcloud, keeper, lastPass, okta, onePassword, pingOne, vault,
)
