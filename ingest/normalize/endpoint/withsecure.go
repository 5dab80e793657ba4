package endpoint

import (
	"cmp"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// withSecure is the security events of WithSecure (F-Secure) Elements
// (https://connect.withsecure.com/api-reference/security-events).
var withSecure = []read.JSONProduct{{
	Name: "withsecure", Has: []string{"persistenceTimestamp", "engine", "severity"}, Vendor: "WithSecure", Product: "Elements", Module: "withsecure_elements", Dataset: "withsecure_elements.security_event", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.SeverityWord(k.Get("severity"))
		action, outcome := read.Lower(k.Get("action")), ""
		switch action {
		case "blocked", "quarantined", "removed", "deleted", "disinfected", "renamed":
			outcome = read.Success
		}
		switch engine := k.Get("engine"); engine {
		case "fileScanning", "realtimeScanning", "manualScanning", "deepGuard", "amsi", "dataGuard":
			what := "malware-detected"
			if outcome == read.Success {
				what = "malware-blocked"
			}
			k.Alert("malware", read.TypeInfo, what, outcome)
		case "firewall", "webTrafficScanning", "reputationBasedBrowsing", "webContentControl", "browsingProtection":
			k.Alert("intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, cmp.Or(action, "threat-detected"), outcome)
		default:
			read.Classify(k.Event, read.CategoryHost, read.TypeInfo, cmp.Or(action, engine), "")
		}
	},
}}
