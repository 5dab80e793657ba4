package endpoint

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// eset is what ESET PROTECT (formerly ERA) sends to a syslog server as JSON
// (https://help.eset.com/protect_admin/latest/en-US/events-exported-to-json-format.html).
var eset = []read.JSONProduct{{
	Name: "eset", Has: []string{"source_uuid", "event_type", "occured"}, Vendor: "ESET", Product: "PROTECT", Module: "eset", Dataset: "eset.protect", Table: `
occured  @time1
ipv4,ipv6  host.ip:anyip
hostname  host.name:host
username,user  user.name:user
source_address,source_ip  source.ip
source_port  source.port
target_address,target_ip  destination.ip
target_port  destination.port
protocol  network.transport
processname  process.executable
rulename,rule_id  rule.name
threat_name  rule.name threat.indicator.name
hash  file.hash.sha1
object_uri  file.path:text
severity  log.level
action,action_taken  @action
result  @outcome
detail,event  event.reason
`, Finish: esetEvent,
}}

func esetEvent(k *read.Keyed) {
	ev := k.Event
	outcome := ""
	switch read.Lower(k.Get("result")) {
	case "success", "succeeded":
		outcome = read.Success
	case "failure", "failed", "error":
		outcome = read.Failure
	}
	action := read.Lower(strings.ReplaceAll(k.First("action", "action_taken"), " ", "-"))
	switch k.Get("event_type") {
	case "Threat_Event":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "malware", read.TypeInfo, "malware-detected", outcome)
	case "FirewallAggregated_Event":
		ev.Set(event.EventKind, "alert")
		typ := read.TypeConnectionInfo
		if strings.Contains(action, "block") || strings.Contains(action, "den") {
			typ, action, outcome = read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure
		}
		read.Classify(ev, read.CategoryNetwork, typ, action, outcome)
	case "HipsAggregated_Event", "EnterpriseInspectorAlert_Event", "BlockedFiles_Event", "FilteredWebsites_Event":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection", read.TypeInfo, cmp.Or(action, "alert-raised"), outcome)
	default: // Audit_Event
		if strings.Contains(action, "login") || strings.Contains(action, "logon") {
			k.CloudAction(action, outcome)
			return
		}
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, cmp.Or(action, read.ActionConfigChanged), outcome)
	}
}
