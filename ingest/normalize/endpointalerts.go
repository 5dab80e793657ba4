package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// falco is the alerts of Falco (https://falco.org/docs/concepts/outputs/formatting/).
var falco = []jsonProduct{{
	name: "falco", has: []string{"priority", "output", "rule", "time"}, vendor: "Falco", product: "Falco", module: "falco", dataset: "falco.alerts", table: `
time  @time1
uuid  event.id
hostname  host.name:host
rule  rule.name
priority  event.severity:level
output  event.reason
source  event.provider
`, finish: func(k *keyed) { k.falcoFields("output_fields.", k.get("output_fields.evt.type")) },
}}

// sysdig is the policy events of Sysdig Secure, whose rules are Falco's
// (https://docs.sysdig.com/en/docs/sysdig-secure/secure-events/).
var sysdig = []jsonProduct{{
	name: "sysdig", has: []string{"content.ruleName", "content.policyId"}, vendor: "Sysdig", product: "Secure", module: "sysdig", dataset: "sysdig.event", table: `
timestamp  @time1
id  event.id
content.ruleName  rule.name
name  rule.ruleset
content.output  event.reason
description  rule.description
severity  event.severity
labels.host.hostName  host.name:host
labels.host.mac  host.mac
labels.cloudProvider.name  cloud.provider
labels.cloudProvider.account.id  cloud.account.id
labels.cloudProvider.region  cloud.region
labels.container.image.repo  container.image.name
labels.container.name  container.name
labels.kubernetes.cluster.name  orchestrator.cluster.name
labels.kubernetes.namespace.name  orchestrator.namespace
labels.kubernetes.pod.name  orchestrator.resource.name
`, finish: func(k *keyed) { k.falcoFields("content.fields.", k.get("content.fields.evt.type")) },
}}

// falcoFields sets what Falco's fields, those below prefix, mean, and
// classifies by the system call.
func (k *keyed) falcoFields(prefix, call string) {
	ev := k.ev
	for _, f := range falcoNames {
		if v := k.get(prefix + f.name); v != "" && v != "<NA>" && v != "-1" {
			k.put(v, f.b)
		}
	}
	// The file that was opened, or the connection.
	if name := k.get(prefix + "fd.name"); name != "" && name != "<NA>" {
		if from, to, ok := strings.Cut(name, "->"); ok {
			if ip, port := proseIP(from); ip != "" {
				setSource(ev, ip)
				setPort(ev, event.SourcePort, port)
			}
			if ip, port := proseIP(to); ip != "" {
				setDestination(ev, ip)
				setPort(ev, event.DestinationPort, port)
			}
		} else if strings.HasPrefix(name, "/") {
			setPath(ev, name)
		}
	}
	category, typ := "intrusion_detection", typeInfo
	switch {
	case ev.Has(event.DestinationIP):
		category += event.Separator + catNetwork
	case ev.Has(event.FilePath):
		category += event.Separator + catFile
	case ev.Has(event.ProcessName):
		category += event.Separator + catProcess
	}
	setNamed(ev, "falco.call", call)
	k.alert(category, typ, "threat-detected", "")
}

// falcoNames are in the order of a table: what comes later wins.
var falcoNames = func() (list []struct {
	name string
	b    *binding
}) {
	for line := range strings.SplitSeq(`
proc.name  process.name
proc.exepath  process.executable
proc.cmdline  process.command_line
proc.pid  process.pid
proc.cwd  process.working_directory
proc.hash.sha256  process.hash.sha256
proc.pname  process.parent.name
proc.pcmdline  process.parent.command_line
proc.ppid  process.parent.pid
user.name  user.name:text
user.uid  user.id
group.name  group.name
group.gid  group.id
container.id  container.id
container.name  container.name
container.image.repository  container.image.name
container.image.tag  container.image.tag
k8s.ns.name  orchestrator.namespace
k8s.pod.name  orchestrator.resource.name
fd.cip  source.ip
fd.cport  source.port
fd.sip  destination.ip
fd.sport  destination.port
fd.l4proto  network.transport
ka.user.name  user.name:text
`, "\n") {
		if name, targets, ok := strings.Cut(line, "  "); ok {
			list = append(list, struct {
				name string
				b    *binding
			}{name, target(targets)})
		}
	}
	return list
}()

