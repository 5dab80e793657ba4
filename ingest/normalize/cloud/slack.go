package cloud

import "porchlight/ingest/normalize/read"

// slack is the audit log of Slack Enterprise Grid
// (https://api.slack.com/admins/audit-logs-call).
var slack = []read.JSONProduct{
	{
		Name: "slack", Has: []string{"date_create", "action", "actor.type"}, Module: "slack", Dataset: "slack.audit", Table: `
date_create  @time1
id  event.id
actor.user.id  user.id
actor.user.email  user.email
actor.user.name  user.full_name
context.ua  user_agent.original
context.ip_address  source.ip
entity.user.id  user.target.id
entity.user.email  user.target.email
entity.user.name  user.target.full_name
entity.file.name  file.name
details.md5_hash  file.hash.md5
`, Finish: func(k *read.Keyed) {
			k.CloudAction(k.Get("action"), read.Success)
			if k.Get("action") == "user_login_failed" {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			}
		},
	},
}
