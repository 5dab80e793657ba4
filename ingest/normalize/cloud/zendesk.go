package cloud

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// zendesk is the audit logs of Zendesk
// (https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/).
var zendesk = []read.JSONProduct{{
	Name: "zendesk", Has: []string{"action_label", "source_type", "actor_id"}, Vendor: "Zendesk", Product: "Zendesk", Module: "zendesk", Dataset: "zendesk.audit", Table: `
created_at  @time1
id  event.id
actor_id  user.id
actor_name  user.full_name
ip_address  source.ip
change_description  event.reason
source_label  zendesk.source
`, Finish: func(k *read.Keyed) {
		action, source := k.Get("action"), k.Get("source_type")
		switch {
		case action == "login":
			k.LoggedOn(read.Success)
		case source == "user" || source == "user_setting" || source == "role" || source == "api_token":
			if source == "user" {
				k.Put(k.Get("source_id"), read.TargetUserID)
			}
			typ := read.TypeOfVerb(action)
			if action == "exported" {
				typ = read.TypeInfo
			}
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+typ, source+"-"+action, read.Success)
		default:
			read.Classify(k.Event, read.CategoryConfiguration, read.TypeOfVerb(action), source+"-"+action, read.Success)
		}
	},
}}
