package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// sophosCentral is the SIEM API of Sophos Central: events and alerts.
var sophosCentral = []read.JSONProduct{
	{
		Name: "sophos_central", Has: []string{"customer_id", "when", "severity"}, Module: "sophos_central", Dataset: "sophos_central.event", Table: `
when  @time1
id  event.id
type  event.code
source  user.name
user_id  user.id
source_info.ip,data.source_info.ip  source.ip
ips_threat_data.remoteIp,data.ips_threat.remote_ip  destination.ip
ips_threat_data.remotePort,data.ips_threat.remote_port  destination.port
ips_threat_data.localPort,data.ips_threat.local_port  source.port
ips_threat_data.executablePath,data.ips_threat.executable_path  process.executable
ips_threat_data.executablePid  process.pid
amsi_threat_data.processName,data.hmpa_exploit.process_name  process.name
data.hmpa_exploit.process_pid  process.pid
amsi_threat_data.parentProcessPath  process.parent.executable
amsi_threat_data.processPath  process.working_directory
appSha256  process.hash.sha256
threat  threat.feed.name threat.name
endpoint_id  host.id
name,description  event.reason
location  host.name
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			category := read.CategoryHost
			switch typ := k.Get("type"); {
			case strings.Contains(typ, "Threat") || strings.Contains(typ, "Malware") || strings.Contains(typ, "Exploit") || strings.Contains(typ, "Virus"):
				category = "malware"
			case strings.Contains(typ, "Web"):
				category = "web"
			case strings.Contains(typ, "Firewall") || strings.Contains(typ, "Ips"):
				category = "intrusion_detection"
			}
			read.Classify(k.Event, category, read.TypeInfo, k.Get("type"), "")
		},
	},
}