// tanium is the events of Tanium Threat Response, as Tanium Connect sends them
// (https://help.tanium.com/bundle/ug_connect_cloud/page/connect/index.html).
var tanium = []jsonProduct{{
	name: "tanium", has: []string{"Computer Name", "Event Name", "Event Id"}, vendor: "Tanium", product: "Threat Response", module: "tanium", dataset: "tanium.threat_response", table: `
Timestamp  @time1
Event\_Id  event.id
Computer\_Name  host.name:host
Computer\_IP  host.ip
User\_Name  user.name
User\_Domain  user.domain
User\_Id  user.id
Match\_Details.match.properties.pid  process.pid
Match\_Details.match.properties.args  process.command_line
Match\_Details.match.properties.fullpath  process.executable
Match\_Details.match.properties.sha256  process.hash.sha256
`, finish: func(k *keyed) {
		for pair := range strings.SplitSeq(k.get("Other Parameters"), "|") {
			switch name, value, _ := strings.Cut(pair, "="); name {
			case "name":
				k.ev.Set(event.RuleName, value)
			case "source":
				k.ev.Set(event.RuleRuleset, value)
			}
		}
		k.severityWord(k.get("Priority"))
		if name := k.get("Event Name"); name == "detect.match" {
			k.alert("intrusion_detection", typeInfo, "threat-detected", "")
		} else {
			classify(k.ev, "intrusion_detection", typeInfo, name, "")
		}
	},
}}

// trellix is the events of Trellix (McAfee) ePO's cloud service
// (https://developer.manage.trellix.com/mvision/apis/events).
var trellix = []jsonProduct{{
	name: "trellix_epo", has: []string{"attributes.agentguid", "attributes.threateventid"}, vendor: "Trellix", product: "ePO", module: "trellix_epo_cloud", dataset: "trellix_epo_cloud.event", finish: trellixEvent,
}}

// trellixKeys are bound by trellixEvent, which knows the word None.
var trellixKeys = lazyBindings(`
attributes.timestamp  @time1
attributes.detectedutc  @time2
attributes.receivedutc  event.created
id  event.id
attributes.threateventid  event.code
attributes.agentguid  host.id
attributes.analyzerhostname  host.name:host
attributes.analyzeripv4  host.ip
attributes.analyzermac  host.mac
attributes.analyzername  event.provider
attributes.analyzerversion  observer.version
attributes.sourcehostname  source.domain
attributes.sourceipv4  source.ip
attributes.sourcemac  source.mac
attributes.sourceusername  source.user.name
attributes.sourceprocessname  process.executable
attributes.sourceprocesshash  process.hash.md5:lower
attributes.sourceurl  url.original
attributes.targethostname  destination.domain
attributes.targetipv4  destination.ip
attributes.targetmac  destination.mac
attributes.targetport  destination.port
attributes.targetprotocol  network.transport
attributes.targetusername  user.name
attributes.targetfilename  file.path
attributes.targethash  file.hash.md5:lower
attributes.threatseverity  event.severity
attributes.threatname  rule.name
attributes.threatcategory  rule.category
`)

