package cloud

import "porchlight/ingest/normalize/read"

// actionTrail is the events of Alibaba Cloud's ActionTrail
// (https://www.alibabacloud.com/help/en/actiontrail/user-guide/actiontrail-event-overview).
var actionTrail = []read.JSONProduct{{
	Name: "actiontrail", Has: []string{"acsRegion", "eventName", "userIdentity.type"}, Vendor: "Alibaba", Product: "ActionTrail", Module: "alibaba_cloud", Dataset: "alibaba_cloud.actiontrail", Table: `
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
`, Finish: func(k *read.Keyed) {
		outcome := read.Success
		if k.Get("errorCode") != "" {
			outcome = read.Failure
		}
		if action := k.Get("eventName"); action == "ConsoleSignin" {
			k.LoggedOn(outcome)
		} else {
			k.CloudAction(action, outcome)
		}
	},
}}
