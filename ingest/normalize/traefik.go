package normalize

// traefik is the access log of Traefik as JSON
// (https://doc.traefik.io/traefik/observability/access-logs/).
var traefik = []jsonProduct{{
	name: "traefik", has: []string{"DownstreamStatus", "RequestMethod", "ClientHost"}, module: "traefik", dataset: "traefik.access", table: `
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
`, finish: func(k *keyed) { k.webAccess() },
}}
