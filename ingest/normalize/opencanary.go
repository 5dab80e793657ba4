package normalize

import (
	"time"

	"porchlight/ingest/event"
)

// openCanary is the honeypot OpenCanary
// (https://opencanary.readthedocs.io/en/latest/alerts/index.html).
var openCanary = []jsonProduct{
	{
		name: "opencanary", has: []string{"logtype", "node_id", "dst_host"}, vendor: "Thinkst", product: "OpenCanary", kind: "honeypot", module: "opencanary", dataset: "opencanary.events", table: `
utc_time  @time2
src_host  source.ip
src_port  source.port
dst_host  destination.ip
dst_port  destination.port
node_id  observer.name
logdata.USERNAME,logdata.USER  user.name
logdata.PROTO  network.transport
logdata.IN  observer.ingress.interface.name
logdata.PATH  url.original
logdata.USERAGENT  user_agent.original
logdata.HOSTNAME  host.name:host
logdata.LOCALNAME  destination.domain
logdata.REMOTENAME  source.domain
logdata.DOMAIN  user.domain
logdata.FILENAME  file.name
`, finish: func(k *keyed) {
			ev := k.ev
			if ns, ok := parseTime(k.get("utc_time"), time.UTC); ok {
				ev.Time = ns
				setNamed(ev, "event.start", event.FormatTime(ns))
			}
			if mac := k.get("logdata.MAC"); len(mac) >= 35 {
				if dst, src, ok := macs(mac[:35], 2); ok {
					ev.Set(event.DestinationMAC, dst)
					ev.Set(event.SourceMAC, src)
				}
			}
			ev.Set(event.EventKind, "alert")
			ev.Set(event.EventCode, k.get("logtype"))
			classify(ev, "intrusion_detection"+event.Separator+catNetwork, connInfo, "honeypot-touched", "")
			if k.get("logdata.PASSWORD") != "" {
				classify(ev, "intrusion_detection"+event.Separator+catAuthentication, typeStart, actionLogonFailed, failure)
			}
		},
	},
}
