package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// bitdefender is the event push of Bitdefender GravityZone
// (https://www.bitdefender.com/business/support/en/77209-135318-event-types.html).
var bitdefender = []read.JSONProduct{
	{
		Name: "bitdefender", Has: []string{"companyId", "module"}, Vendor: "Bitdefender", Product: "GravityZone", Module: "bitdefender", Dataset: "bitdefender.push_notifications", Table: `
timestamp,lastUpdate,detectionTime,lastBlocked,last_blocked,created  @time1
computer_name,computerName  host.name:host
computer_fqdn  host.hostname:text
computer_ip,computerIp  host.ip destination.ip
endpointId,computer_id  host.id
user.name,username,detection_username,user.userName  user.name:account
user.sid,user.userSid  user.id
userId  user.id
malware_name,detection_name,detection_threatName,exploit_type  threat.software.name
file_path,filePaths  file.path:multipath
fileSizes  file.size:text
hash,file_hash_sha256  file.hash.sha256:lower
file_hash_md5  file.hash.md5:lower
process_path,detection_path,exploit_path  process.executable
process_pid,detection_pid  process.pid
process_command_line,detection_commandLine  process.command_line
parent_process_path,detection_parentPath  process.parent.executable
parent_process_pid,detection_parentPid  process.parent.pid
source_ip,attack_source,attacker  source.ip
victim_ip  destination.nat.ip
local_port  destination.port
url  url.original
sender  email.sender.address
recipients  email.to.address
subject  email.subject
attack_types,detection_attackTechnique  threat.technique.name
att_ck_id  threat.technique.id
`, Finish: func(k *read.Keyed) {
			ev := k.Event
			switch module := k.Get("module"); module {
			case "av", "avc", "hd", "exchange-malware", "ransomware-mitigation", "network-sandboxing", "antiexploit":
				ev.Set(event.EventKind, "alert")
				read.Classify(ev, "malware", read.TypeInfo, "malware-detected", "")
			case "aph", "uc", "fw", "dp", "network-monitor":
				ev.Set(event.EventKind, "alert")
				read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
				if strings.HasPrefix(k.First("status", "final_status"), "block") || strings.HasSuffix(k.First("status"), "blocked") {
					read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeDenied, "threat-blocked", read.Failure)
				}
			case "new-incident":
				ev.Set(event.EventKind, "alert")
				read.Classify(ev, "threat", "indicator", module, "")
			default:
				read.Classify(ev, read.CategoryHost, read.TypeInfo, module, "")
			}
		},
	},
}
