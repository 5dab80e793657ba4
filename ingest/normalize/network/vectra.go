package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// vectra is what Vectra (Cognito) Detect sends to a syslog server as JSON:
// detections and the audit log
// (https://support.vectra.ai/vectra/article/KB-VS-1233).
var vectra = []read.JSONProduct{{
	Name: "vectra_detection", Has: []string{"d_type", "detection_id", "vectra_timestamp"}, Vendor: "Vectra AI", Product: "Detect", Type: "ids", Module: "vectra_detect", Dataset: "vectra_detect.log", Table: `
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
`, Finish: func(k *read.Keyed) {
		if ip := k.Get("dd_dst_ip"); ip != "0.0.0.0" { // several
			read.SetDestination(k.Event, ip)
		}
		k.Alert("intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	},
}, {
	Name: "vectra_audit", Has: []string{"headend_addr", "role", "result", "vectra_timestamp"}, Not: []string{"d_type"}, Vendor: "Vectra AI", Product: "Detect", Type: "ids", Module: "vectra_detect", Dataset: "vectra_detect.log", Table: `
vectra_timestamp  @time1
user  user.name:account
role  user.roles
source_ip  source.ip
dvchost  observer.name
headend_addr  observer.ip
version  observer.version
`, Finish: func(k *read.Keyed) {
		text := k.Get("message")
		k.Event.Set(event.EventReason, text)
		outcome := read.OutcomeOf(k.Get("result"))
		switch s := read.Lower(text); {
		case strings.HasPrefix(s, "log in"), strings.HasPrefix(s, "logged in"):
			k.LoggedOn(outcome)
		case strings.HasPrefix(s, "log out"), strings.HasPrefix(s, "logged out"):
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, outcome)
		case outcome == read.Failure && strings.Contains(s, "authenticat"):
			k.LoggedOn(read.Failure)
		case strings.HasPrefix(s, "create "), strings.HasPrefix(s, "add "):
			read.Classify(k.Event, read.CategoryConfiguration, read.TypeCreated, read.ActionConfigChanged, outcome)
		case strings.HasPrefix(s, "delete "), strings.HasPrefix(s, "remove "):
			read.Classify(k.Event, read.CategoryConfiguration, read.TypeDeleted, read.ActionConfigChanged, outcome)
		default:
			read.Classify(k.Event, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, outcome)
		}
	},
}}
