package web

import "porchlight/ingest/normalize/read"

// caddy is the access log of Caddy 2
// (https://caddyserver.com/docs/logging).
var caddy = []read.JSONProduct{{
	Name: "caddy", Has: []string{"request.uri", "request.proto", "request.method", "status"}, Module: "caddy", Dataset: "caddy.access", Table: `
ts  @time1
request.remote_ip  source.ip
request.remote_addr  source.ip:anyip
request.remote_port  source.port
request.client_ip  client.ip
request.method  http.request.method
request.uri  url.original
request.proto  http.version:httpversion
request.headers.User-Agent  user_agent.original
request.headers.Referer  http.request.referrer
request.tls.server_name  tls.client.server_name
status  http.response.status_code
size  http.response.body.bytes
bytes_read  http.request.body.bytes
duration  event.duration
user_id  user.name
level  log.level
logger  log.logger
`, Finish: func(k *read.Keyed) {
		k.URLHost(k.Get("request.host"))
		k.WebAccess()
	},
}}
