package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// teleport is the audit log of Teleport
// (https://goteleport.com/docs/reference/monitoring/audit/).
var teleport = []read.JSONProduct{{
	Name: "teleport", Has: []string{"cluster_name", "event", "code", "uid"}, Vendor: "Teleport", Product: "Teleport", Module: "teleport", Dataset: "teleport.audit", Table: `
time  @time1
uid  event.id
code  event.code
user  user.name:text
login  user.effective.name
server_hostname  host.name:host
error,message  event.reason
`, Finish: func(k *read.Keyed) {
		if ip, port := read.ProseIP(k.Get("addr.remote")); ip != "" {
			read.SetSource(k.Event, ip)
			read.SetPort(k.Event, event.SourcePort, port)
		}
		outcome := read.Success
		if k.Get("success") == "false" || k.Get("error") != "" || strings.HasSuffix(k.Get("code"), "W") || strings.HasSuffix(k.Get("code"), "E") {
			outcome = read.Failure
		}
		k.CloudAction(k.Get("event"), outcome)
	},
}}
