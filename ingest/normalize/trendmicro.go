package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// visionOne is Trend Micro's Vision One: workbench alerts, observed attack
// techniques and the audit log
// (https://automation.trendmicro.com/xdr/api-v3/).
var visionOne = []jsonProduct{{
	name: "vision_one_alert", has: []string{"workbenchLink", "model", "alertProvider"}, vendor: "Trend Micro", product: "Vision One", module: "trend_micro_vision_one", dataset: "trend_micro_vision_one.alert", table: `
createdDateTime  @time1 event.created
id  event.id
model  rule.name
modelId  rule.id
description  event.reason
workbenchLink  event.url
score  event.risk_score
campaign  threat.group.name
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		k.objects("impactScope.entities", func(o *event.Event) {
			switch lookup(o, "entityType") {
			case "host":
				k.put(lookup(o, "entityValue.name"), alertHost)
				k.put(lookup(o, "entityValue.ips"), alertHostIP)
				setNamed(k.ev, "host.id", lookup(o, "entityValue.guid"))
			case "account":
				k.put(lookup(o, "entityValue"), alertUser)
			case "emailAddress":
				setNamed(k.ev, "user.email", lookup(o, "entityValue"))
			}
		})
		k.objects("indicators", func(o *event.Event) {
			value := lookup(o, "value")
			switch lookup(o, "type") {
			case "url":
				k.put(value, alertURL)
			case "ip":
				k.put(value, alertDestination)
			case "command_line":
				k.ev.Set(event.ProcessCommandLine, value)
			case "fullpath":
				k.put(value, alertFile)
			case "file_sha1":
				setNamed(k.ev, "file.hash.sha1", lower(value))
			case "file_sha256":
				setNamed(k.ev, "file.hash.sha256", lower(value))
			}
		})
		k.alert("threat", "indicator", "threat-detected", "")
	},
}, {
	name: "vision_one_technique", has: []string{"detectedDateTime", "ingestedDateTime", "filters"}, vendor: "Trend Micro", product: "Vision One", module: "trend_micro_vision_one", dataset: "trend_micro_vision_one.telemetry", table: `
detectedDateTime  @time1
uuid  event.id
endpoint.endpointName  host.name:host
endpoint.agentGuid  host.id
endpoint.ips  host.ip
detail.processCmd  process.command_line
detail.processFilePath  process.executable
detail.processPid  process.pid
detail.processFileHashSha1  process.hash.sha1:lower
detail.processFileHashSha256  process.hash.sha256:lower
detail.parentCmd  process.parent.command_line
detail.parentFilePath  process.parent.executable
detail.parentPid  process.parent.pid
detail.processUser  user.name
detail.processUserDomain  user.domain
detail.objectFilePath  file.path
detail.objectFileHashSha1  file.hash.sha1:lower
detail.objectFileHashSha256  file.hash.sha256:lower
detail.src  source.ip
detail.spt  source.port
detail.dst  destination.ip
detail.dpt  destination.port
`, finish: func(k *keyed) {
		k.objects("filters", func(o *event.Event) {
			k.addTo(ruleName, lookup(o, "name"))
			k.addTo(ruleID, lookup(o, "id"))
			setNamed(k.ev, "threat.tactic.id", lookup(o, "mitreTacticIds"))
			setNamed(k.ev, "threat.technique.id", lookup(o, "mitreTechniqueIds"))
			k.severityWord(lookup(o, "riskLevel"))
		})
		k.alert("threat", "indicator", "technique-observed", "")
	},
}, {
	name: "vision_one_audit", has: []string{"loggedDateTime", "loggedUser", "activity"}, vendor: "Trend Micro", product: "Vision One", module: "trend_micro_vision_one", dataset: "trend_micro_vision_one.audit", table: `
loggedDateTime  @time1
loggedUser  user.name:account
loggedRole  user.roles
category  event.provider
details.ipAddress,details.sourceIp  source.ip
`, finish: func(k *keyed) {
		outcome := ""
		switch lower(k.get("result")) {
		case "successful", "success":
			outcome = success
		case "unsuccessful", "failed":
			outcome = failure
		}
		action := strings.ReplaceAll(lower(k.get("activity")), " ", "-")
		if lower(k.get("category")) == "logon and logoff" {
			if strings.Contains(action, "out") || strings.Contains(action, "off") {
				classify(k.ev, catAuthentication, typeEnd, actionLogoff, outcome)
			} else {
				k.loggedOn(outcome)
			}
			return
		}
		k.cloudAction(action, outcome)
	},
}}
