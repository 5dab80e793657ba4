package web

import "porchlight/ingest/normalize/read"

// traefik is the access log of Traefik as JSON
// (https://doc.traefik.io/traefik/observability/access-logs/).
var traefik = []read.JSONProduct{{
	Name: "traefik", Has: []string{"DownstreamStatus", "RequestMethod", "ClientHost"}, Module: "traefik", Dataset: "traefik.access", Table: `
time,StartUTC  @time1
ClientHost  source.ip
ClientPort  source.port
ClientUsername  user.name:text
RequestMethod  http.request.method
RequestHost  url.domain
RequestPath  url.original
RequestProtocol  http.version:httpversion
DownstreamStatus  http.response.status_code
DownstreamContentSize  http.response.body.bytes
request_User-Agent  user_agent.original
RouterName  rule.name
`, Finish: func(k *read.Keyed) { k.WebAccess() },
}}
