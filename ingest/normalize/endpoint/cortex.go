package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// cortexXDR is alerts of Palo Alto Networks' Cortex XDR, as its API returns
// them: with the events they are about nested, or as lists of one value per
// event (https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API).
var cortexXDR = []read.JSONProduct{{
	Name: "cortex_xdr", Has: []string{"detection_timestamp", "action_pretty", "alert_id"}, Vendor: "Palo Alto Networks", Product: "Cortex XDR", Type: "endpoint", Module: "panw_cortex_xdr", Dataset: "panw_cortex_xdr.alerts", Table: `
detection_timestamp  @time1
alert_id  event.id
name  rule.name
description  event.reason
source  event.provider
host_name  host.name:host
host_ip  host.ip
mac,mac_address  host.mac
endpoint_id  host.id
` + cortexEvent, Finish: func(k *read.Keyed) {
		if action := k.Get("action"); action != "" && k.Event.Get(event.EventAction) == action {
			k.Event.Delete(event.EventAction)
		}
		k.SeverityWord(k.Get("severity"))
		k.OSType(k.First("agent_os_type", "endpoint_os"))
		k.Objects("events", func(o *event.Event) {
			for _, p := range o.Extras() {
				if b := cortexEventKeys[p.Name]; b != nil && p.Value != "null" && !k.Bound(b) {
					k.Put(p.Value, b)
				}
			}
		})
		for _, mitre := range cortexMITRE {
			for text := range event.Values(k.Get(mitre.name)) { // TA0002 - Execution
				if id, name, ok := strings.Cut(text, " - "); ok {
					k.AddTo(mitre.id, id)
					k.AddTo(mitre.label, name)
				}
			}
		}
		category, action, outcome := "intrusion_detection", "threat-detected", ""
		if strings.EqualFold(k.Get("category"), "Malware") {
			category = "malware"
		}
		if word := read.Lower(k.Get("action")); strings.Contains(word, "block") || strings.Contains(word, "prevent") || strings.Contains(word, "quarantin") {
			action, outcome = "threat-blocked", read.Failure
		}
		k.Alert(category, read.TypeInfo, action, outcome)
	},
}}

// cortexEvent is what an alert and its events have in common.
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

var cortexEventKeys = read.NewBindings(cortexEvent)

var cortexMITRE = [...]struct {
	name      string
	id, label *read.Binding
}{
	{"mitre_tactic_id_and_name", read.NewBinding("threat.tactic.id"), read.NewBinding("threat.tactic.name")},
	{"mitre_technique_id_and_name", read.NewBinding("threat.technique.id"), read.NewBinding("threat.technique.name")},
}
