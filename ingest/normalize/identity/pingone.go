package identity

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// pingOne is the audit activities of PingOne
// (https://apidocs.pingidentity.com/pingone/platform/v1/api/#audit-activities).
var pingOne = []read.JSONProduct{{
	Name: "pingone", Has: []string{"recordedAt", "action.type", "result.status"}, Vendor: "Ping Identity", Product: "PingOne", Module: "ping_one", Dataset: "ping_one.audit", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.Objects("resources", func(o *event.Event) {
			switch read.Lookup(o, "type") {
			case "USER":
				k.Put(read.Lookup(o, "id"), read.TargetUserID)
				k.Put(read.Lookup(o, "name"), read.TargetUser)
			case "GROUP":
				k.Put(read.Lookup(o, "id"), read.TargetGroupID)
				k.Put(read.Lookup(o, "name"), read.TargetGroup)
			}
		})
		outcome := read.OutcomeOf(k.Get("result.status"))
		switch action := k.Get("action.type"); action {
		case "USER.ACCESS_ALLOWED":
			k.LoggedOn(read.Success)
		case "USER.ACCESS_DENIED":
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonDenied, read.Failure)
		case "PASSWORD.CHECK_FAILED", "AUTHENTICATION.FAILED":
			k.LoggedOn(read.Failure)
		case "PASSWORD.CHECK_SUCCEEDED": // the access that follows is the logon
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionAuthSucceeded, read.Success)
		case "SESSION.CREATED":
			read.Classify(k.Event, read.CategorySession, read.TypeStart, read.ActionSessionOpened, outcome)
		case "SESSION.DELETED":
			read.Classify(k.Event, read.CategorySession, read.TypeEnd, read.ActionSessionClosed, outcome)
		default:
			k.CloudAction(read.Lower(action), outcome)
		}
	},
}}
