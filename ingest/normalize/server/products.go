// Package server reads what stands in the rack and what runs on it: databases,
// application servers, storage, hypervisors, management controllers, power,
// printers, telephony.
package server

import "slices"

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = slices.Concat(
	docker, elasticsearch, gitlab, kibana, mattermost, minIO, mongoDB, nextcloud,
	serilog, trueNAS,
)
