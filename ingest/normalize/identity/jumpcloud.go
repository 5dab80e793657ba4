package identity

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// jumpcloud is Directory Insights of JumpCloud
// (https://docs.jumpcloud.com/api/insights/directory/1.0/index.html).
var jumpcloud = []read.JSONProduct{
	{
		Name: "jumpcloud", Has: []string{"initiated_by.type", "event_type", "service"}, Module: "jumpcloud", Dataset: "jumpcloud.events", Table: `
timestamp  @time1
id  event.id
client_ip  source.ip client.ip
initiated_by.email  source.user.email user.email:email
initiated_by.id  source.user.id user.id
initiated_by.username  source.user.name user.name
system.hostname  host.name
resource.username  user.target.name
organization  organization.id
`, Finish: func(k *read.Keyed) {
			outcome := read.Success
			if k.Get("success") == "false" {
				outcome = read.Failure
			}
			k.CloudAction(k.Get("event_type"), outcome)
			if typ := k.Get("event_type"); strings.Contains(typ, "login_attempt") || strings.HasSuffix(typ, "_auth") || strings.HasSuffix(typ, "_bind") {
				action := read.ActionLogonSuccess
				if outcome == read.Failure {
					action = read.ActionLogonFailed
				}
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, action, outcome)
			}
		},
	},
}
