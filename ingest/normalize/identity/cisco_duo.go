package identity

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// cisco is what Cisco's cloud services write as JSON: the logs of Duo's Admin
// API (https://duo.com/docs/adminapi#logs).
var cisco = []read.JSONProduct{
	{
		Name: "cisco_duo", Has: []string{"isotimestamp", "action", "timestamp"}, Vendor: "Cisco", Product: "Duo", Module: "cisco_duo", Dataset: "cisco_duo.admin", Table: `
timestamp  @time1
username  user.name:text
object  user.target.name:text
`, Finish: func(k *read.Keyed) {
			action := k.Get("action")
			switch action {
			case "admin_login":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			case "admin_login_error":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			default:
				k.CloudAction(action, read.Success)
			}
		},
	},
	{
		Name: "cisco_duo_auth", Has: []string{"txid", "event_type", "factor"}, Vendor: "Cisco", Product: "Duo", Module: "cisco_duo", Dataset: "cisco_duo.auth", Table: `
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
`, Finish: func(k *read.Keyed) {
			if strings.EqualFold(k.Outcome, "success") {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			} else {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			}
		},
	},
}
