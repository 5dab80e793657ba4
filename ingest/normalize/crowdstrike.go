package normalize

import (
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
		k.cloudAction(orElse(k.get("event.OperationName"), k.get("metadata.eventType")), outcome)
	}
}

// netskope is Netskope's alerts and events
// (https://docs.netskope.com/en/rest-api-v2-overview/).
var netskope = []jsonProduct{{
	name: "netskope", has: []string{"ccl", "organization_unit"}, vendor: "Netskope", product: "Security Cloud", module: "netskope", dataset: "netskope.events", table: netskopeTable, finish: netskopeEvent,
}, {
	name: "netskope", has: []string{"traffic_type", "app", "access_method"}, vendor: "Netskope", product: "Security Cloud", module: "netskope", dataset: "netskope.events", table: netskopeTable, finish: netskopeEvent,
}}

const netskopeTable = `
timestamp  @time1
_id  event.id
user,userkey  user.email:email
srcip,userip  source.ip
src_port  source.port
dstip  destination.ip
dst_port  destination.port
url  url.original
domain  url.domain
hostname  host.name:host
object,file_name  file.name
md5  file.hash.md5
sha256  file.hash.sha256
file_size  file.size
policy,alert_name  rule.name
app  network.application:text
activity  @action
browser,user_agent  user_agent.original
numbytes  network.bytes
client_bytes  source.bytes
server_bytes  destination.bytes
src_country  source.geo.country_iso_code
dst_country  destination.geo.country_iso_code
`

func netskopeEvent(k *keyed) {
	ev := k.ev
	outcome := ""
	switch lower(k.get("action")) {
	case "block", "blocked":
		outcome = failure
	case "allow", "alert", "bypass":
		outcome = success
	}
	if k.get("alert") == "yes" || k.get("alert_type") != "" {
		ev.Set(event.EventKind, "alert")
	}
	action := orElse(lower(k.get("activity")), k.get("alert_type"))
	if strings.HasPrefix(action, "login") || strings.HasPrefix(action, "logout") {
		k.cloudAction(action, orElse(outcome, success))
		return
	}
	classify(ev, "web", "access", action, outcome)
}

// microsoftGraph is the alerts of Microsoft Graph's security API
// (https://learn.microsoft.com/graph/api/resources/security-alert).
var microsoftGraph = []jsonProduct{{
	name: "microsoft_graph_alert", has: []string{"providerAlertId", "severity", "id"}, module: "microsoft_graph", dataset: "microsoft_graph.alert", table: `
createdDateTime,eventDateTime  @time1
id  event.id
title  rule.name
detectorId  rule.id
description  event.reason
severity  log.level
alertWebUrl  event.url
actorDisplayName  user.name:text
tenantId  organization.id
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		classify(k.ev, "threat", "indicator", orElse(k.get("category"), "alert-raised"), "")
		k.objects("evidence", func(o *event.Event) {
			setNamed(k.ev, "host.name", lookup(o, "deviceDnsName"))
			setNamed(k.ev, "user.name", lookup(o, "userAccount.accountName"))
			if ip, _ := parseIP(lookup(o, "ipAddress")); ip != "" {
				setSource(k.ev, ip)
			}
			setNamed(k.ev, "file.name", lookup(o, "fileDetails.fileName"))
			setNamed(k.ev, "file.hash.sha256", lookup(o, "fileDetails.sha256"))
		})
	},
}}
