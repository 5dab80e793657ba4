package normalize

import "slices"

// webJSONProducts is every product of the family whose JSON is known.
var webJSONProducts = slices.Concat(
	akamai, caddy, cloudflare, envoy, modsecurity, netskope, signalSciences, traefik,
	zscaler,
)
