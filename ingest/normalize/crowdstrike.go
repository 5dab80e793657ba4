package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// crowdStrike is CrowdStrike Falcon's event streams, as its SIEM connector
// writes them (https://www.crowdstrike.com/resources/data-sheets/falcon-siem-connector/).
var crowdStrike = []jsonProduct{{
	name: "crowdstrike", has: []string{"metadata.eventType", "metadata.customerIDString"}, vendor: "CrowdStrike", product: "Falcon", module: "crowdstrike", dataset: "crowdstrike.falcon", table: `
metadata.eventCreationTime  @time1
event.UTCTimestamp,event.ProcessStartTime  event.start
event.ComputerName,event.Hostname,event.HostnameField  host.name:host
event.LocalIP  host.ip:anyip
event.LocalAddress  source.ip
event.RemoteAddress  destination.ip
event.LocalPort  source.port
event.RemotePort  destination.port
event.MACAddress  host.mac
event.UserName,event.UserId  user.name:user
event.UserIp,event.UserIP  source.ip
event.MachineDomain  user.domain
event.FileName  process.name
event.FilePath  process.executable
event.CommandLine  process.command_line
event.ProcessId  process.pid
event.ParentCommandLine  process.parent.command_line
event.ParentImageFileName  process.parent.executable
event.SHA256String  process.hash.sha256
event.MD5String  process.hash.md5
event.SHA1String  process.hash.sha1
event.DetectName,event.Name,event.RuleName  rule.name
event.DetectDescription,event.Description  event.reason
event.SeverityName  log.level
event.Tactic  threat.tactic.name
event.Technique  threat.technique.name
event.FalconHostLink  event.url
event.DetectId,event.CompositeId  event.id
event.OperationName  @action
event.ServiceName  service.name
`, finish: crowdStrikeEvent,
}}

func crowdStrikeEvent(k *keyed) {
	ev := k.ev
	outcome := ""
	switch k.get("event.Success") {
	case "true":
		outcome = success
	case "false":
		outcome = failure
	}
	switch k.get("metadata.eventType") {
	case "DetectionSummaryEvent", "EppDetectionSummaryEvent", "IncidentSummaryEvent", "IdpDetectionSummaryEvent", "MobileDetectionSummaryEvent":
		ev.Set(event.EventKind, "alert")
		action := "malware-detected"
		if strings.Contains(lower(k.get("event.PatternDispositionDescription")), "prevent") {
			action = "malware-blocked"
		}
		classify(ev, "malware", typeInfo, action, "")
	case "FirewallMatchEvent":
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	case "RemoteResponseSessionStartEvent", "RemoteResponseSessionEndEvent":
		classify(ev, catSession, typeInfo, k.get("metadata.eventType"), success)
	default:
		k.cloudAction(cmp.Or(k.get("event.OperationName"), k.get("metadata.eventType")), outcome)
	}
}
