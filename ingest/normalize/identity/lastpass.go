package identity

import (
	"strings"
	"time"

	"porchlight/ingest/normalize/read"
)

// lastPass is the reporting API of LastPass Business.
var lastPass = []read.JSONProduct{
	{
		Name: "lastpass", Has: []string{"IP_Address", "Action", "Username"}, Module: "lastpass", Dataset: "lastpass.event_report", Table: `
Username  user.email
IP_Address  source.ip
Data  event.reason
`, Finish: func(k *read.Keyed) {
			// The reports are in US Eastern time, whoever asks.
			read.SetTime(k.Event, k.Get("Time"), newYork)
			action := read.Lower(k.Get("Action"))
			switch {
			case action == "log in" || action == "login" || action == "logged in":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			case strings.Contains(action, "failed"):
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			case strings.HasPrefix(action, "log out") || action == "logout":
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
			default:
				k.CloudAction(action, read.Success)
			}
		},
	},
}

// newYork is the zone America/New_York, or its standard time if the computer
// has no time zone database.
var newYork = func() *time.Location {
	if loc, err := time.LoadLocation("America/New_York"); err == nil {
		return loc
	}
	return time.FixedZone("EST", -5*3600)
}()
