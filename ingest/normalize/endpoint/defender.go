package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// defender is Microsoft Defender XDR: streamed advanced-hunting events
// (https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables),
// alerts and incidents of its APIs.
var defender = []read.JSONProduct{
	{Name: "defender_event", Has: []string{"properties.ReportId", "category"}, Module: "m365_defender", Dataset: "m365_defender.event", Table: defenderEventTable, Finish: defenderEvent},
	{Name: "defender_event_plain", Has: []string{"properties.Timestamp", "category"}, Module: "m365_defender", Dataset: "m365_defender.event", Table: defenderEventTable, Finish: defenderEvent},
	{Name: "defender_incident", Has: []string{"incidentWebUrl", "lastUpdateDateTime"}, Module: "m365_defender", Dataset: "m365_defender.incident", Table: defenderAlertTable, Finish: defenderAlert},
	{Name: "defender_alert", Has: []string{"alertWebUrl", "serviceSource"}, Module: "m365_defender", Dataset: "m365_defender.alert", Table: defenderAlertTable, Finish: defenderAlert},
	{Name: "defender_incident_alerts", Has: []string{"incidentId", "alerts.alertId"}, Module: "m365_defender", Dataset: "m365_defender.incident", Table: defenderAlertTable, Finish: defenderAlert},
	{Name: "defender_alert_nested", Has: []string{"alerts.alertWebUrl", "alerts.id"}, Module: "m365_defender", Dataset: "m365_defender.incident", Table: defenderAlertTable, Finish: defenderAlert},
	{Name: "defender_endpoint", Has: []string{"machineId", "computerDnsName", "alertCreationTime"}, Module: "microsoft_defender_endpoint", Dataset: "microsoft_defender_endpoint.log", Table: `
*  cloud.provider:=azure threat.framework:=MITRE\_ATT&CK
lastUpdateTime  @time1
alertCreationTime  event.created
firstEventTime  event.start
lastEventTime  event.end
id  event.id
incidentId  microsoft.incident_id
machineId  cloud.instance.id host.id
aadTenantId  cloud.account.id
computerDnsName  host.name:host
detectionSource  observer.name
category  threat.technique.name
title  rule.name
description  event.reason
relatedUser.userName,evidence.accountName  user.name
relatedUser.domainName,evidence.domainName  user.domain
evidence.userSid  user.id
evidence.fileName  file.name
evidence.filePath  file.path
evidence.sha1  file.hash.sha1
evidence.sha256  file.hash.sha256
evidence.processId  process.pid
evidence.processCommandLine  process.command_line
evidence.processCreationTime  process.start
evidence.parentProcessId  process.parent.pid
evidence.parentProcessCreationTime  process.parent.start
`, Finish: func(k *read.Keyed) {
		if name, path := k.Get("evidence.fileName"), k.Event.Get(event.FilePath); name != "" && path != "" {
			read.SetPath(k.Event, pathOf(path, name))
		}
		k.Event.Set(event.EventKind, "alert")
		k.SpanDuration()
		k.Event.Set(event.EventSeverity, defenderSeverity(k.Get("severity")))
		read.Classify(k.Event, "threat", "indicator", "threat-detected", "")
	}},
}

