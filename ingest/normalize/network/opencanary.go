package network

import (
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// openCanary is the honeypot OpenCanary
// (https://opencanary.readthedocs.io/en/latest/alerts/index.html).
var openCanary = []read.JSONProduct{
	{
		Name: "opencanary", Has: []string{"logtype", "node_id", "dst_host"}, Vendor: "Thinkst", Product: "OpenCanary", Type: "honeypot", Module: "opencanary", Dataset: "opencanary.events", Table: `
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
`, Finish: func(k *read.Keyed) {
			ev := k.Event
			if ns, ok := read.ParseTime(k.Get("utc_time"), time.UTC); ok {
				ev.Time = ns
				read.SetNamed(ev, "event.start", event.FormatTime(ns))
			}
			if mac := k.Get("logdata.MAC"); len(mac) >= 35 {
				if dst, src, ok := read.ParseMACs(mac[:35], 2); ok {
					ev.Set(event.DestinationMAC, dst)
					ev.Set(event.SourceMAC, src)
				}
			}
			ev.Set(event.EventKind, "alert")
			ev.Set(event.EventCode, k.Get("logtype"))
			read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeConnectionInfo, "honeypot-touched", "")
			if k.Get("logdata.PASSWORD") != "" {
				read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			}
		},
	},
}
