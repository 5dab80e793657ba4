package normalize

import "strings"

// jumpcloud is Directory Insights of JumpCloud
// (https://docs.jumpcloud.com/api/insights/directory/1.0/index.html).
var jumpcloud = []jsonProduct{
	{
		name: "jumpcloud", has: []string{"initiated_by.type", "event_type", "service"}, module: "jumpcloud", dataset: "jumpcloud.events", table: `
timestamp  @time1
id  event.id
client_ip  source.ip client.ip
initiated_by.email  source.user.email user.email:email
initiated_by.id  source.user.id user.id
initiated_by.username  source.user.name user.name
system.hostname  host.name
resource.username  user.target.name
organization  organization.id
`, finish: func(k *keyed) {
			outcome := success
			if k.get("success") == "false" {
				outcome = failure
			}
			k.cloudAction(k.get("event_type"), outcome)
			if typ := k.get("event_type"); strings.Contains(typ, "login_attempt") || strings.HasSuffix(typ, "_auth") || strings.HasSuffix(typ, "_bind") {
				action := actionLogonSuccess
				if outcome == failure {
					action = actionLogonFailed
				}
				classify(k.ev, catAuthentication, typeStart, action, outcome)
			}
		},
	},
}
