package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// wiz is the issues and the audit log of Wiz (https://docs.wiz.io/wiz-docs/docs/issues-query).
var wiz = []jsonProduct{{
	name: "wiz_issue", has: []string{"entitySnapshot.id", "severity", "status"}, vendor: "Wiz", product: "Wiz", module: "wiz", dataset: "wiz.issue", table: `
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
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		if typ := k.get("entitySnapshot.type"); typ == "VIRTUAL_MACHINE" {
			setNamed(k.ev, "host.name", k.get("entitySnapshot.name"))
		}
		category, typ := catConfiguration, typeInfo
		if k.get("type") == "THREAT_DETECTION" {
			category, typ = "threat", "indicator"
		}
		k.alert(category, typ, "issue-"+strings.ReplaceAll(lower(k.get("status")), "_", "-"), "")
	},
}, {
	name: "wiz_audit", has: []string{"sourceIP", "requestId", "userAgent", "action", "timestamp", "status"}, vendor: "Wiz", product: "Wiz", module: "wiz", dataset: "wiz.audit", table: `
timestamp  @time1
id  event.id
requestId  http.request.id
sourceIP  source.ip
userAgent  user_agent.original
serviceAccount.id  user.id
serviceAccount.name  user.name:text
`, finish: func(k *keyed) {
		// The user's name is in ECS already, where it is an address more often
		// than not.
		k.put(k.ev.Get(event.UserName), alertUser)
		action, outcome := k.get("action"), outcomeOf(k.get("status"))
		k.cloudAction(action, outcome)
	},
}}
