package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// wiz is the issues and the audit log of Wiz (https://docs.wiz.io/wiz-docs/docs/issues-query).
var wiz = []read.JSONProduct{{
	Name: "wiz_issue", Has: []string{"entitySnapshot.id", "severity", "status"}, Vendor: "Wiz", Product: "Wiz", Module: "wiz", Dataset: "wiz.issue", Table: `
createdAt  @time1 event.created
resolvedAt  event.end
id  event.id
sourceRule.id,control.id  rule.id
sourceRule.name,control.name  rule.name
sourceRule.controlDescription,description  rule.description
entitySnapshot.cloudPlatform  cloud.provider:lower
entitySnapshot.region  cloud.region
entitySnapshot.subscriptionExternalId  cloud.account.id
entitySnapshot.subscriptionName  cloud.account.name
entitySnapshot.providerId  cloud.instance.id
entitySnapshot.cloudProviderURL  event.url
entitySnapshot.nativeType  wiz.resource.type
entitySnapshot.name  wiz.resource.name
`, Finish: func(k *read.Keyed) {
		k.SeverityWord(k.Get("severity"))
		if typ := k.Get("entitySnapshot.type"); typ == "VIRTUAL_MACHINE" {
			read.SetNamed(k.Event, "host.name", k.Get("entitySnapshot.name"))
		}
		category, typ := read.CategoryConfiguration, read.TypeInfo
		if k.Get("type") == "THREAT_DETECTION" {
			category, typ = "threat", "indicator"
		}
		k.Alert(category, typ, "issue-"+strings.ReplaceAll(read.Lower(k.Get("status")), "_", "-"), "")
	},
}, {
	Name: "wiz_audit", Has: []string{"sourceIP", "requestId", "userAgent", "action", "timestamp", "status"}, Vendor: "Wiz", Product: "Wiz", Module: "wiz", Dataset: "wiz.audit", Table: `
timestamp  @time1
id  event.id
requestId  http.request.id
sourceIP  source.ip
userAgent  user_agent.original
serviceAccount.id  user.id
serviceAccount.name  user.name:text
`, Finish: func(k *read.Keyed) {
		// The user's name is in ECS already; more often than not it is an
		// address.
		k.Put(k.Event.Get(event.UserName), read.AlertUser)
		action, outcome := k.Get("action"), read.OutcomeOf(k.Get("status"))
		k.CloudAction(action, outcome)
	},
}}
