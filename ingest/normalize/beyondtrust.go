package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// beyondInsight is the user audits of BeyondTrust's BeyondInsight and Password
// Safe (https://docs.beyondtrust.com/bips/docs/api).
var beyondInsight = []jsonProduct{{
	name: "beyondinsight", has: []string{"AuditID", "ActionType", "Section"}, vendor: "BeyondTrust", product: "BeyondInsight", module: "beyondinsight_password_safe", dataset: "beyondinsight_password_safe.useraudit", table: `
CreateDate  @time1
AuditID  event.id
UserID  user.id
UserName  user.name:account
IPAddress  source.ip
Section  event.provider
`, finish: func(k *keyed) {
		action := lower(k.get("ActionType"))
		outcome := success
		if strings.Contains(action, "fail") || strings.Contains(action, "denied") {
			outcome = failure
		}
		// The section tells what the verb was done to.
		section := lower(k.get("Section"))
		if (action == "add" || action == "edit" || action == "update" || action == "delete") && (strings.HasPrefix(section, "user") || strings.HasPrefix(section, "role") || strings.Contains(section, "account")) {
			classify(k.ev, catIAM, typeUser+event.Separator+typeOfVerb(action), section+"-"+action, outcome)
			return
		}
		k.cloudAction(strings.ReplaceAll(action, " ", "-"), outcome)
	},
}}
