package normalize

import "strings"

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
