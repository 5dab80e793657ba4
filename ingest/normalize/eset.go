package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// eset is what ESET PROTECT (formerly ERA) sends to a syslog server as JSON
// (https://help.eset.com/protect_admin/latest/en-US/events-exported-to-json-format.html).
var eset = []jsonProduct{{
	name: "eset", has: []string{"source_uuid", "event_type", "occured"}, vendor: "ESET", product: "PROTECT", module: "eset", dataset: "eset.protect", table: `
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
`, finish: esetEvent,
}}

func esetEvent(k *keyed) {
	ev := k.ev
	outcome := ""
	switch lower(k.get("result")) {
	case "success", "succeeded":
		outcome = success
	case "failure", "failed", "error":
		outcome = failure
	}
	action := lower(strings.ReplaceAll(k.first("action", "action_taken"), " ", "-"))
	switch k.get("event_type") {
	case "Threat_Event":
		ev.Set(event.EventKind, "alert")
		classify(ev, "malware", typeInfo, "malware-detected", outcome)
	case "FirewallAggregated_Event":
		ev.Set(event.EventKind, "alert")
		typ := connInfo
		if strings.Contains(action, "block") || strings.Contains(action, "den") {
			typ, action, outcome = connDenied, actionConnectionDenied, failure
		}
		classify(ev, catNetwork, typ, action, outcome)
	case "HipsAggregated_Event", "EnterpriseInspectorAlert_Event", "BlockedFiles_Event", "FilteredWebsites_Event":
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection", typeInfo, cmp.Or(action, "alert-raised"), outcome)
	default: // Audit_Event
		if strings.Contains(action, "login") || strings.Contains(action, "logon") {
			k.cloudAction(action, outcome)
			return
		}
		classify(ev, catConfiguration, typeChange, cmp.Or(action, actionConfigChanged), outcome)
	}
}
