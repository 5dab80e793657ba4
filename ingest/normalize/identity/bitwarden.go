package identity

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// bitwarden is the event log, and groups and policies, of the password
// manager's organizations (https://bitwarden.com/help/event-logs/).
var bitwarden = []read.JSONProduct{
	{
		Name: "bitwarden", Has: []string{"actingUserId", "object", "type"}, Vendor: "Bitwarden", Product: "Bitwarden", Module: "bitwarden", Dataset: "bitwarden.event", Table: `
date  @time1
actingUserId  source.user.id
memberId  user.id
groupId  group.id
policyId  bitwarden.policy_id
ipAddress  source.ip
type  event.code
`, Finish: func(k *read.Keyed) { bitwardenEvent(k) },
	},
	{
		Name: "bitwarden_group", Has: []string{"accessAll", "object"}, Vendor: "Bitwarden", Product: "Bitwarden", Module: "bitwarden", Dataset: "bitwarden.group", Table: `
id  group.id
name  group.name
`, Finish: func(k *read.Keyed) {
			read.Classify(k.Event, read.CategoryIAM, read.TypeGroup+event.Separator+read.TypeInfo, "", "")
		},
	},
}

// bitwardenEvent classifies by the number of the event (EventType).
func bitwardenEvent(k *read.Keyed) {
	ev := k.Event
	switch k.Get("type") {
	case "1000":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "1005", "1006":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case "1001", "1008":
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case "1002", "1003", "1004":
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionUserChanged, read.Success)
	case "1007":
		read.Classify(ev, read.CategoryFile, "access", "vault-exported", read.Success)
	case "1500", "1501":
		read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, read.Success)
	case "1503":
		read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, read.Success)
	case "1400":
		read.Classify(ev, read.CategoryIAM, read.TypeGroupCreated, read.ActionGroupCreated, read.Success)
	case "1401":
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupChanged, read.Success)
	case "1402":
		read.Classify(ev, read.CategoryIAM, read.TypeGroupDeleted, read.ActionGroupDeleted, read.Success)
	case "1700":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, "policy-changed", read.Success)
	default:
		read.Classify(ev, read.CategoryFile, "access", "", read.Success)
	}
}
