package normalize

// jsonProducts is every product whose JSON is known.
var jsonProducts = newProductIndex(
	actionTrail, adGuard, akamai, amazon, asana, atlassian, auth0, authentik, azure, beyondInsight, bitdefender, bitwarden, box, caddy, carbonBlack, cortexXDR,
	cisco, cloudflare, crowdStrike, cyberArk, darktrace, dashlane, defender, delinea, docker, dropbox, edgeNGFW, elasticsearch, envoy, eset,
	extraHop, falco, forgeRock, gelf, github, gitlab, google, googleCloud, huntress, jamf, journal, jumpcloud, keeper, kibana, kubernetes,
	lacework, lastPass, macOS, mattermost, messageTrace, microsoft365, microsoftGraph, mimecast, minIO, miro, modsecurity, mongoDB, netskope, nextcloud, okta,
	onePassword, openCanary, oracleCloud, osquery, pingOne, prismaCloud, proofpoint, qualys, salesforce, sentinelOne, serilog, signalSciences, slack,
	snortJSON, snowflake, snyk, sophosCentral, suricata, symantecCloud, sysdig, tailscale, tanium, teleport, tenable, threatDown, traefik,
	trellix, trueNAS, twingate, vault, vectra, visionOne, webex, winlogbeat, withSecure, wiz, zeek, zendesk, zoom, zscaler,
)

// makersOfCEF are those who need more than CEF's dictionary.
var makersOfCEF = cefVendors{unifiOS}
