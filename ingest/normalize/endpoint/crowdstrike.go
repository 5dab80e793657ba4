package endpoint

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// crowdStrike is CrowdStrike Falcon's event streams, as its SIEM connector
// writes them (https://www.crowdstrike.com/resources/data-sheets/falcon-siem-connector/).
var crowdStrike = []read.JSONProduct{{
	Name: "crowdstrike", Has: []string{"metadata.eventType", "metadata.customerIDString"}, Vendor: "CrowdStrike", Product: "Falcon", Module: "crowdstrike", Dataset: "crowdstrike.falcon", Table: `
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
`, Finish: crowdStrikeEvent,
}}

func crowdStrikeEvent(k *read.Keyed) {
	ev := k.Event
	outcome := ""
	switch k.Get("event.Success") {
	case "true":
		outcome = read.Success
	case "false":
		outcome = read.Failure
	}
	switch k.Get("metadata.eventType") {
	case "DetectionSummaryEvent", "EppDetectionSummaryEvent", "IncidentSummaryEvent", "IdpDetectionSummaryEvent", "MobileDetectionSummaryEvent":
		ev.Set(event.EventKind, "alert")
		action := "malware-detected"
		if strings.Contains(read.Lower(k.Get("event.PatternDispositionDescription")), "prevent") {
			action = "malware-blocked"
		}
		read.Classify(ev, "malware", read.TypeInfo, action, "")
	case "FirewallMatchEvent":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	case "RemoteResponseSessionStartEvent", "RemoteResponseSessionEndEvent":
		read.Classify(ev, read.CategorySession, read.TypeInfo, k.Get("metadata.eventType"), read.Success)
	default:
		k.CloudAction(cmp.Or(k.Get("event.OperationName"), k.Get("metadata.eventType")), outcome)
	}
}
