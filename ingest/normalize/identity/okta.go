package identity

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// okta is Okta's System Log
// (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/).
var okta = []read.JSONProduct{
	{
		Name: "okta", Has: []string{"actor.alternateId", "eventType", "published"}, Module: "okta", Dataset: "okta.system", Table: `
published  @time1
uuid  event.id
actor.id  user.id client.user.id source.user.id
actor.displayName  user.full_name client.user.full_name source.user.full_name
client.ipAddress  source.ip client.ip
client.userAgent.rawUserAgent  user_agent.original
securityContext.domain  source.domain client.domain
outcome.result  @outcome
outcome.reason  event.reason
displayMessage  okta.display_message
`, Finish: func(k *read.Keyed) {
			ev := k.Event
			account := k.Get("actor.alternateId")
			if account != "" && account != "unknown" && account != "system@okta.com" || strings.Contains(account, "@") {
				k.Put(account, oktaUser)
			} else {
				k.Put(account, oktaPlain)
			}
			k.Objects("target", func(o *event.Event) {
				switch read.Lookup(o, "type") {
				case "User", "AppUser":
					k.Put(read.Lookup(o, "id"), read.TargetUserID)
					k.Put(read.Lookup(o, "displayName"), read.TargetFullName)
					k.Put(read.Lookup(o, "alternateId"), read.TargetEmail)
				case "UserGroup":
					k.Put(read.Lookup(o, "id"), oktaGroupID)
					k.Put(read.Lookup(o, "displayName"), read.TargetGroup)
				}
			})
			outcome := ""
			switch k.Outcome {
			case "SUCCESS", "ALLOW":
				outcome = read.Success
			case "FAILURE", "DENY":
				outcome = read.Failure
			}
			k.CloudAction(k.Get("eventType"), outcome)
			if k.Get("eventType") == "user.session.start" || k.Get("eventType") == "user.authentication.sso" {
				if outcome == read.Failure {
					read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
				} else {
					read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, outcome)
				}
			}
		},
	},
}

var (
	oktaUser    = read.NewBinding("user.email:email client.user.email:email source.user.email:email")
	oktaPlain   = read.NewBinding("user.name:text client.user.name:text source.user.name:text")
	oktaGroupID = read.NewBinding("user.target.group.id")
)
