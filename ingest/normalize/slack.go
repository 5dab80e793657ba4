package normalize

// slack is the audit log of Slack Enterprise Grid
// (https://api.slack.com/admins/audit-logs-call).
var slack = []jsonProduct{
	{
		name: "slack", has: []string{"date_create", "action", "actor.type"}, module: "slack", dataset: "slack.audit", table: `
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
`, finish: func(k *keyed) {
			k.cloudAction(k.get("action"), success)
			if k.get("action") == "user_login_failed" {
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
			}
		},
	},
}
