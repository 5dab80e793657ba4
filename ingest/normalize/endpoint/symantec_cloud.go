package endpoint

import (
	"cmp"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// symantecCloud is the events of Symantec Endpoint Security (the cloud
// service), in the schema of Integrated Cyber Defense
// (https://icd-schema.symantec.com/).
var symantecCloud = []read.JSONProduct{{
	Name: "symantec_cloud", Has: []string{"device_uid", "type_id", "severity_id"}, Vendor: "Symantec", Product: "Endpoint Security", Module: "symantec_endpoint_security", Dataset: "symantec_endpoint_security.event", Table: `
device_time  @time2
time,log_time  @time1
uuid  event.id
type_id  event.code
severity_id  event.severity
device_uid  host.id
device_name  host.name:host
device_ip  host.ip
device_mac  host.mac
device_domain  host.domain
device_os_name  host.os.name
user_name  user.name:user
user.name  user.name:user
feature_name  event.provider
product_ver  observer.version
policy.name  rule.name
policy.rule_name  rule.name
threat.name  rule.name
file.path  file.path
file.name  file.name
file.sha2  file.hash.sha256:lower
file.md5  file.hash.md5:lower
file.size  file.size
process.cmd_line  process.command_line
process.file.path  process.executable
process.file.sha2  process.hash.sha256:lower
actor.pid  process.pid
actor.cmd_line  process.command_line
actor.file.path  process.executable
actor.file.sha2  process.hash.sha256:lower
actor.user.name  user.name:user
connection.src_ip  source.ip
connection.src_port  source.port
connection.dst_ip  destination.ip
connection.dst_port  destination.port
connection.dst_name  destination.domain
connection.protocol_id  network.transport
connection.url.text  url.original
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		ev.Set(event.EventReason, k.Get("message"))
		if !ev.Has(event.SourceIP) {
			read.SetSource(ev, k.Get("device_public_ip"))
		}
		id := k.Get("id")
		typ := k.Get("type_id")
		done, outcome := "detected", ""
		if id == "1" || id == "11" {
			done, outcome = "blocked", read.Success
		}
		switch typ {
		case "20": // user session audit
			switch id {
			case "1":
				k.LoggedOn(cmp.Or(read.OutcomeOf(k.Get("status")), sesStatus(k.Get("status_id"))))
			default:
				read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, sesStatus(k.Get("status_id")))
			}
		case "21":
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, sesStatus(k.Get("status_id")))
		case "8001":
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, "")
		case "8003":
			read.Classify(ev, read.CategoryFile, read.TypeChange, "file-changed", "")
		case "8005", "8006":
			read.Classify(ev, read.CategoryRegistry, read.TypeChange, "registry-changed", "")
		case "8007":
			if id == "2" {
				read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
			} else {
				read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
			}
		case "8031":
			k.Alert("malware", read.TypeInfo, "malware-"+done, outcome)
		case "8040":
			k.Alert("intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-"+done, outcome)
		case "8025", "8027", "8032", "8033", "8038":
			k.Alert("intrusion_detection", read.TypeInfo, "threat-"+done, outcome)
		default:
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "event-"+typ, "")
		}
	},
}}

// sesStatus returns the outcome for Symantec's status_id.
func sesStatus(id string) string {
	switch id {
	case "1":
		return read.Success
	case "2":
		return read.Failure
	}
	return ""
}
