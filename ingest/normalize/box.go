package normalize

import "porchlight/ingest/event"

// box is the event stream of Box, Shield alerts among it
// (https://developer.box.com/guides/events/enterprise-events/).
var box = []jsonProduct{
	{
		name: "box", has: []string{"created_by.id", "event_id", "event_type"}, module: "box_events", dataset: "box_events.events", table: `
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
`, finish: func(k *keyed) {
			if typ := k.get("source.type"); typ != "user" { // whom it is about then
				setNamed(k.ev, "file.type", typ)
				setNamed(k.ev, "file.name", k.get("source.name"))
			} else if k.get("source.id") != k.get("created_by.id") {
				k.put(k.get("source.id"), targetUserID)
				k.put(k.get("source.login"), targetEmail)
			}
			k.cloudAction(lower(k.get("event_type")), success)
			if k.get("event_type") == "SHIELD_ALERT" {
				k.ev.Set(event.EventKind, "alert")
				classify(k.ev, "threat", "indicator", "threat-detected", "")
			}
		},
	},
}
