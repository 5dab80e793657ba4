package normalize

import "porchlight/ingest/event"

// adGuard is the query log of AdGuard Home (querylog.json).
var adGuard = []jsonProduct{{
	name: "adguard", has: []string{"QH", "QT", "T"}, vendor: "AdGuard", product: "AdGuard Home", kind: "dns", module: "adguard", dataset: "adguard.querylog", table: `
T  @time1
QH  dns.question.name network.protocol:=dns
QT  dns.question.type
QC  dns.question.class
IP  source.ip
Upstream  destination.address
`, finish: func(k *keyed) {
		if ns, ok := scaled(k.get("Elapsed"), 0); ok {
			k.ev.SetExtra(fieldDuration, ns)
		}
		if k.get("Result.IsFiltered") == "true" {
			k.objects("Result.Rules", func(o *event.Event) { k.addTo(ruleName, lookup(o, "Text")) })
			classify(k.ev, catNetwork, "protocol"+event.Separator+"denied", "dns-query-blocked", failure)
			return
		}
		classify(k.ev, catNetwork, "protocol"+event.Separator+typeInfo, "dns-query", success)
	},
}}
