package identity

import "porchlight/ingest/normalize/read"

// onePassword is the Events API of 1Password
// (https://developer.1password.com/docs/events-api/reference).
var onePassword = []read.JSONProduct{
	{
		Name: "1password", Has: []string{"item_uuid", "vault_uuid", "uuid"}, Module: "1password", Dataset: "1password.item_usages", Table: onePasswordTable,
		Finish: func(k *read.Keyed) { read.Classify(k.Event, read.CategoryFile, "access", "item-used", read.Success) },
	},
	{
		Name: "1password_signin", Has: []string{"session_uuid", "category", "target_user.uuid"}, Module: "1password", Dataset: "1password.signin_attempts", Table: onePasswordTable,
		Finish: func(k *read.Keyed) {
			if k.Get("category") == "success" {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			} else {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			}
		},
	},
}

const onePasswordTable = `
timestamp  @time1
uuid  event.id
client.ip_address  source.ip
user.uuid,target_user.uuid  user.id
user.email,target_user.email  user.email
target_user.name  user.full_name
client.app_name  network.application:text
client.os_name  host.os.name
client.os_version  host.os.version
`
