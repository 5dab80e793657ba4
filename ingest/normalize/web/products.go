// Package web reads what web servers send, the proxies before them and before
// those who browse, and content delivery networks.
package web

import "slices"

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = slices.Concat(
	akamai, caddy, cloudflare, envoy, modsecurity, netskope, signalSciences, traefik,
	zscaler,
)