const defenderEventTable = `
properties.Timestamp  @time2
time  @time1
tenantId  organization.id
properties.ActionType  @action
properties.DeviceName  host.name:host
properties.DeviceId  host.id
properties.InitiatingProcessId  process.pid
properties.InitiatingProcessFileName  process.name
properties.InitiatingProcessFolderPath  process.executable
properties.InitiatingProcessCommandLine  process.command_line
properties.InitiatingProcessCreationTime  process.start
properties.InitiatingProcessMD5  process.hash.md5
properties.InitiatingProcessSHA1  process.hash.sha1
properties.InitiatingProcessSHA256  process.hash.sha256
properties.InitiatingProcessVersionInfoCompanyName  process.pe.company
properties.InitiatingProcessVersionInfoFileDescription  process.pe.description
properties.InitiatingProcessVersionInfoProductVersion  process.pe.file_version
properties.InitiatingProcessVersionInfoOriginalFileName  process.pe.original_file_name
properties.InitiatingProcessVersionInfoProductName  process.pe.product
properties.InitiatingProcessParentId  process.parent.pid
properties.InitiatingProcessParentFileName  process.parent.name
properties.InitiatingProcessParentCreationTime  process.parent.start
properties.InitiatingProcessAccountName  user.name
properties.InitiatingProcessAccountDomain  user.domain
properties.InitiatingProcessAccountSid  user.id
properties.AccountName  user.name
properties.AccountDomain  user.domain
properties.AccountSid  user.id
properties.AccountUpn,properties.InitiatingProcessAccountUpn  user.email
properties.LocalIP  source.ip
properties.LocalPort  source.port
properties.RemoteIP,properties.DestinationIPAddress  destination.ip
properties.RemotePort,properties.DestinationPort  destination.port
properties.RemoteUrl  url.original
properties.FileName  file.name
properties.FolderPath  file.path
properties.FileSize  file.size
properties.MD5  file.hash.md5
properties.SHA1  file.hash.sha1
properties.SHA256  file.hash.sha256
properties.RegistryKey  registry.key
properties.RegistryValueName  registry.value
properties.RegistryValueType  registry.data.type
properties.RegistryValueData  registry.data.strings
properties.IPAddress,properties.PublicIP  host.ip
properties.MacAddress  host.mac
properties.UserAgent  user_agent.original
properties.Application  network.application:text
properties.SenderFromAddress  email.from.address
properties.RecipientEmailAddress  email.to.address
properties.Subject  email.subject
properties.Title,properties.AlertTitle  rule.name
properties.Signer  file.code_signature.subject_name
properties.Issuer  file.x509.issuer.common_name
properties.CertificateSerialNumber  file.x509.serial_number
properties.CertificateExpirationTime  file.x509.not_after
properties.IsTrusted  file.code_signature.trusted
properties.IsSigned  file.code_signature.exists
properties.AdditionalFields.query  dns.question.name
properties.AdditionalFields.qtype_name  dns.question.type
properties.AdditionalFields.rcode_name  dns.response_code
`

