package normalize

import (
	"porchlight/ingest/normalize/cloud"
	"porchlight/ingest/normalize/endpoint"
	"porchlight/ingest/normalize/firewall"
	"porchlight/ingest/normalize/identity"
	"porchlight/ingest/normalize/mail"
	"porchlight/ingest/normalize/network"
	"porchlight/ingest/normalize/read"
	"porchlight/ingest/normalize/server"
	"porchlight/ingest/normalize/unix"
	"porchlight/ingest/normalize/web"
	"porchlight/ingest/normalize/windows"
)

// jsonProducts lists every product whose JSON is known.
var jsonProducts = read.NewJSONProducts(
	read.GELF,
	cloud.JSONProducts,
	endpoint.JSONProducts,
	firewall.JSONProducts,
	identity.JSONProducts,
	mail.JSONProducts,
	network.JSONProducts,
	server.JSONProducts,
	unix.JSONProducts,
	web.JSONProducts,
	windows.JSONProducts,
)

// cefVendors are the makers that need more than CEF's dictionary.
var cefVendors = read.CEFVendors{network.UniFiOS}
