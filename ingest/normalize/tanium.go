package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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
