package network

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// adGuard is the query log of AdGuard Home (querylog.json).
var adGuard = []read.JSONProduct{{
	Name: "adguard", Has: []string{"QH", "QT", "T"}, Vendor: "AdGuard", Product: "AdGuard Home", Type: "dns", Module: "adguard", Dataset: "adguard.querylog", Table: `
T  @time1
QH  dns.question.name network.protocol:=dns
QT  dns.question.type
QC  dns.question.class
IP  source.ip
Upstream  destination.address
`, Finish: func(k *read.Keyed) {
		if ns, ok := read.Scaled(k.Get("Elapsed"), 0); ok {
			k.Event.SetExtra(read.FieldDuration, ns)
		}
		if k.Get("Result.IsFiltered") == "true" {
			k.Objects("Result.Rules", func(o *event.Event) { k.AddTo(read.RuleName, read.Lookup(o, "Text")) })
			read.Classify(k.Event, read.CategoryNetwork, "protocol"+event.Separator+"denied", "dns-query-blocked", read.Failure)
			return
		}
		read.Classify(k.Event, read.CategoryNetwork, "protocol"+event.Separator+read.TypeInfo, "dns-query", read.Success)
	},
}}
