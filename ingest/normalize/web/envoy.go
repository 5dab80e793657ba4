package web

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// envoy is Envoy's and Istio's access log as JSON
// (https://istio.io/latest/docs/tasks/observability/logs/access-log/).
var envoy = []read.JSONProduct{{
	Name: "envoy", Has: []string{"downstream_remote_address", "response_code", "bytes_received"}, Module: "envoyproxy", Dataset: "envoyproxy.access", Table: `
start_time  @time1
downstream_remote_address  source.ip:anyip
method  http.request.method
path  url.original
protocol  http.version:httpversion
response_code  http.response.status_code:nonzero
response_code_details  event.reason
bytes_received  source.bytes
bytes_sent  destination.bytes
duration  event.duration:ms
user_agent  user_agent.original
request_id  event.id
requested_server_name  tls.client.server_name
route_name  rule.name
`, Finish: func(k *read.Keyed) {
		if ip, port := read.ProseIP(k.Get("downstream_local_address")); ip != "" {
			read.SetDestination(k.Event, ip)
			read.SetPort(k.Event, event.DestinationPort, port)
		}
		k.URLHost(k.Get("authority"))
		if k.Get("path") == "" { // TCP
			read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
			return
		}
		k.WebAccess()
	},
}}
