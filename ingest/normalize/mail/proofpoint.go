package mail

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// proofpoint is Proofpoint Targeted Attack Protection's SIEM API
// (https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/SIEM_API).
var proofpoint = []read.JSONProduct{{
	Name: "proofpoint_message", Has: []string{"threatsInfoMap", "senderIP"}, Vendor: "Proofpoint", Product: "TAP", Type: "email-gateway", Module: "proofpoint_tap", Dataset: "proofpoint_tap.message", Table: `
messageTime  @time1
GUID  event.id
senderIP  source.ip
sender  email.sender.address
fromAddress  email.from.address:text
recipient  email.to.address:text
subject  email.subject
messageID  email.message_id
`, Finish: func(k *read.Keyed) {
		k.Event.Set(event.EventKind, "alert")
		action, outcome := "message-delivered", read.Success
		if strings.Contains(read.Lower(k.Get("quarantineFolder")), "quarantine") || k.Get("quarantineRule") != "" {
			action, outcome = "message-blocked", read.Failure
		}
		k.Objects("threatsInfoMap", func(o *event.Event) {
			k.AddTo(read.RuleName, cmp.Or(read.Lookup(o, "classification"), read.Lookup(o, "threatType")))
		})
		read.Classify(k.Event, "email"+event.Separator+"threat", read.TypeInfo, action, outcome)
	},
}, {
	Name: "proofpoint_click", Has: []string{"threatURL", "clickTime"}, Vendor: "Proofpoint", Product: "TAP", Type: "email-gateway", Module: "proofpoint_tap", Dataset: "proofpoint_tap.click", Table: `
clickTime  @time1
GUID,id  event.id
clickIP  source.ip
senderIP  email.sender_ip
sender  email.sender.address
recipient  email.to.address
url  url.original
userAgent  user_agent.original
classification  rule.name
`, Finish: func(k *read.Keyed) {
		k.Event.Set(event.EventKind, "alert")
		read.Classify(k.Event, "email"+event.Separator+"threat", read.TypeInfo, "link-clicked", "")
	},
}}
