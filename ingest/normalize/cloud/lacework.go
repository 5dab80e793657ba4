package cloud

import "porchlight/ingest/normalize/read"

// lacework is the alerts of Lacework FortiCNAPP
// (https://docs.lacework.net/api/v2/docs/#tag/Alerts).
var lacework = []read.JSONProduct{{
	Name: "lacework", Has: []string{"alertInfo.subject", "alertId", "alertType"}, Vendor: "Lacework", Product: "FortiCNAPP", Module: "lacework", Dataset: "lacework.alert", Table: `
startTime  @time1 event.start
endTime  event.end
alertId  event.id
alertName  rule.name
alertType  event.code
policyId  rule.id
alertInfo.description  event.reason
derivedFields.category  rule.category
derivedFields.source  event.provider
`, Finish: func(k *read.Keyed) {
		k.SeverityWord(k.Get("severity"))
		k.SpanDuration()
		switch k.Get("derivedFields.category") {
		case "Policy":
			k.Alert(read.CategoryConfiguration, read.TypeInfo, "policy-violated", "")
		default:
			k.Alert("threat", "indicator", "threat-detected", "")
		}
	},
}}
