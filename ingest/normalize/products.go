package normalize

// jsonProducts is every product whose JSON is known.
var jsonProducts = newProductIndex(
	gelf,
	cloudJSONProducts,
	endpointJSONProducts,
	firewallJSONProducts,
	identityJSONProducts,
	mailJSONProducts,
	networkJSONProducts,
	serverJSONProducts,
	unixJSONProducts,
	webJSONProducts,
	windowsJSONProducts,
)

// makersOfCEF are those who need more than CEF's dictionary.
var makersOfCEF = cefVendors{unifiOS}
