package normalize

import "porchlight/ingest/event"

// envoy is Envoy's and Istio's access log as JSON
// (https://istio.io/latest/docs/tasks/observability/logs/access-log/).
var envoy = []jsonProduct{{
	name: "envoy", has: []string{"downstream_remote_address", "response_code", "bytes_received"}, module: "envoyproxy", dataset: "envoyproxy.access", table: `
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
`, finish: func(k *keyed) {
		if ip, port := proseIP(k.get("downstream_local_address")); ip != "" {
			setDestination(k.ev, ip)
			setPort(k.ev, event.DestinationPort, port)
		}
		k.urlHost(k.get("authority"))
		if k.get("path") == "" { // TCP
			classify(k.ev, catNetwork, connEnd, actionConnectionClosed, "")
			return
		}
		k.webAccess()
	},
}}
