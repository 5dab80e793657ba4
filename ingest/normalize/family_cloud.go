package normalize

import "slices"

// cloudJSONProducts is every product of the family whose JSON is known.
var cloudJSONProducts = slices.Concat(
	actionTrail, amazon, asana, atlassian, azure, box, dropbox, falco,
	github, google, googleCloud, kubernetes, lacework, microsoft365, microsoftGraph, miro,
	oracleCloud, prismaCloud, salesforce, slack, snowflake, snyk, sysdig, webex,
	wiz, zendesk, zoom,
)
