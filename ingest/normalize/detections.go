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

// darktrace is the alerts that Darktrace sends to a syslog server as JSON:
// model breaches and AI Analyst's incidents
// (https://customerportal.darktrace.com/product-guides).
var darktrace = []jsonProduct{{
	name: "darktrace_model", has: []string{"pbid", "score", "creationTime"}, vendor: "Darktrace", product: "Threat Visualizer", kind: "ids", module: "darktrace", dataset: "darktrace.model_breach_alert", table: `
time  @time2
creationTime  @time1 event.created
pbid  event.id
model.name,model.then.name  rule.name
model.uuid,model.then.uuid  rule.uuid
model.description,model.then.description  rule.description
model.category,model.then.category  log.level:lower
breachUrl  event.url
score  event.risk_score
device.hostname  host.name:host
device.ip  source.ip host.ip
device.macaddress  host.mac
device.did  host.id
device.typename  host.type
`, finish: func(k *keyed) {
		k.objects("triggeredComponents", func(o *event.Event) {
			for one := range event.Values(lookup(o, "triggeredFilters")) {
				var filter event.Event
				if !strings.HasPrefix(one, "{") || event.FlattenJSON(one, &filter) != nil {
					continue
				}
				value := lookup(&filter, "trigger.value")
				switch lower(lookup(&filter, "filterType")) {
				case "destination ip":
					k.put(value, alertDestination)
				case "connection hostname", "dns host lookup":
					k.ev.Set(event.DestinationDomain, value)
				case "destination port":
					setPort(k.ev, event.DestinationPort, value)
				case "source port":
					setPort(k.ev, event.SourcePort, value)
				case "protocol":
					setTransport(k.ev, value)
				}
			}
		})
		k.alert("threat"+event.Separator+catNetwork, "indicator"+event.Separator+typeConn, "model-breach", "")
	},
}, {
	name: "darktrace_analyst", has: []string{"summariser", "aiaScore", "createdAt"}, vendor: "Darktrace", product: "Threat Visualizer", kind: "ids", module: "darktrace", dataset: "darktrace.ai_analyst_alert", table: `
createdAt  @time1 event.created
id  event.id
title  rule.name
summary  event.reason
category,groupCategory  log.level:lower
incidentEventUrl  event.url
aiaScore  event.risk_score
`, finish: func(k *keyed) {
		k.objects("breachDevices", func(o *event.Event) {
			k.put(lookup(o, "hostname"), alertHost)
			ip, _, _ := strings.Cut(lookup(o, "ip"), "/")
			k.put(ip, alertHostIP)
			k.put(lookup(o, "mac"), alertHostMAC)
			setNamed(k.ev, "host.id", lookup(o, "did"))
		})
		k.objects("periods", func(o *event.Event) {
			k.put(lookup(o, "start"), alertStart)
			k.put(lookup(o, "end"), alertEnd)
		})
		k.spanDuration()
		k.alert("threat", "indicator", "incident-raised", "")
	},
}}

// vectra is what Vectra (Cognito) Detect sends to a syslog server as JSON:
// detections and the audit log
// (https://support.vectra.ai/vectra/article/KB-VS-1233).
var vectra = []jsonProduct{{
	name: "vectra_detection", has: []string{"d_type", "detection_id", "vectra_timestamp"}, vendor: "Vectra AI", product: "Detect", kind: "ids", module: "vectra_detect", dataset: "vectra_detect.log", table: `
vectra_timestamp  @time1
detection_id  event.id
d_type  rule.id
d_type_vname  rule.name
category  rule.category
threat  event.risk_score
href  event.url
dvchost  observer.name
headend_addr  observer.ip
version  observer.version
host_name  host.name:host
host_ip  host.ip source.ip
account_uid,account_name  user.name:account
dd_dst_dns,proxied_dst  destination.domain
dd_dst_port  destination.port:nonzero
dd_proto  network.transport
dd_bytes_sent  source.bytes:nonzero
dd_bytes_rcvd  destination.bytes:nonzero
user_agent  user_agent.original
http_method  http.request.method
reason  event.reason
`, finish: func(k *keyed) {
		if ip := k.get("dd_dst_ip"); ip != "0.0.0.0" { // several
			setDestination(k.ev, ip)
		}
		k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	},
}, {
	name: "vectra_audit", has: []string{"headend_addr", "role", "result", "vectra_timestamp"}, not: []string{"d_type"}, vendor: "Vectra AI", product: "Detect", kind: "ids", module: "vectra_detect", dataset: "vectra_detect.log", table: `
vectra_timestamp  @time1
user  user.name:account
role  user.roles
source_ip  source.ip
dvchost  observer.name
headend_addr  observer.ip
version  observer.version
`, finish: func(k *keyed) {
		text := k.get("message")
		k.ev.Set(event.EventReason, text)
		outcome := outcomeOf(k.get("result"))
		switch s := lower(text); {
		case strings.HasPrefix(s, "log in"), strings.HasPrefix(s, "logged in"):
			k.loggedOn(outcome)
		case strings.HasPrefix(s, "log out"), strings.HasPrefix(s, "logged out"):
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, outcome)
		case outcome == failure && strings.Contains(s, "authenticat"):
			k.loggedOn(failure)
		case strings.HasPrefix(s, "create "), strings.HasPrefix(s, "add "):
			classify(k.ev, catConfiguration, typeCreated, actionConfigChanged, outcome)
		case strings.HasPrefix(s, "delete "), strings.HasPrefix(s, "remove "):
			classify(k.ev, catConfiguration, typeDeleted, actionConfigChanged, outcome)
		default:
			classify(k.ev, catConfiguration, typeChange, actionConfigChanged, outcome)
		}
	},
}}

