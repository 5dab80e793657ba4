package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// authentik is the event log and the user list of the identity provider
// authentik (https://docs.goauthentik.io/sys-mgmt/events/).
var authentik = []jsonProduct{
	{
		name: "authentik", has: []string{"brand.pk", "action", "pk"}, vendor: "authentik", product: "authentik", module: "authentik", dataset: "authentik.event", table: `
created  @time1
pk  event.id
user.pk  user.id
user.username  user.name:text
user.email  user.email user.domain:emaildomain
client_ip  source.ip
context.http_request.method  http.request.method
context.http_request.path  url.path
context.http_request.args.query  url.query
context.http_request.user_agent  user_agent.original
context.message  event.reason
`, finish: func(k *keyed) {
			switch action := k.get("action"); action {
			case "login":
				classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
			case "login_failed":
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
			case "logout":
				classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
			case "password_set":
				classify(k.ev, catIAM, userChanged, actionPasswordChanged, success)
			default:
				k.cloudAction(strings.ReplaceAll(action, "_", "-"), "")
			}
		},
	},
	{
		name: "authentik_user", has: []string{"is_superuser", "username", "uid"}, vendor: "authentik", product: "authentik", module: "authentik", dataset: "authentik.user", table: `
pk  user.id
username  user.name:text
email  user.email user.domain:emaildomain
name  user.full_name
groups  user.group.id
last_login  authentik.last_login
`, finish: func(k *keyed) {
			k.ev.Set(event.EventKind, "asset")
			classify(k.ev, catIAM, typeUser+event.Separator+typeInfo, "", "")
		},
	},
}
