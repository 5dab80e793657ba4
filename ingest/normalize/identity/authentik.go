package identity

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// authentik is the event log and the user list of the identity provider
// authentik (https://docs.goauthentik.io/sys-mgmt/events/).
var authentik = []read.JSONProduct{
	{
		Name: "authentik", Has: []string{"brand.pk", "action", "pk"}, Vendor: "authentik", Product: "authentik", Module: "authentik", Dataset: "authentik.event", Table: `
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
`, Finish: func(k *read.Keyed) {
			switch action := k.Get("action"); action {
			case "login":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			case "login_failed":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			case "logout":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
			case "password_set":
				read.Classify(k.Event, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
			default:
				k.CloudAction(strings.ReplaceAll(action, "_", "-"), "")
			}
		},
	},
	{
		Name: "authentik_user", Has: []string{"is_superuser", "username", "uid"}, Vendor: "authentik", Product: "authentik", Module: "authentik", Dataset: "authentik.user", Table: `
pk  user.id
username  user.name:text
email  user.email user.domain:emaildomain
name  user.full_name
groups  user.group.id
last_login  authentik.last_login
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "asset")
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+read.TypeInfo, "", "")
		},
	},
}
