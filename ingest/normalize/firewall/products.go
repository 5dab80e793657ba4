// Package firewall reads what firewalls and VPN gateways send.
package firewall

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = edgeNGFW
