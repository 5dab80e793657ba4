package normalize

import "porchlight/ingest/event"

// bitwarden is the event log, and groups and policies, of the password
// manager's organizations (https://bitwarden.com/help/event-logs/).
var bitwarden = []jsonProduct{
	{
		name: "bitwarden", has: []string{"actingUserId", "object", "type"}, vendor: "Bitwarden", product: "Bitwarden", module: "bitwarden", dataset: "bitwarden.event", table: `
date  @time1
actingUserId  source.user.id
memberId  user.id
groupId  group.id
policyId  bitwarden.policy_id
ipAddress  source.ip
type  event.code
`, finish: func(k *keyed) { bitwardenEvent(k) },
	},
	{
		name: "bitwarden_group", has: []string{"accessAll", "object"}, vendor: "Bitwarden", product: "Bitwarden", module: "bitwarden", dataset: "bitwarden.group", table: `
id  group.id
name  group.name
`, finish: func(k *keyed) { classify(k.ev, catIAM, typeGroup+event.Separator+typeInfo, "", "") },
	},
}

// bitwardenEvent classifies by the number of the event (EventType).
func bitwardenEvent(k *keyed) {
	ev := k.ev
	switch k.get("type") {
	case "1000":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "1005", "1006":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case "1001", "1008":
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	case "1002", "1003", "1004":
		classify(ev, catIAM, userChanged, actionUserChanged, success)
	case "1007":
		classify(ev, catFile, "access", "vault-exported", success)
	case "1500", "1501":
		classify(ev, catIAM, userCreated, actionUserCreated, success)
	case "1503":
		classify(ev, catIAM, userDeleted, actionUserDeleted, success)
	case "1400":
		classify(ev, catIAM, groupCreated, actionGroupCreated, success)
	case "1401":
		classify(ev, catIAM, groupChanged, actionGroupChanged, success)
	case "1402":
		classify(ev, catIAM, groupDeleted, actionGroupDeleted, success)
	case "1700":
		classify(ev, catConfiguration, typeChange, "policy-changed", success)
	default:
		classify(ev, catFile, "access", "", success)
	}
}
