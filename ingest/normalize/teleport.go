package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// teleport is the audit log of Teleport
// (https://goteleport.com/docs/reference/monitoring/audit/).
var teleport = []jsonProduct{{
	name: "teleport", has: []string{"cluster_name", "event", "code", "uid"}, vendor: "Teleport", product: "Teleport", module: "teleport", dataset: "teleport.audit", table: `
time  @time1
uid  event.id
code  event.code
user  user.name:text
login  user.effective.name
server_hostname  host.name:host
error,message  event.reason
`, finish: func(k *keyed) {
		if ip, port := proseIP(k.get("addr.remote")); ip != "" {
			setSource(k.ev, ip)
			setPort(k.ev, event.SourcePort, port)
		}
		outcome := success
		if k.get("success") == "false" || k.get("error") != "" || strings.HasSuffix(k.get("code"), "W") || strings.HasSuffix(k.get("code"), "E") {
			outcome = failure
		}
		k.cloudAction(k.get("event"), outcome)
	},
}}
