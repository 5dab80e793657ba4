// Package web reads what web servers, reverse and forward proxies, and content
// delivery networks send.
package web

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	akamai, caddy, cloudflare, envoy, modsecurity, netskope, signalSciences, traefik,
	zscaler,
)
