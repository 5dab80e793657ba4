package endpoint

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// carbonBlack is the alerts of VMware Carbon Black Cloud
// (https://developer.carbonblack.com/reference/carbon-black-cloud/).
var carbonBlack = []read.JSONProduct{{
	Name: "carbon_black", Has: []string{"device_name", "device_internal_ip", "reason"}, Vendor: "VMware", Product: "Carbon Black Cloud", Type: "endpoint", Module: "carbon_black_cloud", Dataset: "carbon_black_cloud.alert", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.OSType(k.Get("device_os"))
		k.Event.Set(event.EventKind, "alert")
		action := "threat-detected"
		if k.Get("policy_applied") == "APPLIED" || k.Get("sensor_action") == "DENY" || k.Get("sensor_action") == "TERMINATE" {
			action = "threat-blocked"
		}
		read.Classify(k.Event, "malware", read.TypeInfo, action, "")
	},
}}
