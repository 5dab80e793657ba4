// Package firewall reads what firewalls and VPN gateways send.
package firewall

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = edgeNGFW