func defenderEvent(k *read.Keyed) {
	ev := k.Event
	category := strings.TrimPrefix(k.Get("category"), "AdvancedHunting-")
	if p := k.Get("properties.Protocol"); p != "" && !read.SetTransport(ev, p) {
		ev.Set(event.NetworkProtocol, read.Lower(p))
	}
	if name := k.Get("properties.InitiatingProcessFileName"); name != "" {
		if path := ev.Get(event.ProcessExecutable); path != "" {
			ev.Set(event.ProcessExecutable, pathOf(path, name))
		}
		ev.Set(event.ProcessName, name)
	}
	if name, path := k.Get("properties.FileName"), k.Get("properties.FolderPath"); name != "" && path != "" {
		read.SetPath(ev, pathOf(path, name))
	}
	// Account is whom the event is about; InitiatingProcessAccount is who ran
	// the program that did it.
	if name := k.Get("properties.AccountName"); name != "" {
		ev.Set(event.UserName, name)
		ev.Set(event.UserDomain, k.Get("properties.AccountDomain"))
		ev.Set(event.UserID, k.Get("properties.AccountSid"))
	}
	if category == "DeviceProcessEvents" && k.Get("properties.ProcessId") != "" {
		// The created process is the event's; the one that created it is its
		// parent.
		k.Put(k.Get("properties.ProcessId"), defenderPID)
		k.Put(ev.Get(event.FilePath), defenderImage)
		ev.Set(event.ProcessName, k.Get("properties.FileName"))
		ev.Set(event.ProcessCommandLine, k.Get("properties.ProcessCommandLine"))
		k.Put(k.Get("properties.ProcessCreationTime"), defenderStart)
		ev.Set(event.ProcessParentPID, k.Get("properties.InitiatingProcessId"))
		ev.Set(event.ProcessParentName, k.Get("properties.InitiatingProcessFileName"))
		ev.Set(event.ProcessParentExecutable, k.Get("properties.InitiatingProcessFolderPath"))
		ev.Set(event.ProcessParentCommandLine, k.Get("properties.InitiatingProcessCommandLine"))
		for _, f := range defenderVersions {
			read.SetNamed(ev, f.field, k.Get(f.name))
		}
		read.SetNamed(ev, "process.hash.md5", k.Get("properties.MD5"))
		read.SetNamed(ev, "process.hash.sha1", k.Get("properties.SHA1"))
		read.SetNamed(ev, "process.hash.sha256", k.Get("properties.SHA256"))
		read.SetNamed(ev, "process.parent.hash.md5", k.Get("properties.InitiatingProcessMD5"))
		read.SetNamed(ev, "process.parent.hash.sha1", k.Get("properties.InitiatingProcessSHA1"))
		read.SetNamed(ev, "process.parent.hash.sha256", k.Get("properties.InitiatingProcessSHA256"))
	}
	action := k.Action
	switch category {
	case "DeviceProcessEvents":
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, read.Success)
	case "DeviceNetworkEvents":
		switch action {
		case "ConnectionFailed":
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, action, read.Failure)
		default:
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
		}
		if strings.HasPrefix(action, "Inbound") { // the remote side initiated it
			ev.Set(event.NetworkDirection, "inbound")
		}
	case "DeviceFileEvents":
		typ := read.TypeChange
		switch action {
		case "FileCreated":
			typ = read.TypeCreated
		case "FileDeleted":
			typ = read.TypeDeleted
		}
		read.Classify(ev, read.CategoryFile, typ, action, "")
	case "DeviceRegistryEvents":
		read.Classify(ev, read.CategoryRegistry, read.TypeChange, action, "")
		defenderRegistry(k)
	case "DeviceLogonEvents", "IdentityLogonEvents":
		switch action {
		case "LogonSuccess":
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		case "LogonFailed":
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		default:
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, action, "")
		}
	case "DeviceImageLoadEvents":
		read.Classify(ev, "library", read.TypeStart, action, "")
	case "EmailEvents", "EmailAttachmentInfo", "EmailUrlInfo", "EmailPostDeliveryEvents":
		outcome := ""
		if delivery := k.Get("properties.DeliveryAction"); delivery != "" {
			if action == "" {
				action = "message-" + read.Lower(delivery)
			}
			if outcome = read.Success; delivery == "Blocked" {
				outcome = read.Failure
			}
		}
		read.Classify(ev, "email", read.TypeInfo, action, outcome)
	case "AlertInfo", "AlertEvidence":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "threat", "indicator", "threat-detected", "")
	default:
		if action == "" {
			action = category
		}
		read.Classify(ev, read.CategoryHost, read.TypeInfo, action, "")
	}
}

