// Package cloud reads the audit logs of clouds and software as a service.
package cloud

import "slices"

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = slices.Concat(
	actionTrail, amazon, asana, atlassian, azure, box, dropbox, falco,
	github, google, googleCloud, kubernetes, lacework, microsoft365, microsoftGraph, miro,
	oracleCloud, prismaCloud, salesforce, slack, snowflake, snyk, sysdig, webex,
	wiz, zendesk, zoom,
)
