package normalize

import "slices"

// serverJSONProducts is every product of the family whose JSON is known.
var serverJSONProducts = slices.Concat(
	docker, elasticsearch, gitlab, kibana, mattermost, minIO, mongoDB, nextcloud,
	serilog, trueNAS,
)
