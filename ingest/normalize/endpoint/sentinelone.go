package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// sentinelOne is what the API of SentinelOne's management returns: activities,
// threats, alerts, groups and agents.
var sentinelOne = []read.JSONProduct{
	{
		Name: "sentinelone_activity", Has: []string{"activityType", "createdAt", "accountId"}, Module: "sentinel_one", Dataset: "sentinel_one.activity", Table: `
createdAt  @time1
id  event.id
activityType  event.code
userId  user.id
data.username,data.byUser  user.full_name
data.recoveryEmail  user.email
data.computerName  host.name:host
data.ipAddress  host.ip
groupId  user.group.id
groupName,data.groupName  user.group.name
data.fileContentHash  file.hash.sha1
data.fileDisplayName  file.name
data.filePath  file.path
primaryDescription  event.reason
`, Finish: func(k *read.Keyed) {
			if k.Get("data.threatClassification") != "" || k.Get("threatId") != "" {
				k.Event.Set(event.EventKind, "alert")
				read.Classify(k.Event, "malware", read.TypeInfo, "threat-detected", "")
				return
			}
			if !read.ProseLogin(k.Event, k.Get("primaryDescription")) {
				// Nearly every sentence begins with who did it.
				what, _ := read.KindOfAction(strings.Replace(k.Get("primaryDescription"), "management user", "", 1), "")
				read.Classify(k.Event, what.Category, what.Type, "activity-"+k.Get("activityType"), "")
			}
		},
	},
	{
		Name: "sentinelone_alert", Has: []string{"alertInfo.alertId", "ruleInfo.name"}, Module: "sentinel_one", Dataset: "sentinel_one.alert", Table: `
alertInfo.createdAt  @time1
alertInfo.alertId  event.id
alertInfo.srcIp,alertInfo.srcMachineIp  source.ip
alertInfo.srcPort  source.port
alertInfo.dstIp  destination.ip
alertInfo.dstPort  destination.port
alertInfo.netEventDirection  network.direction
ruleInfo.id  rule.id
ruleInfo.name  rule.name
ruleInfo.description  rule.description
agentDetectionInfo.name,agentRealtimeInfo.name  host.name:host
agentDetectionInfo.osFamily  host.os.family
sourceProcessInfo.commandline  process.command_line
sourceProcessInfo.filePath  process.executable
sourceProcessInfo.name  process.name
sourceProcessInfo.pid  process.pid
sourceProcessInfo.pidStarttime  process.start
sourceProcessInfo.uniqueId  process.entity_id
sourceProcessInfo.user  process.user.name:text
sourceProcessInfo.fileHashMd5  process.hash.md5
sourceProcessInfo.fileHashSha1  process.hash.sha1
sourceProcessInfo.fileHashSha256  process.hash.sha256
sourceProcessInfo.fileSignerIdentity  process.code_signature.signing_id
sourceParentProcessInfo.commandline  process.parent.command_line
sourceParentProcessInfo.filePath  process.parent.executable
sourceParentProcessInfo.name  process.parent.name
sourceParentProcessInfo.pid  process.parent.pid
sourceParentProcessInfo.pidStarttime  process.parent.start
sourceParentProcessInfo.uniqueId  process.parent.entity_id
sourceParentProcessInfo.user  process.parent.user.name:text
sourceParentProcessInfo.fileHashMd5  process.parent.hash.md5
sourceParentProcessInfo.fileHashSha1  process.parent.hash.sha1
sourceParentProcessInfo.fileHashSha256  process.parent.hash.sha256
sourceParentProcessInfo.fileSignerIdentity  process.parent.code_signature.signing_id
targetProcessInfo.tgtFilePath  file.path
targetProcessInfo.tgtFileHashSha1  file.hash.sha1
targetProcessInfo.tgtFileHashSha256  file.hash.sha256
targetProcessInfo.tgtFileCreatedAt  file.created
targetProcessInfo.tgtFileModifiedAt  file.mtime
alertInfo.dnsRequest  dns.question.name
alertInfo.registryPath  registry.path
alertInfo.registryKeyPath  registry.key
alertInfo.registryValue  registry.value
containerInfo.id  container.id
containerInfo.image  container.image.name
containerInfo.name  container.name
alertInfo.loginsUserName  user.name
alertInfo.loginAccountDomain  user.domain
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			read.Classify(k.Event, "malware"+event.Separator+read.CategoryProcess, read.TypeInfo, "threat-detected", "")
		},
	},
	{
		Name: "sentinelone_threat", Has: []string{"threatInfo.threatId", "threatInfo.createdAt"}, Module: "sentinel_one", Dataset: "sentinel_one.threat", Table: `
threatInfo.createdAt  @time1
threatInfo.threatId  event.id
threatInfo.threatName  threat.name rule.name
threatInfo.filePath  file.path
threatInfo.sha1  file.hash.sha1
threatInfo.sha256  file.hash.sha256
threatInfo.md5  file.hash.md5
threatInfo.processUser  user.name
threatInfo.originatorProcess  process.name
agentDetectionInfo.agentIpV4  host.ip
agentRealtimeInfo.agentComputerName  host.name:host
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			read.Classify(k.Event, "malware", read.TypeInfo, "threat-detected", "")
		},
	},
	{
		Name: "sentinelone_group", Has: []string{"creatorId", "inherits", "siteId"}, Module: "sentinel_one", Dataset: "sentinel_one.group", Table: `
updatedAt  @time1
id  group.id
name  group.name
creator  user.full_name
creatorId  user.id
`, Finish: func(k *read.Keyed) {
			read.Classify(k.Event, read.CategoryIAM, read.TypeGroup+event.Separator+read.TypeInfo, "", "")
		},
	},
}