func trellixEvent(k *keyed) {
	ev := k.ev
	for name, b := range trellixKeys() {
		if v := k.get(name); v != "" && v != "_" && !strings.EqualFold(v, "none") {
			k.put(v, b)
		}
	}
	outcome := ""
	switch k.get("attributes.threathandled") {
	case "true":
		outcome = success
	case "false":
		outcome = failure
	}
	action := "threat-detected"
	taken := lower(k.get("attributes.threatactiontaken"))
	for _, word := range [...]string{"block", "den", "del", "clean", "quarantin"} {
		if strings.Contains(taken, word) {
			action = "threat-blocked"
		}
	}
	switch category, _, _ := strings.Cut(k.get("attributes.threatcategory"), "."); category {
	case "ops", "mgmt", "config":
		classify(ev, catHost, typeInfo, k.get("attributes.threatcategory"), outcome)
	case "av":
		k.alert("malware", typeInfo, strings.Replace(action, "threat", "malware", 1), outcome)
	default:
		k.alert("intrusion_detection", typeInfo, action, outcome)
	}
}

// symantecCloud is the events of Symantec Endpoint Security (the cloud
// service), in the schema of Integrated Cyber Defense
// (https://icd-schema.symantec.com/).
var symantecCloud = []jsonProduct{{
	name: "symantec_cloud", has: []string{"device_uid", "type_id", "severity_id"}, vendor: "Symantec", product: "Endpoint Security", module: "symantec_endpoint_security", dataset: "symantec_endpoint_security.event", table: `
device_time  @time2
time,log_time  @time1
uuid  event.id
type_id  event.code
severity_id  event.severity
device_uid  host.id
device_name  host.name:host
device_ip  host.ip
device_mac  host.mac
device_domain  host.domain
device_os_name  host.os.name
user_name  user.name:user
user.name  user.name:user
feature_name  event.provider
product_ver  observer.version
policy.name  rule.name
policy.rule_name  rule.name
threat.name  rule.name
file.path  file.path
file.name  file.name
file.sha2  file.hash.sha256:lower
file.md5  file.hash.md5:lower
file.size  file.size
process.cmd_line  process.command_line
process.file.path  process.executable
process.file.sha2  process.hash.sha256:lower
actor.pid  process.pid
actor.cmd_line  process.command_line
actor.file.path  process.executable
actor.file.sha2  process.hash.sha256:lower
actor.user.name  user.name:user
connection.src_ip  source.ip
connection.src_port  source.port
connection.dst_ip  destination.ip
connection.dst_port  destination.port
connection.dst_name  destination.domain
connection.protocol_id  network.transport
connection.url.text  url.original
`, finish: func(k *keyed) {
		ev := k.ev
		ev.Set(event.EventReason, k.get("message"))
		if !ev.Has(event.SourceIP) {
			setSource(ev, k.get("device_public_ip"))
		}
		id := k.get("id")
		typ := k.get("type_id")
		done, outcome := "detected", ""
		if id == "1" || id == "11" {
			done, outcome = "blocked", success
		}
		switch typ {
		case "20": // user session audit
			switch id {
			case "1":
				k.loggedOn(orElse(outcomeOf(k.get("status")), sesStatus(k.get("status_id"))))
			default:
				classify(ev, catAuthentication, typeEnd, actionLogoff, sesStatus(k.get("status_id")))
			}
		case "21":
			classify(ev, catConfiguration, typeChange, actionConfigChanged, sesStatus(k.get("status_id")))
		case "8001":
			classify(ev, catProcess, typeStart, actionProcessStarted, "")
		case "8003":
			classify(ev, catFile, typeChange, "file-changed", "")
		case "8005", "8006":
			classify(ev, catRegistry, typeChange, "registry-changed", "")
		case "8007":
			if id == "2" {
				classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
			} else {
				classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
			}
		case "8031":
			k.alert("malware", typeInfo, "malware-"+done, outcome)
		case "8040":
			k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-"+done, outcome)
		case "8025", "8027", "8032", "8033", "8038":
			k.alert("intrusion_detection", typeInfo, "threat-"+done, outcome)
		default:
			classify(ev, catHost, typeInfo, "event-"+typ, "")
		}
	},
}}

// sesStatus is how it ended by Symantec's status_id.
func sesStatus(id string) string {
	switch id {
	case "1":
		return success
	case "2":
		return failure
	}
	return ""
}

