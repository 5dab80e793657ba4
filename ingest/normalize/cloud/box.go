package cloud

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// box is the event stream of Box, including Shield alerts
// (https://developer.box.com/guides/events/enterprise-events/).
var box = []read.JSONProduct{
	{
		Name: "box", Has: []string{"created_by.id", "event_id", "event_type"}, Module: "box_events", Dataset: "box_events.events", Table: `
created_at  @time1
event_id  event.id
created_by.id  user.id
created_by.name  user.full_name
created_by.login  user.email:email
ip_address  source.ip client.ip
source.sequence_id  event.sequence
source.size  file.size
source.sha1,source.file_version.sha1  file.hash.sha1
source.created_at  file.ctime:time
source.content_created_at  file.created
source.content_modified_at  file.mtime
source.parent.name  file.directory
additional_details.shield_alert.rule_id  rule.id
additional_details.shield_alert.rule_name  rule.name
additional_details.shield_alert.rule_category  rule.category
additional_details.shield_alert.user.id  user.effective.id
additional_details.shield_alert.user.name  user.effective.name
additional_details.shield_alert.user.email  user.effective.email
additional_details.shield_alert.malware_info.first_seen  threat.indicator.first_seen
additional_details.shield_alert.malware_info.last_seen  threat.indicator.last_seen
additional_details.shield_alert.malware_info.detail_link  threat.indicator.reference
additional_details.shield_alert.malware_info.description  threat.indicator.description
additional_details.shield_alert.alert_summary.upload_activity.ip_info.ip  threat.indicator.ip
`, Finish: func(k *read.Keyed) {
			if typ := k.Get("source.type"); typ != "user" { // whom it is about then
				read.SetNamed(k.Event, "file.type", typ)
				read.SetNamed(k.Event, "file.name", k.Get("source.name"))
			} else if k.Get("source.id") != k.Get("created_by.id") {
				k.Put(k.Get("source.id"), read.TargetUserID)
				k.Put(k.Get("source.login"), read.TargetEmail)
			}
			k.CloudAction(read.Lower(k.Get("event_type")), read.Success)
			if k.Get("event_type") == "SHIELD_ALERT" {
				k.Event.Set(event.EventKind, "alert")
				read.Classify(k.Event, "threat", "indicator", "threat-detected", "")
			}
		},
	},
}