// extraHop is the detections of ExtraHop RevealX
// (https://docs.extrahop.com/current/rx360-rest-api/).
var extraHop = []jsonProduct{{
	name: "extrahop", has: []string{"appliance_id", "participants", "risk_score"}, vendor: "ExtraHop", product: "RevealX", kind: "ids", module: "extrahop", dataset: "extrahop.detection", table: `
create_time  @time1
start_time  @time0 event.start
end_time  event.end
id  event.id
type  rule.id
title  rule.name
description  event.reason
url  event.url
risk_score  event.risk_score
properties.client_port  source.port
properties.server_port  destination.port
`, finish: func(k *keyed) {
		k.objects("participants", func(o *event.Event) {
			value, name := lookup(o, "object_value"), lookup(o, "hostname")
			user, domain, _ := strings.Cut(lookup(o, "username"), "@")
			if lookup(o, "role") == "victim" {
				if !k.ev.Has(event.DestinationIP) {
					setDestination(k.ev, value)
					k.ev.Set(event.DestinationDomain, name)
					k.ev.Set(event.DestinationUserName, user)
				}
				return
			}
			if !k.ev.Has(event.SourceIP) {
				setSource(k.ev, value)
				k.ev.Set(event.SourceDomain, name)
				k.ev.Set(event.UserName, user)
				k.ev.Set(event.UserDomain, domain)
			}
		})
		for _, field := range [...]struct{ array, name string }{{"mitre_tactics", "threat.tactic."}, {"mitre_techniques", "threat.technique."}} {
			id, name := target(field.name+"id"), target(field.name+"name")
			k.objects(field.array, func(o *event.Event) {
				k.addTo(id, lookup(o, "id"))
				k.addTo(name, lookup(o, "name"))
			})
		}
		k.spanDuration()
		k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	},
}}

// alert classifies what a product has judged by itself.
func (k *keyed) alert(category, typ, action, outcome string) {
	k.ev.Set(event.EventKind, "alert")
	classify(k.ev, category, typ, action, outcome)
}

// severityWord sets a severity given as a word, and as a number from 1
// (informational) to 5 (critical); of several the highest stays.
func (k *keyed) severityWord(word string) {
	word = lower(word)
	number := ""
	switch word {
	case "informational", "information", "info", "none":
		number = "1"
	case "low", "minor":
		number = "2"
	case "medium", "moderate", "warning":
		number = "3"
	case "high", "major", "important":
		number = "4"
	case "critical", "severe":
		number = "5"
	}
	if number > k.ev.Get(event.EventSeverity) {
		k.ev.Set(event.EventSeverity, number)
		k.ev.Set(event.LogLevel, word)
	}
}

var (
	alertHost        = target("host.name:host")
	alertHostIP      = target("host.ip")
	alertHostMAC     = target("host.mac")
	alertUser        = target("user.name:account")
	alertURL         = target("url.original")
	alertFile        = target("file.path")
	alertDestination = target("destination.ip")
	alertStart       = target("event.start")
	alertEnd         = target("event.end")
)