// threatDown is the detections of ThreatDown (Malwarebytes Nebula)
// (https://api.malwarebytes.com/nebula/v1/docs).
var threatDown = []jsonProduct{{
	name: "threatdown", has: []string{"threat_name", "machine_name", "reported_at"}, vendor: "Malwarebytes", product: "ThreatDown Nebula", module: "malwarebytes", dataset: "malwarebytes.detection", table: `
scanned_at  @time2
reported_at  @time1 event.created
id,detection_id  event.id
machine_id  host.id
machine_name  host.name:host
threat_name  rule.name threat.indicator.name
category,type  rule.category
path  file.path
md5  file.hash.md5:lower
sha256  file.hash.sha256:lower
process_name  process.executable
url  url.original
domain  url.domain destination.domain
ip_address  destination.ip
port  destination.port
account_id  organization.id
`, finish: func(k *keyed) {
		action, outcome := "malware-detected", ""
		switch status := lower(k.get("status")); status {
		case "quarantined", "deleted", "blocked":
			action, outcome = "malware-blocked", success
		}
		if k.ev.Has(event.DestinationIP) {
			k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, strings.Replace(action, "malware", "threat", 1), outcome)
			return
		}
		k.alert("malware", typeInfo, action, outcome)
	},
}}

// withSecure is the security events of WithSecure (F-Secure) Elements
// (https://connect.withsecure.com/api-reference/security-events).
var withSecure = []jsonProduct{{
	name: "withsecure", has: []string{"persistenceTimestamp", "engine", "severity"}, vendor: "WithSecure", product: "Elements", module: "withsecure_elements", dataset: "withsecure_elements.security_event", table: `
clientTimestamp  @time2
serverTimestamp  @time1
persistenceTimestamp  event.created
id  event.id
engine  event.provider
description  event.reason
device.id,target.id  host.id
device.name,target.name  host.name:host
userName,details.userName  user.name:user
details.path,details.filePath  file.path
details.sha1  file.hash.sha1:lower
details.infectionName,details.name  rule.name
details.url  url.original
details.remoteAddress  destination.ip
details.process  process.executable
organization.id  organization.id
organization.name  organization.name
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		action, outcome := lower(k.get("action")), ""
		switch action {
		case "blocked", "quarantined", "removed", "deleted", "disinfected", "renamed":
			outcome = success
		}
		switch engine := k.get("engine"); engine {
		case "fileScanning", "realtimeScanning", "manualScanning", "deepGuard", "amsi", "dataGuard":
			what := "malware-detected"
			if outcome == success {
				what = "malware-blocked"
			}
			k.alert("malware", typeInfo, what, outcome)
		case "firewall", "webTrafficScanning", "reputationBasedBrowsing", "webContentControl", "browsingProtection":
			k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, orElse(action, "threat-detected"), outcome)
		default:
			classify(k.ev, catHost, typeInfo, orElse(action, engine), "")
		}
	},
}}

// huntress is the incident reports of Huntress (https://api.huntress.io/docs).
var huntress = []jsonProduct{{
	name: "huntress", has: []string{"sent_at", "organization_id", "platform", "severity"}, vendor: "Huntress", product: "Managed EDR", module: "huntress", dataset: "huntress.incident", table: `
sent_at  @time1
updated_at,status_updated_at  event.end
id  event.id
subject  rule.name
summary  event.reason
agent_id  host.id
organization_id  organization.id
indicator_types  rule.category
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		k.osType(k.get("platform"))
		action := "incident-reported"
		if status := k.get("status"); status == "closed" || status == "dismissed" {
			action = "incident-" + status
		}
		k.alert("threat", "indicator", action, "")
	},
}}

// osType sets host.os.type, whose values ECS prescribes, from a maker's word.
func (k *keyed) osType(word string) {
	word = lower(word)
	switch word {
	case "darwin", "mac", "osx":
		word = "macos"
	}
	setNamed(k.ev, "host.os.type", word)
}
