package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// prismaCloud is the alerts and the audit log of Palo Alto Networks' Prisma
// Cloud (https://pan.dev/prisma-cloud/api/cspm/).
var prismaCloud = []read.JSONProduct{{
	Name: "prisma_cloud_alert", Has: []string{"alertTime", "policy.policyType", "status"}, Vendor: "Palo Alto Networks", Product: "Prisma Cloud", Module: "prisma_cloud", Dataset: "prisma_cloud.alert", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.SeverityWord(k.Get("policy.severity"))
		category, typ := read.CategoryConfiguration, read.TypeInfo
		switch k.Get("policy.policyType") {
		case "anomaly", "audit_event", "network":
			category, typ = "threat", "indicator"
		}
		k.Alert(category, typ, "alert-"+read.Lower(k.Get("status")), "")
	},
}, {
	Name: "prisma_cloud_audit", Has: []string{"actionType", "resourceName", "resourceType", "result"}, Vendor: "Palo Alto Networks", Product: "Prisma Cloud", Module: "prisma_cloud", Dataset: "prisma_cloud.audit", Table: `
timestamp  @time1
user  user.email:email
ipAddress  source.ip
action  event.reason
resourceName  prisma_cloud.resource.name
`, Finish: func(k *read.Keyed) {
		outcome := ""
		switch read.Lower(k.Get("result")) {
		case "success", "successful":
			outcome = read.Success
		case "fail", "failed", "failure":
			outcome = read.Failure
		}
		action, resource := read.Lower(k.Get("actionType")), read.Lower(k.Get("resourceType"))
		if action == "login" {
			k.LoggedOn(outcome)
			return
		}
		if resource == "user" || resource == "role" {
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+read.TypeOfVerb(action), resource+"-"+action, outcome)
			return
		}
		read.Classify(k.Event, read.CategoryConfiguration, read.TypeOfVerb(action), strings.ReplaceAll(resource, " ", "-")+"-"+action, outcome)
	},
}}
