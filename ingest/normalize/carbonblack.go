package normalize

import "porchlight/ingest/event"

// carbonBlack is the alerts of VMware Carbon Black Cloud
// (https://developer.carbonblack.com/reference/carbon-black-cloud/).
var carbonBlack = []jsonProduct{{
	name: "carbon_black", has: []string{"device_name", "device_internal_ip", "reason"}, vendor: "VMware", product: "Carbon Black Cloud", kind: "endpoint", module: "carbon_black_cloud", dataset: "carbon_black_cloud.alert", table: `
create_time,backend_timestamp  @time1
first_event_time  event.start
last_event_time  event.end
id  event.id
device_name  host.name:host
device_id  host.id
device_internal_ip  host.ip:anyip
device_external_ip  source.ip
device_username,process_username  user.name:user
severity  event.severity:number
reason  event.reason
alert_url  event.url
process_name  process.executable
process_guid  process.entity_id
process_cmdline  process.command_line
process_sha256,threat_cause_actor_sha256  process.hash.sha256
process_md5,threat_cause_actor_md5  process.hash.md5
parent_name  process.parent.executable
watchlist_name,report_name,threat_cause_threat_category  rule.name
policy_name  carbon_black.policy
ttps  threat.technique.name
netconn_remote_ip  destination.ip
netconn_remote_port  destination.port
`, finish: func(k *keyed) {
		k.osType(k.get("device_os"))
		k.ev.Set(event.EventKind, "alert")
		action := "threat-detected"
		if k.get("policy_applied") == "APPLIED" || k.get("sensor_action") == "DENY" || k.get("sensor_action") == "TERMINATE" {
			action = "threat-blocked"
		}
		classify(k.ev, "malware", typeInfo, action, "")
	},
}}
