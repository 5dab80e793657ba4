package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// cortexXDR is alerts of Palo Alto Networks' Cortex XDR, as its API gives
// them: with the events that they are about inside, or in lists of one value
// per event (https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API).
var cortexXDR = []jsonProduct{{
	name: "cortex_xdr", has: []string{"detection_timestamp", "action_pretty", "alert_id"}, vendor: "Palo Alto Networks", product: "Cortex XDR", kind: "endpoint", module: "panw_cortex_xdr", dataset: "panw_cortex_xdr.alerts", table: `
detection_timestamp  @time1
alert_id  event.id
name  rule.name
description  event.reason
source  event.provider
host_name  host.name:host
host_ip  host.ip
mac,mac_address  host.mac
endpoint_id  host.id
` + cortexEvent, finish: func(k *keyed) {
		if action := k.get("action"); action != "" && k.ev.Get(event.EventAction) == action {
			k.ev.Delete(event.EventAction)
		}
		k.severityWord(k.get("severity"))
		k.osType(k.first("agent_os_type", "endpoint_os"))
		k.objects("events", func(o *event.Event) {
			for _, p := range o.Extras() {
				if b := cortexEventKeys[p.Name]; b != nil && p.Value != "null" && !k.bound(b) {
					k.put(p.Value, b)
				}
			}
		})
		for _, mitre := range cortexMITRE {
			for text := range event.Values(k.get(mitre.name)) { // TA0002 - Execution
				if id, name, ok := strings.Cut(text, " - "); ok {
					k.addTo(mitre.id, id)
					k.addTo(mitre.label, name)
				}
			}
		}
		category, action, outcome := "intrusion_detection", "threat-detected", ""
		if strings.EqualFold(k.get("category"), "Malware") {
			category = "malware"
		}
		if word := lower(k.get("action")); strings.Contains(word, "block") || strings.Contains(word, "prevent") || strings.Contains(word, "quarantin") {
			action, outcome = "threat-blocked", failure
		}
		k.alert(category, typeInfo, action, outcome)
	},
}}

// cortexEvent is what an alert and its events both name.
const cortexEvent = `
user_name  user.name:account
actor_process_image_name  process.name
actor_process_image_path  process.executable
actor_process_command_line  process.command_line
actor_process_image_sha256  process.hash.sha256:lower
actor_process_image_md5  process.hash.md5:lower
actor_process_os_pid  process.pid
causality_actor_process_image_name  process.parent.name
causality_actor_process_image_path  process.parent.executable
causality_actor_process_command_line  process.parent.command_line
action_file_path  file.path
action_file_name  file.name
action_file_sha256  file.hash.sha256:lower
action_file_md5  file.hash.md5:lower
action_local_ip  source.ip
action_local_port  source.port
action_remote_ip  destination.ip
action_remote_port  destination.port
action_external_hostname,dst_action_external_hostname  destination.domain
dns_query_name  dns.question.name
`

var cortexEventKeys = bindings(cortexEvent)

var cortexMITRE = [...]struct {
	name      string
	id, label *binding
}{
	{"mitre_tactic_id_and_name", target("threat.tactic.id"), target("threat.tactic.name")},
	{"mitre_technique_id_and_name", target("threat.technique.id"), target("threat.technique.name")},
}
