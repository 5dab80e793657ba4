package identity

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// beyondInsight is the user audits of BeyondTrust's BeyondInsight and Password
// Safe (https://docs.beyondtrust.com/bips/docs/api).
var beyondInsight = []read.JSONProduct{{
	Name: "beyondinsight", Has: []string{"AuditID", "ActionType", "Section"}, Vendor: "BeyondTrust", Product: "BeyondInsight", Module: "beyondinsight_password_safe", Dataset: "beyondinsight_password_safe.useraudit", Table: `
CreateDate  @time1
AuditID  event.id
UserID  user.id
UserName  user.name:account
IPAddress  source.ip
Section  event.provider
`, Finish: func(k *read.Keyed) {
		action := read.Lower(k.Get("ActionType"))
		outcome := read.Success
		if strings.Contains(action, "fail") || strings.Contains(action, "denied") {
			outcome = read.Failure
		}
		// The section says what the verb was applied to.
		section := read.Lower(k.Get("Section"))
		if (action == "add" || action == "edit" || action == "update" || action == "delete") && (strings.HasPrefix(section, "user") || strings.HasPrefix(section, "role") || strings.Contains(section, "account")) {
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+read.TypeOfVerb(action), section+"-"+action, outcome)
			return
		}
		k.CloudAction(strings.ReplaceAll(action, " ", "-"), outcome)
	},
}}
