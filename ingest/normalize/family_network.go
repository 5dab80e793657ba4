package normalize

import "slices"

// networkJSONProducts is every product of the family whose JSON is known.
var networkJSONProducts = slices.Concat(
	adGuard, darktrace, extraHop, openCanary, snortJSON, suricata, tailscale, teleport,
	twingate, vectra, zeek,
)
