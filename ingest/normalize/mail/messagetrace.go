package mail

import (
	"time"

	"porchlight/ingest/normalize/read"
)

// messageTrace is what Exchange Online's message trace reports, one row per
// message and recipient
// (https://learn.microsoft.com/en-us/previous-versions/office/developer/o365-enterprise-developers/jj984335(v=office.15)).
var messageTrace = []read.JSONProduct{{
	Name: "message_trace", Has: []string{"MessageTraceId", "RecipientAddress"}, Vendor: "Microsoft", Product: "Exchange Online", Type: "email-gateway", Module: "microsoft_exchange_online_message_trace", Dataset: "microsoft_exchange_online_message_trace.log", Table: `
MessageTraceId  email.local_id
MessageId  email.message_id:bracketed
SenderAddress  email.from.address
RecipientAddress  email.to.address
Subject  email.subject
Size  email.size
FromIP  source.ip
ToIP  destination.ip
Organization  organization.name
`, Finish: func(k *read.Keyed) {
		read.SetTime(k.Event, k.Get("Received"), time.UTC) // it is UTC without saying so
		action, outcome := "message-handled", ""
		switch k.Get("Status") {
		case "Delivered":
			action, outcome = "message-sent", read.Success
		case "Failed":
			action, outcome = "message-bounced", read.Failure
		case "Pending":
			action, outcome = "message-deferred", read.Failure
		case "Quarantined":
			action = "message-quarantined"
		case "FilteredAsSpam":
			action = "spam-detected"
		}
		read.Classify(k.Event, "email", read.TypeInfo, action, outcome)
	},
}}
