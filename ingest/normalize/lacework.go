package normalize

// lacework is the alerts of Lacework FortiCNAPP
// (https://docs.lacework.net/api/v2/docs/#tag/Alerts).
var lacework = []jsonProduct{{
	name: "lacework", has: []string{"alertInfo.subject", "alertId", "alertType"}, vendor: "Lacework", product: "FortiCNAPP", module: "lacework", dataset: "lacework.alert", table: `
startTime  @time1 event.start
endTime  event.end
alertId  event.id
alertName  rule.name
alertType  event.code
policyId  rule.id
alertInfo.description  event.reason
derivedFields.category  rule.category
derivedFields.source  event.provider
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		k.spanDuration()
		switch k.get("derivedFields.category") {
		case "Policy":
			k.alert(catConfiguration, typeInfo, "policy-violated", "")
		default:
			k.alert("threat", "indicator", "threat-detected", "")
		}
	},
}}
