package normalize

import "porchlight/ingest/event"

// zendesk is the audit logs of Zendesk
// (https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/).
var zendesk = []jsonProduct{{
	name: "zendesk", has: []string{"action_label", "source_type", "actor_id"}, vendor: "Zendesk", product: "Zendesk", module: "zendesk", dataset: "zendesk.audit", table: `
created_at  @time1
id  event.id
actor_id  user.id
actor_name  user.full_name
ip_address  source.ip
change_description  event.reason
source_label  zendesk.source
`, finish: func(k *keyed) {
		action, source := k.get("action"), k.get("source_type")
		switch {
		case action == "login":
			k.loggedOn(success)
		case source == "user" || source == "user_setting" || source == "role" || source == "api_token":
			if source == "user" {
				k.put(k.get("source_id"), targetUserID)
			}
			typ := typeOfVerb(action)
			if action == "exported" {
				typ = typeInfo
			}
			classify(k.ev, catIAM, typeUser+event.Separator+typ, source+"-"+action, success)
		default:
			classify(k.ev, catConfiguration, typeOfVerb(action), source+"-"+action, success)
		}
	},
}}
