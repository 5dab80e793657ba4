package normalize

import (
	"cmp"

	"porchlight/ingest/event"
)

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
			k.alert("intrusion_detection"+event.Separator+catNetwork, typeInfo, cmp.Or(action, "threat-detected"), outcome)
		default:
			classify(k.ev, catHost, typeInfo, cmp.Or(action, engine), "")
		}
	},
}}
