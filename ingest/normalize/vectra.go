package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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