// pathOf returns the path of the file name; folder is its folder, or already
// its path, as in columns named FolderPath.
func pathOf(folder, name string) string {
	i := strings.LastIndexAny(folder, `\/`)
	last := folder[i+1:]
	switch {
	case strings.EqualFold(last, name), read.Extension(name) != "" && strings.EqualFold(read.Extension(last), read.Extension(name)):
		return folder
	case last == "":
		return folder + name
	case i < 0 && !strings.HasSuffix(last, ":"):
		return folder
	case strings.IndexByte(folder, '/') >= 0:
		return folder + "/" + name
	}
	return folder + `\` + name
}

// defenderVersions are the columns with what a started program's file says
// about itself.
var defenderVersions = [...]struct{ name, field string }{
	{"properties.ProcessVersionInfoCompanyName", "process.pe.company"},
	{"properties.ProcessVersionInfoFileDescription", "process.pe.description"},
	{"properties.ProcessVersionInfoProductVersion", "process.pe.file_version"},
	{"properties.ProcessVersionInfoOriginalFileName", "process.pe.original_file_name"},
	{"properties.ProcessVersionInfoProductName", "process.pe.product"},
}

var (
	defenderPID   = read.NewBinding("process.pid")
	defenderImage = read.NewBinding("process.executable")
	defenderStart = read.NewBinding("process.start")
)

// defenderRegistry spells hives as Sysmon does.
func defenderRegistry(k *read.Keyed) {
	path := k.Get("properties.RegistryKey")
	hive, key, ok := strings.Cut(path, `\`)
	if !ok {
		return
	}
	short := map[string]string{"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU", "HKEY_CURRENT_USER": "HKCU", "HKEY_CLASSES_ROOT": "HKCR", "HKEY_CURRENT_CONFIG": "HKCC"}[hive]
	if short == "" {
		return
	}
	read.SetNamed(k.Event, "registry.hive", short)
	read.SetNamed(k.Event, "registry.key", key)
	full := short + `\` + key
	if value := k.Get("properties.RegistryValueName"); value != "" {
		full += `\` + value
	}
	read.SetNamed(k.Event, "registry.path", full)
}

const defenderAlertTable = `
*  threat.framework:=MITRE\_ATT&CK
lastUpdateDateTime,lastUpdateTime  @time2
alerts.lastUpdateDateTime  @time1
createdDateTime,createdTime  @time0 event.created
alerts.firstActivityDateTime,firstActivityDateTime,alerts.firstActivity  event.start
alerts.lastActivityDateTime,lastActivityDateTime,alerts.lastActivity  event.end
id,incidentId  event.id
tenantId,alerts.tenantId  cloud.account.id
displayName,title,alerts.title,incidentName  rule.name
alerts.description,description  event.reason
alerts.serviceSource,serviceSource  observer.name
alerts.category,category  threat.technique.name threat.tactic.name
alerts.mitreTechniques,mitreTechniques  threat.technique.subtechnique.id
alerts.threatFamilyName,threatFamilyName  threat.group.name
assignedTo  source.user.name:text
alerts.entities.fileName  file.name
alerts.entities.filePath  file.path
alerts.entities.sha1  file.hash.sha1
alerts.entities.sha256  file.hash.sha256
alerts.entities.processId  process.pid
alerts.entities.processCommandLine  process.command_line
alerts.entities.processCreationTime  process.start
alerts.entities.parentProcessId  process.parent.pid
alerts.entities.userSid  user.id
alerts.entities.accountName  user.name
alerts.entities.domainName  user.domain
`

func defenderAlert(k *read.Keyed) {
	ev := k.Event
	ev.Set(event.EventKind, "alert")
	for _, prefix := range [...]string{"", "alerts."} {
		k.Objects(prefix+"devices", func(o *event.Event) {
			ev.Set(event.HostName, read.Lookup(o, "deviceDnsName"))
		})
		k.Objects(prefix+"evidence", func(o *event.Event) {
			inner := read.Keyed{Event: ev, Location: k.Location}
			for _, pair := range defenderEvidence {
				if v := read.Lookup(o, pair.name); v != "" {
					inner.Put(v, pair.b)
				}
			}
		})
	}
	k.SpanDuration()
	ev.Set(event.EventSeverity, defenderSeverity(k.First("severity", "alerts.severity")))
	read.Classify(ev, "threat", "indicator", "threat-detected", "")
}

var defenderEvidence = func() (list []struct {
	name string
	b    *read.Binding
}) {
	for name, b := range read.NewBindings(`
deviceDnsName  host.name:host
userAccount.accountName  user.name
userAccount.domainName  user.domain
userAccount.userSid  user.id
fileDetails.fileName  file.name
fileDetails.filePath  file.directory
fileDetails.sha1  file.hash.sha1
fileDetails.sha256  file.hash.sha256
fileDetails.fileSize  file.size
imageFile.sha1  process.hash.sha1
imageFile.sha256  process.hash.sha256
imageFile.fileName  process.name
processId  process.pid
processCommandLine  process.command_line
processCreationDateTime  process.start:time
parentProcessId  process.parent.pid
parentProcessCreationDateTime  process.parent.start:time
registryHive  registry.hive
registryKey  registry.key
p2Sender.emailAddress  email.from.address
recipientEmailAddress  email.to.address
subject  email.subject
receivedDateTime  email.delivery_timestamp:time
ipAddress  source.ip
url  url.original
`) {
		list = append(list, struct {
			name string
			b    *read.Binding
		}{name, b})
	}
	return list
}()

func defenderSeverity(s string) string {
	switch read.Lower(s) {
	case "informational":
		return "1"
	case "low":
		return "2"
	case "medium":
		return "3"
	case "high":
		return "4"
	}
	return ""
}
