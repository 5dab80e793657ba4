package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// tanium is the events of Tanium Threat Response, as Tanium Connect sends them
// (https://help.tanium.com/bundle/ug_connect_cloud/page/connect/index.html).
var tanium = []read.JSONProduct{{
	Name: "tanium", Has: []string{"Computer Name", "Event Name", "Event Id"}, Vendor: "Tanium", Product: "Threat Response", Module: "tanium", Dataset: "tanium.threat_response", Table: `
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
`, Finish: func(k *read.Keyed) {
		for pair := range strings.SplitSeq(k.Get("Other Parameters"), "|") {
			switch name, value, _ := strings.Cut(pair, "="); name {
			case "name":
				k.Event.Set(event.RuleName, value)
			case "source":
				k.Event.Set(event.RuleRuleset, value)
			}
		}
		k.SeverityWord(k.Get("Priority"))
		if name := k.Get("Event Name"); name == "detect.match" {
			k.Alert("intrusion_detection", read.TypeInfo, "threat-detected", "")
		} else {
			read.Classify(k.Event, "intrusion_detection", read.TypeInfo, name, "")
		}
	},
}}
