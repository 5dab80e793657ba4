package normalize

// actionTrail is the events of Alibaba Cloud's ActionTrail
// (https://www.alibabacloud.com/help/en/actiontrail/user-guide/actiontrail-event-overview).
var actionTrail = []jsonProduct{{
	name: "actiontrail", has: []string{"acsRegion", "eventName", "userIdentity.type"}, vendor: "Alibaba", product: "ActionTrail", module: "alibaba_cloud", dataset: "alibaba_cloud.actiontrail", table: `
*  cloud.provider:=alibaba
eventTime  @time1
eventId  event.id
serviceName  event.provider
acsRegion  cloud.region
userIdentity.accountId,recipientAccountId  cloud.account.id
userIdentity.principalId  user.id
userIdentity.userName  user.name:account
sourceIpAddress  source.ip
userAgent  user_agent.original
requestId  http.request.id
errorCode  error.code
errorMessage  event.reason
requestParameters.UserName  user.target.name
`, finish: func(k *keyed) {
		outcome := success
		if k.get("errorCode") != "" {
			outcome = failure
		}
		if action := k.get("eventName"); action == "ConsoleSignin" {
			k.loggedOn(outcome)
		} else {
			k.cloudAction(action, outcome)
		}
	},
}}
