package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// okta is Okta's System Log
// (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/).
var okta = []jsonProduct{
	{
		name: "okta", has: []string{"actor.alternateId", "eventType", "published"}, module: "okta", dataset: "okta.system", table: `
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
`, finish: func(k *keyed) {
			ev := k.ev
			account := k.get("actor.alternateId")
			if account != "" && account != "unknown" && account != "system@okta.com" || strings.Contains(account, "@") {
				k.put(account, oktaUser)
			} else {
				k.put(account, oktaPlain)
			}
			k.objects("target", func(o *event.Event) {
				switch lookup(o, "type") {
				case "User", "AppUser":
					k.put(lookup(o, "id"), targetUserID)
					k.put(lookup(o, "displayName"), targetFullName)
					k.put(lookup(o, "alternateId"), targetEmail)
				case "UserGroup":
					k.put(lookup(o, "id"), oktaGroupID)
					k.put(lookup(o, "displayName"), targetGroup)
				}
			})
			outcome := ""
			switch k.outcome {
			case "SUCCESS", "ALLOW":
				outcome = success
			case "FAILURE", "DENY":
				outcome = failure
			}
			k.cloudAction(k.get("eventType"), outcome)
			if k.get("eventType") == "user.session.start" || k.get("eventType") == "user.authentication.sso" {
				if outcome == failure {
					classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
				} else {
					classify(ev, catAuthentication, typeStart, actionLogonSuccess, outcome)
				}
			}
		},
	},
}

var (
	oktaUser    = target("user.email:email client.user.email:email source.user.email:email")
	oktaPlain   = target("user.name:text client.user.name:text source.user.name:text")
	oktaGroupID = target("user.target.group.id")
)
