package normalize

// onePassword is the Events API of 1Password
// (https://developer.1password.com/docs/events-api/reference).
var onePassword = []jsonProduct{
	{
		name: "1password", has: []string{"item_uuid", "vault_uuid", "uuid"}, module: "1password", dataset: "1password.item_usages", table: onePasswordTable,
		finish: func(k *keyed) { classify(k.ev, catFile, "access", "item-used", success) },
	},
	{
		name: "1password_signin", has: []string{"session_uuid", "category", "target_user.uuid"}, module: "1password", dataset: "1password.signin_attempts", table: onePasswordTable,
		finish: func(k *keyed) {
			if k.get("category") == "success" {
				classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
			} else {
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
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
