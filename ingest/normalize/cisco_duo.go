package normalize

import (
	"strings"
	"time"
)

// cisco is what Cisco's cloud services write as JSON: the logs of Duo's Admin
// API (https://duo.com/docs/adminapi#logs).
var cisco = []jsonProduct{
	{
		name: "cisco_duo", has: []string{"isotimestamp", "action", "timestamp"}, vendor: "Cisco", product: "Duo", module: "cisco_duo", dataset: "cisco_duo.admin", table: `
timestamp  @time1
username  user.name:text
object  user.target.name:text
`, finish: func(k *keyed) {
			action := k.get("action")
			switch action {
			case "admin_login":
				classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
			case "admin_login_error":
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
			default:
				k.cloudAction(action, success)
			}
		},
	},
	{
		name: "cisco_duo_auth", has: []string{"txid", "event_type", "factor"}, vendor: "Cisco", product: "Duo", module: "cisco_duo", dataset: "cisco_duo.auth", table: `
timestamp  @time1
txid  event.id
user.name  user.name
user.key  user.id
email  user.email
access_device.ip  source.ip
access_device.hostname  source.domain
application.name  network.application:text
factor  cisco_duo.factor
reason  event.reason
result  @outcome
`, finish: func(k *keyed) {
			if strings.EqualFold(k.outcome, "success") {
				classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
			} else {
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
			}
		},
	},
}

// lastPass is the reporting API of LastPass Business.
var lastPass = []jsonProduct{
	{
		name: "lastpass", has: []string{"IP_Address", "Action", "Username"}, module: "lastpass", dataset: "lastpass.event_report", table: `
Username  user.email
IP_Address  source.ip
Data  event.reason
`, finish: func(k *keyed) {
			// The reports are in the time of the US East coast, whoever asks.
			setTime(k.ev, k.get("Time"), newYork)
			action := lower(k.get("Action"))
			switch {
			case action == "log in" || action == "login" || action == "logged in":
				classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
			case strings.Contains(action, "failed"):
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
			case strings.HasPrefix(action, "log out") || action == "logout":
				classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
			default:
				k.cloudAction(action, success)
			}
		},
	},
}

// newYork is the zone of America/New_York, its winter time where the
// computer has no table of zones.
var newYork = func() *time.Location {
	if loc, err := time.LoadLocation("America/New_York"); err == nil {
		return loc
	}
	return zones["EST"]
}()

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
