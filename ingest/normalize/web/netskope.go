package web

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// netskope is Netskope's alerts and events
// (https://docs.netskope.com/en/rest-api-v2-overview/).
var netskope = []read.JSONProduct{{
	Name: "netskope", Has: []string{"ccl", "organization_unit"}, Vendor: "Netskope", Product: "Security Cloud", Module: "netskope", Dataset: "netskope.events", Table: netskopeTable, Finish: netskopeEvent,
}, {
	Name: "netskope", Has: []string{"traffic_type", "app", "access_method"}, Vendor: "Netskope", Product: "Security Cloud", Module: "netskope", Dataset: "netskope.events", Table: netskopeTable, Finish: netskopeEvent,
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

func netskopeEvent(k *read.Keyed) {
	ev := k.Event
	outcome := ""
	switch read.Lower(k.Get("action")) {
	case "block", "blocked":
		outcome = read.Failure
	case "allow", "alert", "bypass":
		outcome = read.Success
	}
	if k.Get("alert") == "yes" || k.Get("alert_type") != "" {
		ev.Set(event.EventKind, "alert")
	}
	action := cmp.Or(read.Lower(k.Get("activity")), k.Get("alert_type"))
	if strings.HasPrefix(action, "login") || strings.HasPrefix(action, "logout") {
		k.CloudAction(action, cmp.Or(outcome, read.Success))
		return
	}
	read.Classify(ev, "web", "access", action, outcome)
}
