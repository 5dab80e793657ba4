package normalize

import "porchlight/ingest/event"

// pingOne is the audit activities of PingOne
// (https://apidocs.pingidentity.com/pingone/platform/v1/api/#audit-activities).
var pingOne = []jsonProduct{{
	name: "pingone", has: []string{"recordedAt", "action.type", "result.status"}, vendor: "Ping Identity", product: "PingOne", module: "ping_one", dataset: "ping_one.audit", table: `
recordedAt  @time1
createdAt  @time0
id  event.id
actors.user.id  user.id
actors.user.name  user.name:account
actors.client.name  client.user.name:text
actors.client.id  client.user.id
source.ipAddress  source.ip
source.userAgent  user_agent.original
action.description,result.description  event.reason
`, finish: func(k *keyed) {
		k.objects("resources", func(o *event.Event) {
			switch lookup(o, "type") {
			case "USER":
				k.put(lookup(o, "id"), targetUserID)
				k.put(lookup(o, "name"), targetUser)
			case "GROUP":
				k.put(lookup(o, "id"), targetGroupID)
				k.put(lookup(o, "name"), targetGroup)
			}
		})
		outcome := outcomeOf(k.get("result.status"))
		switch action := k.get("action.type"); action {
		case "USER.ACCESS_ALLOWED":
			k.loggedOn(success)
		case "USER.ACCESS_DENIED":
			classify(k.ev, catAuthentication, typeStart, actionLogonDenied, failure)
		case "PASSWORD.CHECK_FAILED", "AUTHENTICATION.FAILED":
			k.loggedOn(failure)
		case "PASSWORD.CHECK_SUCCEEDED": // the access that follows is the logon
			classify(k.ev, catAuthentication, typeStart, actionAuthSucceeded, success)
		case "SESSION.CREATED":
			classify(k.ev, catSession, typeStart, actionSessionOpened, outcome)
		case "SESSION.DELETED":
			classify(k.ev, catSession, typeEnd, actionSessionClosed, outcome)
		default:
			k.cloudAction(lower(action), outcome)
		}
	},
}}
