// Package server reads what is in the rack and what runs on it: databases,
// application servers, storage, hypervisors, management controllers, power
// supplies, printers, telephony.
package server

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	docker, elasticsearch, gitlab, kibana, mattermost, minIO, mongoDB, nextcloud,
	serilog, trueNAS,
)
