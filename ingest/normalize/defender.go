package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// defender is Microsoft Defender XDR: streamed advanced-hunting events
// (https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables),
// alerts and incidents of its APIs.
var defender = []jsonProduct{
	{name: "defender_event", has: []string{"properties.ReportId", "category"}, module: "m365_defender", dataset: "m365_defender.event", table: defenderEventTable, finish: defenderEvent},
	{name: "defender_event_plain", has: []string{"properties.Timestamp", "category"}, module: "m365_defender", dataset: "m365_defender.event", table: defenderEventTable, finish: defenderEvent},
	{name: "defender_incident", has: []string{"incidentWebUrl", "lastUpdateDateTime"}, module: "m365_defender", dataset: "m365_defender.incident", table: defenderAlertTable, finish: defenderAlert},
	{name: "defender_alert", has: []string{"alertWebUrl", "serviceSource"}, module: "m365_defender", dataset: "m365_defender.alert", table: defenderAlertTable, finish: defenderAlert},
	{name: "defender_incident_alerts", has: []string{"incidentId", "alerts.alertId"}, module: "m365_defender", dataset: "m365_defender.incident", table: defenderAlertTable, finish: defenderAlert},
	{name: "defender_alert_nested", has: []string{"alerts.alertWebUrl", "alerts.id"}, module: "m365_defender", dataset: "m365_defender.incident", table: defenderAlertTable, finish: defenderAlert},
	{name: "defender_endpoint", has: []string{"machineId", "computerDnsName", "alertCreationTime"}, module: "microsoft_defender_endpoint", dataset: "microsoft_defender_endpoint.log", table: `
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
`, finish: func(k *keyed) {
		if name, path := k.get("evidence.fileName"), k.ev.Get(event.FilePath); name != "" && path != "" {
			setPath(k.ev, pathOf(path, name))
		}
		k.ev.Set(event.EventKind, "alert")
		k.spanDuration()
		k.ev.Set(event.EventSeverity, defenderSeverity(k.get("severity")))
		classify(k.ev, "threat", "indicator", "threat-detected", "")
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

func defenderEvent(k *keyed) {
	ev := k.ev
	category := strings.TrimPrefix(k.get("category"), "AdvancedHunting-")
	if p := k.get("properties.Protocol"); p != "" && !setTransport(ev, p) {
		ev.Set(event.NetworkProtocol, lower(p))
	}
	if name := k.get("properties.InitiatingProcessFileName"); name != "" {
		if path := ev.Get(event.ProcessExecutable); path != "" {
			ev.Set(event.ProcessExecutable, pathOf(path, name))
		}
		ev.Set(event.ProcessName, name)
	}
	if name, path := k.get("properties.FileName"), k.get("properties.FolderPath"); name != "" && path != "" {
		setPath(ev, pathOf(path, name))
	}
	// Account is whom the event is about; InitiatingProcessAccount, who ran the
	// program that did it.
	if name := k.get("properties.AccountName"); name != "" {
		ev.Set(event.UserName, name)
		ev.Set(event.UserDomain, k.get("properties.AccountDomain"))
		ev.Set(event.UserID, k.get("properties.AccountSid"))
	}
	if category == "DeviceProcessEvents" && k.get("properties.ProcessId") != "" {
		// The process that was made is the event's; the one that made it, its
		// parent.
		k.put(k.get("properties.ProcessId"), defenderPID)
		k.put(ev.Get(event.FilePath), defenderImage)
		ev.Set(event.ProcessName, k.get("properties.FileName"))
		ev.Set(event.ProcessCommandLine, k.get("properties.ProcessCommandLine"))
		k.put(k.get("properties.ProcessCreationTime"), defenderStart)
		ev.Set(event.ProcessParentPID, k.get("properties.InitiatingProcessId"))
		ev.Set(event.ProcessParentName, k.get("properties.InitiatingProcessFileName"))
		ev.Set(event.ProcessParentExecutable, k.get("properties.InitiatingProcessFolderPath"))
		ev.Set(event.ProcessParentCommandLine, k.get("properties.InitiatingProcessCommandLine"))
		for _, f := range defenderVersions {
			setNamed(ev, f.field, k.get(f.name))
		}
		setNamed(ev, "process.hash.md5", k.get("properties.MD5"))
		setNamed(ev, "process.hash.sha1", k.get("properties.SHA1"))
		setNamed(ev, "process.hash.sha256", k.get("properties.SHA256"))
		setNamed(ev, "process.parent.hash.md5", k.get("properties.InitiatingProcessMD5"))
		setNamed(ev, "process.parent.hash.sha1", k.get("properties.InitiatingProcessSHA1"))
		setNamed(ev, "process.parent.hash.sha256", k.get("properties.InitiatingProcessSHA256"))
	}
	action := k.action
	switch category {
	case "DeviceProcessEvents":
		classify(ev, catProcess, typeStart, actionProcessStarted, success)
	case "DeviceNetworkEvents":
		switch action {
		case "ConnectionFailed":
			classify(ev, catNetwork, connInfo, action, failure)
		default:
			classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
		}
		if strings.HasPrefix(action, "Inbound") { // the remote side began
			ev.Set(event.NetworkDirection, "inbound")
		}
	case "DeviceFileEvents":
		typ := typeChange
		switch action {
		case "FileCreated":
			typ = typeCreated
		case "FileDeleted":
			typ = typeDeleted
		}
		classify(ev, catFile, typ, action, "")
	case "DeviceRegistryEvents":
		classify(ev, catRegistry, typeChange, action, "")
		defenderRegistry(k)
	case "DeviceLogonEvents", "IdentityLogonEvents":
		switch action {
		case "LogonSuccess":
			classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
		case "LogonFailed":
			classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
		default:
			classify(ev, catAuthentication, typeStart, action, "")
		}
	case "DeviceImageLoadEvents":
		classify(ev, "library", typeStart, action, "")
	case "EmailEvents", "EmailAttachmentInfo", "EmailUrlInfo", "EmailPostDeliveryEvents":
		outcome := ""
		if delivery := k.get("properties.DeliveryAction"); delivery != "" {
			if action == "" {
				action = "message-" + lower(delivery)
			}
			if outcome = success; delivery == "Blocked" {
				outcome = failure
			}
		}
		classify(ev, "email", typeInfo, action, outcome)
	case "AlertInfo", "AlertEvidence":
		ev.Set(event.EventKind, "alert")
		classify(ev, "threat", "indicator", "threat-detected", "")
	default:
		if action == "" {
			action = category
		}
		classify(ev, catHost, typeInfo, action, "")
	}
}

// pathOf returns the path of the file name; folder is its folder, or its path
// already, as in columns named FolderPath.
func pathOf(folder, name string) string {
	i := strings.LastIndexAny(folder, `\/`)
	last := folder[i+1:]
	switch {
	case strings.EqualFold(last, name), extension(name) != "" && strings.EqualFold(extension(last), extension(name)):
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

// defenderVersions are the columns with what a started program's file says of
// itself.
var defenderVersions = [...]struct{ name, field string }{
	{"properties.ProcessVersionInfoCompanyName", "process.pe.company"},
	{"properties.ProcessVersionInfoFileDescription", "process.pe.description"},
	{"properties.ProcessVersionInfoProductVersion", "process.pe.file_version"},
	{"properties.ProcessVersionInfoOriginalFileName", "process.pe.original_file_name"},
	{"properties.ProcessVersionInfoProductName", "process.pe.product"},
}

var (
	defenderPID   = target("process.pid")
	defenderImage = target("process.executable")
	defenderStart = target("process.start")
)

// defenderRegistry spells hives as Sysmon does.
func defenderRegistry(k *keyed) {
	path := k.get("properties.RegistryKey")
	hive, key, ok := strings.Cut(path, `\`)
	if !ok {
		return
	}
	short := map[string]string{"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU", "HKEY_CURRENT_USER": "HKCU", "HKEY_CLASSES_ROOT": "HKCR", "HKEY_CURRENT_CONFIG": "HKCC"}[hive]
	if short == "" {
		return
	}
	setNamed(k.ev, "registry.hive", short)
	setNamed(k.ev, "registry.key", key)
	full := short + `\` + key
	if value := k.get("properties.RegistryValueName"); value != "" {
		full += `\` + value
	}
	setNamed(k.ev, "registry.path", full)
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

func defenderAlert(k *keyed) {
	ev := k.ev
	ev.Set(event.EventKind, "alert")
	for _, prefix := range [...]string{"", "alerts."} {
		k.objects(prefix+"devices", func(o *event.Event) {
			ev.Set(event.HostName, lookup(o, "deviceDnsName"))
		})
		k.objects(prefix+"evidence", func(o *event.Event) {
			inner := keyed{ev: ev, loc: k.loc}
			for _, pair := range defenderEvidence {
				if v := lookup(o, pair.name); v != "" {
					inner.put(v, pair.b)
				}
			}
		})
	}
	k.spanDuration()
	ev.Set(event.EventSeverity, defenderSeverity(k.first("severity", "alerts.severity")))
	classify(ev, "threat", "indicator", "threat-detected", "")
}

var defenderEvidence = func() (list []struct {
	name string
	b    *binding
}) {
	for name, b := range bindings(`
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
			b    *binding
		}{name, b})
	}
	return list
}()

func defenderSeverity(s string) string {
	switch lower(s) {
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
