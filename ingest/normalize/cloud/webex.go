package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// webex is the admin audit events of Webex
// (https://developer.webex.com/docs/api/v1/admin-audit-events).
var webex = []read.JSONProduct{{
	Name: "webex", Has: []string{"data.actorEmail", "data.eventDescription", "data.eventCategory"}, Vendor: "Cisco", Product: "Webex", Module: "cisco_webex", Dataset: "cisco_webex.admin_audit", Table: `
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
`, Finish: func(k *read.Keyed) {
		// Behind proxies there are several addresses: the first is the client's.
		ip, _, _ := strings.Cut(k.Get("data.actorIp"), ",")
		read.SetSource(k.Event, strings.TrimSpace(ip))
		if k.Get("data.targetType") == "PERSON" {
			k.Put(k.Get("data.targetId"), read.TargetUserID)
			k.Put(k.Get("data.targetName"), read.TargetEmail)
		}
		text := read.Lower(k.Get("data.eventDescription"))
		outcome := read.Success
		if strings.Contains(text, "fail") || strings.Contains(text, "unsuccessful") {
			outcome = read.Failure
		}
		action := strings.ReplaceAll(strings.TrimRight(text, "."), " ", "-")
		switch {
		case strings.Contains(text, "logged out"):
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, outcome)
		case k.Get("data.eventCategory") == "LOGINS":
			k.LoggedOn(outcome)
		case k.Get("data.eventCategory") == "USERS":
			typ := read.TypeChange
			switch {
			case strings.Contains(text, "created"), strings.Contains(text, "added"):
				typ = read.TypeCreated
			case strings.Contains(text, "deleted"), strings.Contains(text, "removed"):
				typ = read.TypeDeleted
			}
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+typ, action, outcome)
		default:
			k.CloudAction(action, outcome)
		}
	},
}}
