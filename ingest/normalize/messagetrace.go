package normalize

import "time"

// messageTrace is what Exchange Online's message trace reports, a message and
// a recipient each
// (https://learn.microsoft.com/en-us/previous-versions/office/developer/o365-enterprise-developers/jj984335(v=office.15)).
var messageTrace = []jsonProduct{{
	name: "message_trace", has: []string{"MessageTraceId", "RecipientAddress"}, vendor: "Microsoft", product: "Exchange Online", kind: "email-gateway", module: "microsoft_exchange_online_message_trace", dataset: "microsoft_exchange_online_message_trace.log", table: `
MessageTraceId  email.local_id
MessageId  email.message_id:bracketed
SenderAddress  email.from.address
RecipientAddress  email.to.address
Subject  email.subject
Size  email.size
FromIP  source.ip
ToIP  destination.ip
Organization  organization.name
`, finish: func(k *keyed) {
		setTime(k.ev, k.get("Received"), time.UTC) // which it is, without saying so
		action, outcome := "message-handled", ""
		switch k.get("Status") {
		case "Delivered":
			action, outcome = "message-sent", success
		case "Failed":
			action, outcome = "message-bounced", failure
		case "Pending":
			action, outcome = "message-deferred", failure
		case "Quarantined":
			action = "message-quarantined"
		case "FilteredAsSpam":
			action = "spam-detected"
		}
		classify(k.ev, "email", typeInfo, action, outcome)
	},
}}
