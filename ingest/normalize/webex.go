package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// webex is the admin audit events of Webex
// (https://developer.webex.com/docs/api/v1/admin-audit-events).
var webex = []jsonProduct{{
	name: "webex", has: []string{"data.actorEmail", "data.eventDescription", "data.eventCategory"}, vendor: "Cisco", product: "Webex", module: "cisco_webex", dataset: "cisco_webex.admin_audit", table: `
created  @time1
id  event.id
actorId  user.id
data.actorEmail  user.email:email
data.actorName  user.full_name
data.actorUserAgent  user_agent.original
data.adminRoles  user.roles
data.actorOrgId  organization.id
data.actorOrgName  organization.name
data.eventCategory  event.provider
data.actionText  event.reason
`, finish: func(k *keyed) {
		// Behind proxies there are several addresses: the first is the client's.
		ip, _, _ := strings.Cut(k.get("data.actorIp"), ",")
		setSource(k.ev, strings.TrimSpace(ip))
		if k.get("data.targetType") == "PERSON" {
			k.put(k.get("data.targetId"), targetUserID)
			k.put(k.get("data.targetName"), targetEmail)
		}
		text := lower(k.get("data.eventDescription"))
		outcome := success
		if strings.Contains(text, "fail") || strings.Contains(text, "unsuccessful") {
			outcome = failure
		}
		action := strings.ReplaceAll(strings.TrimRight(text, "."), " ", "-")
		switch {
		case strings.Contains(text, "logged out"):
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, outcome)
		case k.get("data.eventCategory") == "LOGINS":
			k.loggedOn(outcome)
		case k.get("data.eventCategory") == "USERS":
			typ := typeChange
			switch {
			case strings.Contains(text, "created"), strings.Contains(text, "added"):
				typ = typeCreated
			case strings.Contains(text, "deleted"), strings.Contains(text, "removed"):
				typ = typeDeleted
			}
			classify(k.ev, catIAM, typeUser+event.Separator+typ, action, outcome)
		default:
			k.cloudAction(action, outcome)
		}
	},
}}
