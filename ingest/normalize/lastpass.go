package normalize

import (
	"strings"
	"time"
)

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
	return time.FixedZone("EST", -5*3600)
}()
