package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// prismaCloud is the alerts and the audit log of Palo Alto Networks' Prisma
// Cloud (https://pan.dev/prisma-cloud/api/cspm/).
var prismaCloud = []jsonProduct{{
	name: "prisma_cloud_alert", has: []string{"alertTime", "policy.policyType", "status"}, vendor: "Palo Alto Networks", product: "Prisma Cloud", module: "prisma_cloud", dataset: "prisma_cloud.alert", table: `
alertTime  @time1
firstSeen  event.start
lastSeen  event.end
id  event.id
reason  event.reason
policy.policyId,policyId  rule.id
policy.name  rule.name
policy.description  rule.description
policy.policyType  rule.category
resource.cloudType  cloud.provider:lower
resource.accountId  cloud.account.id
resource.account  cloud.account.name
resource.regionId  cloud.region
resource.id  prisma_cloud.resource.id
resource.name  prisma_cloud.resource.name
resource.url  event.url
`, finish: func(k *keyed) {
		k.severityWord(k.get("policy.severity"))
		category, typ := catConfiguration, typeInfo
		switch k.get("policy.policyType") {
		case "anomaly", "audit_event", "network":
			category, typ = "threat", "indicator"
		}
		k.alert(category, typ, "alert-"+lower(k.get("status")), "")
	},
}, {
	name: "prisma_cloud_audit", has: []string{"actionType", "resourceName", "resourceType", "result"}, vendor: "Palo Alto Networks", product: "Prisma Cloud", module: "prisma_cloud", dataset: "prisma_cloud.audit", table: `
timestamp  @time1
user  user.email:email
ipAddress  source.ip
action  event.reason
resourceName  prisma_cloud.resource.name
`, finish: func(k *keyed) {
		outcome := ""
		switch lower(k.get("result")) {
		case "success", "successful":
			outcome = success
		case "fail", "failed", "failure":
			outcome = failure
		}
		action, resource := lower(k.get("actionType")), lower(k.get("resourceType"))
		if action == "login" {
			k.loggedOn(outcome)
			return
		}
		if resource == "user" || resource == "role" {
			classify(k.ev, catIAM, typeUser+event.Separator+typeOfVerb(action), resource+"-"+action, outcome)
			return
		}
		classify(k.ev, catConfiguration, typeOfVerb(action), strings.ReplaceAll(resource, " ", "-")+"-"+action, outcome)
	},
}}
