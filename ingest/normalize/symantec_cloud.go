package normalize

import (
	"cmp"

	"porchlight/ingest/event"
)

// symantecCloud is the events of Symantec Endpoint Security (the cloud
// service), in the schema of Integrated Cyber Defense
// (https://icd-schema.symantec.com/).
var symantecCloud = []jsonProduct{{
	name: "symantec_cloud", has: []string{"device_uid", "type_id", "severity_id"}, vendor: "Symantec", product: "Endpoint Security", module: "symantec_endpoint_security", dataset: "symantec_endpoint_security.event", table: `
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
`, finish: func(k *keyed) {
		ev := k.ev
		ev.Set(event.EventReason, k.get("message"))
		if !ev.Has(event.SourceIP) {
			setSource(ev, k.get("device_public_ip"))
		}
		id := k.get("id")
		typ := k.get("type_id")
		done, outcome := "detected", ""
		if id == "1" || id == "11" {
			done, outcome = "blocked", success
		}
		switch typ {
		case "20": // user session audit
			switch id {
			case "1":
				k.loggedOn(cmp.Or(outcomeOf(k.get("status")), sesStatus(k.get("status_id"))))
			default:
				classify(ev, catAuthentication, typeEnd, actionLogoff, sesStatus(k.get("status_id")))
			}
		case "21":
			classify(ev, catConfiguration, typeChange, actionConfigChanged, sesStatus(k.get("status_id")))
		case "8001":
			classify(ev, catProcess, typeStart, actionProcessStarted, "")
		case "8003":
			classify(ev, catFile, typeChange, "file-changed", "")
		case "8005", "8006":
			classify(ev, catRegistry, typeChange, "registry-changed", "")
		case "8007":
			if id == "2" {
				classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
			} else {
				classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
			}
		case "8031":
			k.alert("malware", typeInfo, "malware-"+done, outcome)
		case "8040":
			k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-"+done, outcome)
		case "8025", "8027", "8032", "8033", "8038":
			k.alert("intrusion_detection", typeInfo, "threat-"+done, outcome)
		default:
			classify(ev, catHost, typeInfo, "event-"+typ, "")
		}
	},
}}

// sesStatus is how it ended by Symantec's status_id.
func sesStatus(id string) string {
	switch id {
	case "1":
		return success
	case "2":
		return failure
	}
	return ""
}
