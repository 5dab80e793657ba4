package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// bitdefender is the event push of Bitdefender GravityZone
// (https://www.bitdefender.com/business/support/en/77209-135318-event-types.html).
var bitdefender = []jsonProduct{
	{
		name: "bitdefender", has: []string{"companyId", "module"}, vendor: "Bitdefender", product: "GravityZone", module: "bitdefender", dataset: "bitdefender.push_notifications", table: `
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
`, finish: func(k *keyed) {
			ev := k.ev
			switch module := k.get("module"); module {
			case "av", "avc", "hd", "exchange-malware", "ransomware-mitigation", "network-sandboxing", "antiexploit":
				ev.Set(event.EventKind, "alert")
				classify(ev, "malware", typeInfo, "malware-detected", "")
			case "aph", "uc", "fw", "dp", "network-monitor":
				ev.Set(event.EventKind, "alert")
				classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
				if strings.HasPrefix(k.first("status", "final_status"), "block") || strings.HasSuffix(k.first("status"), "blocked") {
					classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeDenied, "threat-blocked", failure)
				}
			case "new-incident":
				ev.Set(event.EventKind, "alert")
				classify(ev, "threat", "indicator", module, "")
			default:
				classify(ev, catHost, typeInfo, module, "")
			}
		},
	},
}
