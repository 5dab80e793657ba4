package normalize

import "slices"

// identityJSONProducts is every product of the family whose JSON is known.
var identityJSONProducts = slices.Concat(
	auth0, authentik, beyondInsight, bitwarden, cisco, cyberArk, dashlane, delinea,
	forgeRock, jumpcloud, keeper, lastPass, okta, onePassword, pingOne, vault,
)
