package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// netskope is Netskope's alerts and events
// (https://docs.netskope.com/en/rest-api-v2-overview/).
var netskope = []jsonProduct{{
	name: "netskope", has: []string{"ccl", "organization_unit"}, vendor: "Netskope", product: "Security Cloud", module: "netskope", dataset: "netskope.events", table: netskopeTable, finish: netskopeEvent,
}, {
	name: "netskope", has: []string{"traffic_type", "app", "access_method"}, vendor: "Netskope", product: "Security Cloud", module: "netskope", dataset: "netskope.events", table: netskopeTable, finish: netskopeEvent,
}}

const netskopeTable = `
timestamp  @time1
_id  event.id
user,userkey  user.email:email
srcip,userip  source.ip
src_port  source.port
dstip  destination.ip
dst_port  destination.port
url  url.original
domain  url.domain
hostname  host.name:host
object,file_name  file.name
md5  file.hash.md5
sha256  file.hash.sha256
file_size  file.size
policy,alert_name  rule.name
app  network.application:text
activity  @action
browser,user_agent  user_agent.original
numbytes  network.bytes
client_bytes  source.bytes
server_bytes  destination.bytes
src_country  source.geo.country_iso_code
dst_country  destination.geo.country_iso_code
`

func netskopeEvent(k *keyed) {
	ev := k.ev
	outcome := ""
	switch lower(k.get("action")) {
	case "block", "blocked":
		outcome = failure
	case "allow", "alert", "bypass":
		outcome = success
	}
	if k.get("alert") == "yes" || k.get("alert_type") != "" {
		ev.Set(event.EventKind, "alert")
	}
	action := cmp.Or(lower(k.get("activity")), k.get("alert_type"))
	if strings.HasPrefix(action, "login") || strings.HasPrefix(action, "logout") {
		k.cloudAction(action, cmp.Or(outcome, success))
		return
	}
	classify(ev, "web", "access", action, outcome)
}
