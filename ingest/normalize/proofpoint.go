package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// proofpoint is Proofpoint Targeted Attack Protection's SIEM API
// (https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/SIEM_API).
var proofpoint = []jsonProduct{{
	name: "proofpoint_message", has: []string{"threatsInfoMap", "senderIP"}, vendor: "Proofpoint", product: "TAP", kind: "email-gateway", module: "proofpoint_tap", dataset: "proofpoint_tap.message", table: `
messageTime  @time1
GUID  event.id
senderIP  source.ip
sender  email.sender.address
fromAddress  email.from.address:text
recipient  email.to.address:text
subject  email.subject
messageID  email.message_id
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		action, outcome := "message-delivered", success
		if strings.Contains(lower(k.get("quarantineFolder")), "quarantine") || k.get("quarantineRule") != "" {
			action, outcome = "message-blocked", failure
		}
		k.objects("threatsInfoMap", func(o *event.Event) { k.addTo(ruleName, cmp.Or(lookup(o, "classification"), lookup(o, "threatType"))) })
		classify(k.ev, "email"+event.Separator+"threat", typeInfo, action, outcome)
	},
}, {
	name: "proofpoint_click", has: []string{"threatURL", "clickTime"}, vendor: "Proofpoint", product: "TAP", kind: "email-gateway", module: "proofpoint_tap", dataset: "proofpoint_tap.click", table: `
clickTime  @time1
GUID,id  event.id
clickIP  source.ip
senderIP  email.sender_ip
sender  email.sender.address
recipient  email.to.address
url  url.original
userAgent  user_agent.original
classification  rule.name
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		classify(k.ev, "email"+event.Separator+"threat", typeInfo, "link-clicked", "")
	},
}}
