package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// visionOne is Trend Micro's Vision One: workbench alerts, observed attack
// techniques and the audit log
// (https://automation.trendmicro.com/xdr/api-v3/).
var visionOne = []read.JSONProduct{{
	Name: "vision_one_alert", Has: []string{"workbenchLink", "model", "alertProvider"}, Vendor: "Trend Micro", Product: "Vision One", Module: "trend_micro_vision_one", Dataset: "trend_micro_vision_one.alert", Table: `
createdDateTime  @time1 event.created
id  event.id
model  rule.name
modelId  rule.id
description  event.reason
workbenchLink  event.url
score  event.risk_score
campaign  threat.group.name
`, Finish: func(k *read.Keyed) {
		k.SeverityWord(k.Get("severity"))
		k.Objects("impactScope.entities", func(o *event.Event) {
			switch read.Lookup(o, "entityType") {
			case "host":
				k.Put(read.Lookup(o, "entityValue.name"), read.AlertHost)
				k.Put(read.Lookup(o, "entityValue.ips"), read.AlertHostIP)
				read.SetNamed(k.Event, "host.id", read.Lookup(o, "entityValue.guid"))
			case "account":
				k.Put(read.Lookup(o, "entityValue"), read.AlertUser)
			case "emailAddress":
				read.SetNamed(k.Event, "user.email", read.Lookup(o, "entityValue"))
			}
		})
		k.Objects("indicators", func(o *event.Event) {
			value := read.Lookup(o, "value")
			switch read.Lookup(o, "type") {
			case "url":
				k.Put(value, read.AlertURL)
			case "ip":
				k.Put(value, read.AlertDestination)
			case "command_line":
				k.Event.Set(event.ProcessCommandLine, value)
			case "fullpath":
				k.Put(value, read.AlertFile)
			case "file_sha1":
				read.SetNamed(k.Event, "file.hash.sha1", read.Lower(value))
			case "file_sha256":
				read.SetNamed(k.Event, "file.hash.sha256", read.Lower(value))
			}
		})
		k.Alert("threat", "indicator", "threat-detected", "")
	},
}, {
	Name: "vision_one_technique", Has: []string{"detectedDateTime", "ingestedDateTime", "filters"}, Vendor: "Trend Micro", Product: "Vision One", Module: "trend_micro_vision_one", Dataset: "trend_micro_vision_one.telemetry", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.Objects("filters", func(o *event.Event) {
			k.AddTo(read.RuleName, read.Lookup(o, "name"))
			k.AddTo(read.RuleID, read.Lookup(o, "id"))
			read.SetNamed(k.Event, "threat.tactic.id", read.Lookup(o, "mitreTacticIds"))
			read.SetNamed(k.Event, "threat.technique.id", read.Lookup(o, "mitreTechniqueIds"))
			k.SeverityWord(read.Lookup(o, "riskLevel"))
		})
		k.Alert("threat", "indicator", "technique-observed", "")
	},
}, {
	Name: "vision_one_audit", Has: []string{"loggedDateTime", "loggedUser", "activity"}, Vendor: "Trend Micro", Product: "Vision One", Module: "trend_micro_vision_one", Dataset: "trend_micro_vision_one.audit", Table: `
loggedDateTime  @time1
loggedUser  user.name:account
loggedRole  user.roles
category  event.provider
details.ipAddress,details.sourceIp  source.ip
`, Finish: func(k *read.Keyed) {
		outcome := ""
		switch read.Lower(k.Get("result")) {
		case "successful", "success":
			outcome = read.Success
		case "unsuccessful", "failed":
			outcome = read.Failure
		}
		action := strings.ReplaceAll(read.Lower(k.Get("activity")), " ", "-")
		if read.Lower(k.Get("category")) == "logon and logoff" {
			if strings.Contains(action, "out") || strings.Contains(action, "off") {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, outcome)
			} else {
				k.LoggedOn(outcome)
			}
			return
		}
		k.CloudAction(action, outcome)
	},
}}
